"""Files and papers of a case: whoever may see the case may read them; proofs of accounts show the number."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from funding import permissions, selectors
from funding.desk import ADJUSTMENT_DESK, AWARD_DESK, DISBURSEMENT_DESK, PAYEE_DESK, PLAN_DESK
from funding.desk.clawbacks import CLAWBACK_DESK, REPAYMENT_DESK
from funding.views.common import require
from records.models import Attachment

DESKS = {
    desk.name: desk
    for desk in (
        PAYEE_DESK,
        AWARD_DESK,
        PLAN_DESK,
        DISBURSEMENT_DESK,
        ADJUSTMENT_DESK,
        CLAWBACK_DESK,
        REPAYMENT_DESK,
    )
}


def _case(request: HttpRequest, resource: str, pk: int):
    if resource not in DESKS:
        raise Http404
    subject = get_object_or_404(DESKS[resource].visible(request.user), pk=pk)
    if DESKS[resource] is PAYEE_DESK:
        require(permissions.may_reveal(request.user, subject))
    return subject


@never_cache
@require_safe
def file(request: HttpRequest, resource: str, pk: int, file: int) -> FileResponse:
    """A file that somebody supplied."""
    found = get_object_or_404(Attachment.objects.about(_case(request, resource, pk)), pk=file)
    return FileResponse(
        found.file.open(), as_attachment=True, filename=found.name, content_type=found.content_type
    )


@never_cache
@require_safe
def paper(request: HttpRequest, resource: str, pk: int, file: int) -> FileResponse:
    """A paper that was issued."""
    found = get_object_or_404(selectors.papers_to_open(_case(request, resource, pk)), pk=file)
    return FileResponse(found.file.open(), content_type="application/pdf", filename=f"{found.title}.pdf")
