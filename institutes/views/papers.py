"""The draft of the book as a paper, for the unit to print and look at before it hands it in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from institutes import services
from institutes.views.applicant import is_a_draft
from institutes.views.workbench import workbench
from records.views import send_bytes


@require_safe
def book_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Marked as a draft on every page, and kept nowhere; what was handed in is an issued paper instead."""
    application = workbench(request, pk).application
    if not is_a_draft(application):
        return redirect("institutes:application-book", pk)
    content = services.print_draft(application=application)
    return send_bytes(content, name=f"申报书草稿 {application}.pdf", content_type="application/pdf")
