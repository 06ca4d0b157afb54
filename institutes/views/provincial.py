"""The way to the province: the list, filing, one case with inspections and result."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import show_form
from institutes.desk import FILING_DESK
from institutes.enums.provincial import FilingFile
from institutes.forms.provincial import FilingFilter, FilingForm
from institutes.permissions.provincial import may_draft_filings, may_revise_filing
from institutes.selectors import provincial as reads
from institutes.services import provincial as services
from institutes.views.chains import require
from institutes.views.standing import case_context, case_list, case_sheet, file_line
from records import downloads, exports
from records.moves import answer_move

CARD = "institutes/_filing_card.html"
FORM = "institutes/filing_form.html"


@require_safe
def filing_list(request: HttpRequest) -> HttpResponse:
    """The filings this person may read, the latest first."""
    may_draft = may_draft_filings(request.user)
    return case_list(request, FILING_DESK, FilingFilter, "institutes/filing_list.html", may_draft=may_draft)


@downloads.table("provincial-filings", "省级申报")
def filing_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [
        _("拟申报名称"),
        _("拟落地政府"),
        _("报备编号"),
        _("报备日期"),
        _("考察论证结论"),
        _("报省日期"),
        _("省级结果"),
        _("省级文件文号"),
        _("省级文件日期"),
    ]
    return case_sheet(request, FILING_DESK, FilingFilter, head, _cells_for(request.user))


def _cells_for(user):
    """The cells of a row; what is not settled yet stays empty for the unit."""
    own = user.reach.organisations

    def cells(row) -> list:
        shown = row.host_id not in own
        concluded = row.get_conclusion_display() if shown or row.confirmed_at else ""
        settled = [row.get_outcome_display(), row.document_number, row.document_on]
        result = settled if shown or row.settled_at else ["", "", ""]
        said = [row.proposed_name, row.host_government, row.number, row.filed_on]
        return [*said, concluded, row.applied_on, *result]

    return cells


@require_http_methods(["GET", "HEAD", "POST"])
def filing_new(request: HttpRequest) -> HttpResponse:
    """File an institute for the province; it may come from its page."""
    require(may_draft_filings(request.user))
    own = reads.institutes_to_file(request.user)
    first = own.first()
    named = {
        "institute": request.GET.get("institute") or (first.pk if first else None),
        "host_government": f"{first.division}人民政府" if first else "",
    }
    form = FilingForm(request.POST or None, request.FILES or None, user=request.user, initial=named)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, own=bool(first))
    filing = services.draft_filing(**form.cleaned_data, by=request.user)
    messages.success(request, _("草稿已保存，核对后送单位管理员报送。"))
    return redirect(filing)


@require_http_methods(["GET", "HEAD", "POST"])
def filing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a filing that is still a draft, and bring its files."""
    subject = get_object_or_404(reads.filings_visible_to(request.user), pk=pk)
    require(may_revise_filing(request.user, subject))
    stored = {name: getattr(subject, name) for name in services.WORDS}
    form = FilingForm(
        request.POST or None, request.FILES or None, user=request.user, filing=subject, initial=stored
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, own=True)
    return redirect(services.revise_filing(filing=subject, **form.cleaned_data, by=request.user))


@require_safe
def filing(request: HttpRequest, pk: int) -> HttpResponse:
    """One filing: what was filed, the county's opinion, inspections, what the province decided."""
    subject = get_object_or_404(reads.filings_visible_to(request.user), pk=pk)
    offers = FILING_DESK.offers(request.user, subject)
    return render(request, "institutes/filing.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card shows; what officers weigh among themselves is not for the unit."""
    context = case_context(request, FILING_DESK, subject, offers)
    labels, officer = dict(FilingFile.choices), not context["is_inside"]
    inspections = list(reads.inspections_of(subject))
    return context | {
        "files": [file_line(row, labels.get(row.kind, "")) for row in reads.files_of_filing(subject)],
        "missing": [kind.label for kind in reads.files_lacking(subject)] if subject.is_open else [],
        "may_edit": may_revise_filing(request.user, subject),
        "inspections": inspections,
        "shown_rounds": _rounds_shown(subject, inspections, officer),
        "reads_county": officer or subject.signed_at is not None,
        "reads_result": subject.resulted_at is not None and (officer or subject.settled_at is not None),
        "hint": reads.name_hint_of(subject),
    }


def _rounds_shown(subject, inspections: list, officer: bool) -> set[int]:
    """The inspections whose conclusion this reader reads: of the last one the unit only what was confirmed."""
    rounds = {one.round for one in inspections if one.recorded_at}
    if officer or subject.confirmed_at or not inspections:
        return rounds
    return rounds - {inspections[-1].round}


@require_http_methods(["GET", "HEAD", "POST"])
def filing_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a filing."""
    return answer_move(request, FILING_DESK, pk, action, card=CARD, context=card_context)
