"""Papers that the unit prints before it hands the book in: the draft of the book, and its promises to be sealed."""

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


@require_safe
def commitment(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter with the promises, for signature and seal; its scan is an annex of the book."""
    application = workbench(request, pk).application
    if not is_a_draft(application):
        return redirect("institutes:application-book", pk)
    content = services.print_commitment(application=application)
    return send_bytes(content, name=f"承诺书 {application}.pdf", content_type="application/pdf")
