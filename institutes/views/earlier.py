"""Institutes from before the portal: the list, entering, one entry with its moves."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes import selectors
from institutes.desk import EARLIER_DESK
from institutes.enums.earlier import EarlierFile
from institutes.forms.earlier import EarlierFilter, EarlierForm, stored
from institutes.lifecycle.earlier import EARLIER
from institutes.permissions.earlier import may_enter_earlier, may_revise_earlier
from institutes.selectors.above import measures_on
from institutes.selectors.earlier import (
    EARLIER_READERS,
    earlier_visible_to,
    files_lacking_of_earlier,
    files_of_earlier,
)
from institutes.services import earlier as services
from institutes.views.chains import require
from institutes.views.standing import file_line, paper_line
from records import downloads, exports
from records.moves import answer_move

CARD = "institutes/_earlier_card.html"
FORM = "institutes/earlier_form.html"


@require_safe
def earlier_list(request: HttpRequest) -> HttpResponse:
    """The entries of institutes from before the portal, the latest first."""
    require(request.user.holds(*EARLIER_READERS))
    context = listed(request, earlier_visible_to(request.user), EarlierFilter)
    rows = [(row, holders.of_case(row, EARLIER)) for row in context["page"]]
    shown = {"rows": rows, "may_enter": may_enter_earlier(request.user)}
    return render(request, "institutes/earlier_list.html", context | shown)


@downloads.table("earlier-recognitions", "既有研究院登记")
def earlier_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(request.user.holds(*EARLIER_READERS))
    found = EarlierFilter(request.GET, queryset=earlier_visible_to(request.user), request=request).qs
    return exports.Sheet(_head(), found, _cells)


def _head() -> list:
    return [
        _("研究院名称"),
        _("依托单位"),
        _("归口"),
        _("产业链"),
        _("证书编号"),
        _("认定文件文号"),
        _("认定日期"),
        _("验收通过日期"),
        _("验收文件文号"),
        _("最近一次绩效评价的周期止年"),
        _("状态"),
    ]


def _cells(row) -> list:
    named = [row.institute_name, row.host, row.division, row.chain]
    said = [row.certificate_number, row.document_number, row.recognised_on, row.accepted_on]
    return [*named, *said, row.acceptance_document, row.evaluated_through, EARLIER.label(row.state)]


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_new(request: HttpRequest) -> HttpResponse:
    """Enter an institute that was recognised before the portal."""
    require(may_enter_earlier(request.user))
    form = EarlierForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form)
    earlier = services.draft_earlier(**form.cleaned_data, by=request.user)
    messages.success(request, _("登记已保存，核对后送审批人员确认。"))
    return redirect(earlier)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an entry that is still a draft, and bring its documents."""
    subject = get_object_or_404(earlier_visible_to(request.user), pk=pk)
    require(may_revise_earlier(request.user, subject))
    form = EarlierForm(
        request.POST or None, request.FILES or None, user=request.user, initial=stored(subject)
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject)
    return redirect(services.revise_earlier(earlier=subject, **form.cleaned_data, by=request.user))


@require_safe
def earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what was recognised when, what proves it, who confirmed it."""
    subject = get_object_or_404(earlier_visible_to(request.user), pk=pk)
    offers = EARLIER_DESK.offers(request.user, subject)
    return render(request, "institutes/earlier.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of an entry shows, on its page and as the answer to a move."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    holder, labels = holders.of_case(subject, EARLIER), dict(EarlierFile.choices)
    lines = EARLIER_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if holder:
        events.append({"what": EARLIER.label(subject.state), "who": holder, "at": None, "state": "now"})
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "next_step": primary[0] if primary else "",
        "events": events,
        "institute": selectors.institutes_visible_to(request.user)
        .filter(recognition__earlier=subject)
        .first(),
        "files": [file_line(row, labels.get(row.kind, "")) for row in files_of_earlier(subject)],
        "papers": [paper_line(row) for row in selectors.papers_about(subject)],
        "missing": [kind.label for kind in files_lacking_of_earlier(subject)] if subject.is_draft else [],
        "figures": _figures_of(subject),
        "may_edit": may_revise_earlier(request.user, subject),
    }


def _figures_of(subject) -> dict:
    """The figures of the years before, a row for each indicator and a cell for each year."""
    years = sorted({one["year"] for one in subject.figures})
    values = {(one["code"], one["year"]): Decimal(one["value"]) for one in subject.figures}
    codes = {code for code, _year in values}
    rows = [
        (one, [values.get((one.code, year)) for year in years])
        for one in measures_on(timezone.localdate(subject.drafted_at))
        if one.code in codes
    ]
    return {"years": years, "rows": rows}


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an entry."""
    return answer_move(request, EARLIER_DESK, pk, action, card=CARD, context=card_context)
