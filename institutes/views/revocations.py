"""Recognitions that may end: the list, proposing, one case with its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import show_form
from institutes import permissions, selectors, services
from institutes.desk import REVOCATION_DESK
from institutes.forms.endings import RevocationFilter, RevocationForm
from institutes.services.revocations import STATEMENT
from institutes.views.chains import require
from institutes.views.standing import case_context, case_list, case_sheet, file_line
from records import downloads, exports
from records.moves import answer_move

CARD = "institutes/_revocation_card.html"
FORM = "institutes/revocation_form.html"


@require_safe
def revocation_list(request: HttpRequest) -> HttpResponse:
    """The procedures this person may read, the latest first."""
    may_propose = permissions.may_propose_ending(request.user)
    template = "institutes/revocation_list.html"
    return case_list(request, REVOCATION_DESK, RevocationFilter, template, may_propose=may_propose)


@downloads.table("revocations", "撤销认定")
def revocation_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [_("情形"), _("告知时间"), _("陈述申辩期限"), _("陈述时间"), _("决定时间"), _("会议纪要号")]
    return case_sheet(request, REVOCATION_DESK, RevocationFilter, head, _cells)


def _cells(row) -> list:
    said = [row.cause_label, row.noticed_at, row.statement_until, row.stated_at]
    return [*said, row.decided_at, row.minute_number]


@require_http_methods(["GET", "HEAD", "POST"])
def revocation_new(request: HttpRequest) -> HttpResponse:
    """Propose to end a recognition; institute, cause and facts may come from the case that gave rise to it."""
    require(permissions.may_propose_ending(request.user))
    named = {name: request.GET.get(name) for name in ("institute", "cause", "facts")}
    form = RevocationForm(request.POST or None, request.FILES or None, user=request.user, initial=named)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form)
    revocation = services.propose_revocation(**form.cleaned_data, by=request.user)
    messages.success(request, _("已提出，由审批人员审核后发拟撤销告知书。"))
    return redirect(revocation)


@require_safe
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """One procedure: facts, what the unit says to them, the decision."""
    subject = get_object_or_404(selectors.revocations_visible_to(request.user), pk=pk)
    offers = REVOCATION_DESK.offers(request.user, subject)
    return render(request, "institutes/revocation.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card shows: the bureau's files, and apart from them those of the unit."""
    rows = list(selectors.files_of(subject))
    return case_context(request, REVOCATION_DESK, subject, offers) | {
        "files": [file_line(row) for row in rows if row.kind != STATEMENT],
        "statement_files": [file_line(row) for row in rows if row.kind == STATEMENT],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def revocation_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a procedure."""
    return answer_move(request, REVOCATION_DESK, pk, action, card=CARD, context=card_context)
