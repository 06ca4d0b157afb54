"""What units ask to have changed about their institutes: the list, drafting, one request with its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import show_form
from institutes import permissions, selectors, services
from institutes.desk import CHANGE_DESK
from institutes.enums import ChangeFile, ChangeKind
from institutes.forms.changes import ChangeFilter, ChangeForm
from institutes.services.changes import EVIDENCE
from institutes.views.chains import require
from institutes.views.standing import case_context, case_list, case_sheet, file_line
from records import downloads, exports
from records.moves import answer_move

CARD = "institutes/_change_card.html"
FORM = "institutes/change_form.html"


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """The requests this person may read, the latest first."""
    may_draft = permissions.may_draft_changes(request.user)
    return case_list(request, CHANGE_DESK, ChangeFilter, "institutes/change_list.html", may_draft=may_draft)


@downloads.table("institute-changes", "变更和退出")
def change_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [_("事项"), _("原登记"), _("变更为"), _("理由"), _("县级意见"), _("核查意见"), _("办结时间")]
    return case_sheet(request, CHANGE_DESK, ChangeFilter, head, _cells)


def _cells(row) -> list:
    said = [row.get_kind_display(), row.former, row.value, row.grounds, row.get_county_position_display()]
    return [*said, row.get_finding_display(), row.decided_at]


@require_http_methods(["GET", "HEAD", "POST"])
def change_new(request: HttpRequest) -> HttpResponse:
    """Draft a request: first what for, then its boxes. The institute may come from its page."""
    require(permissions.may_draft_changes(request.user))
    kind = request.POST.get("kind", request.GET.get("kind", ""))
    own = selectors.institutes_to_change(request.user)
    if kind not in ChangeKind.values or not own.exists():
        context = {"kinds": [(kind, EVIDENCE[kind]) for kind in ChangeKind], "own": own}
        return render(request, FORM, context, status=422 if request.POST else 200)
    named = {"institute": request.GET.get("institute") or own.first().pk}
    form = ChangeForm(
        request.POST or None, request.FILES or None, user=request.user, kind=kind, initial=named
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, kind=ChangeKind(kind).label)
    change = services.draft_change(**form.cleaned_data, by=request.user)
    messages.success(request, _("草稿已保存，核对后送单位管理员报送。"))
    return redirect(change)


@require_http_methods(["GET", "HEAD", "POST"])
def change_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a request that is still a draft."""
    subject = get_object_or_404(selectors.changes_visible_to(request.user), pk=pk)
    require(permissions.may_revise_change(request.user, subject))
    stored = {name: getattr(subject, name) for name in ("value", "uscc", "grounds")}
    form = ChangeForm(
        request.POST or None, request.FILES or None, user=request.user, change=subject, initial=stored
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, kind=subject.get_kind_display())
    return redirect(services.revise_change(change=subject, **form.cleaned_data, by=request.user))


@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what stands now beside what is asked for, what proves it, who has it."""
    subject = get_object_or_404(selectors.changes_visible_to(request.user), pk=pk)
    offers = CHANGE_DESK.offers(request.user, subject)
    return render(request, "institutes/change.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card shows; what is still to be brought stands there while it can be brought."""
    context = case_context(request, CHANGE_DESK, subject, offers)
    held, labels = list(selectors.files_of(subject)), dict(ChangeFile.choices)
    missing = [kind.label for kind in EVIDENCE[subject.kind] if kind not in {row.kind for row in held}]
    return context | {
        "files": [file_line(row, labels.get(row.kind, "")) for row in held],
        "missing": missing if subject.is_open else [],
        "may_edit": permissions.may_revise_change(request.user, subject),
        "reads_check": not context["is_inside"],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def change_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a request."""
    return answer_move(request, CHANGE_DESK, pk, action, card=CARD, context=card_context)
