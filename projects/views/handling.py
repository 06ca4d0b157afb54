"""What offices work on beside the moves: look-ups of the leading unit, and what reads alike, side by side."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import show_form
from institutes.views.standing import file_line
from projects import permissions, selectors, services
from projects.forms.proposals import ProjectLookupForm
from projects.models import Proposal


@require_http_methods(["GET", "HEAD", "POST"])
def lookups(request: HttpRequest, pk: int) -> HttpResponse:
    """Look-ups of the leading unit in the lists of the edition, and a further one."""
    subject = get_object_or_404(selectors.proposals_visible_to(request.user), pk=pk)
    if not permissions.STAFF(request.user, subject):
        raise PermissionDenied
    form = ProjectLookupForm(request.POST or None, request.FILES or None, proposal=subject)
    if request.method == "POST" and form.is_valid():
        services.record_project_lookup(proposal=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已登记查询结果。"))
        return redirect("projects:project-lookups", pk)
    rows = [
        row | {"proof": file_line(row["check"].evidence) if row["check"] else None}
        for row in selectors.lookups_of(subject)
    ]
    return show_form(request, "projects/lookups.html", form, subject=subject, lookups=rows)


@require_safe
def likeness(request: HttpRequest, pk: int) -> HttpResponse:
    """Every proposal that reads like this one: how much, where, what offices found; and how it is compared."""
    subject = get_object_or_404(selectors.proposals_visible_to(request.user), pk=pk)
    if not permissions.may_read_lookups(request.user, subject):
        raise PermissionDenied
    rows = _alike(request, subject)
    terms = subject.call.edition.terms["similarity"]
    return render(request, "projects/likeness.html", {"subject": subject, "rows": rows, "terms": terms})


def _alike(request: HttpRequest, subject: Proposal) -> list[dict]:
    """Every likeness with this proposal at the left, and whether the reader may open the other."""
    rows = [
        {
            "hint": hint,
            "mine": hint.proposal_id == subject.pk,
            "other": hint.other if hint.proposal_id == subject.pk else hint.proposal,
            "passages": [_turned(one, around=hint.proposal_id != subject.pk) for one in hint.passages],
        }
        for hint in selectors.hints_about(subject)
    ]
    visible = set(
        selectors.proposals_visible_to(request.user)
        .filter(pk__in=[row["other"].pk for row in rows])
        .values_list("pk", flat=True)
    )
    for row in rows:
        row["opens"] = row["other"].pk in visible
    return rows


def _turned(passage: dict, *, around: bool) -> dict:
    """A passage with this proposal at the left, whichever of the two it was found from."""
    if not around:
        return passage
    return {
        "here": passage["there"],
        "there": passage["here"],
        "here_in": passage["there_in"],
        "there_in": passage["here_in"],
        "length": passage["length"],
    }
