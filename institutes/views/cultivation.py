"""The cultivation pool: the list, an enterprise with its moves, and what was done for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes import permissions, selectors, services
from institutes.desk import CULTIVATION_DESK
from institutes.forms.cultivation import EntryForm, MeasureForm, PoolFilter
from institutes.lifecycle import CULTIVATION
from institutes.services.cultivation import HELPED
from institutes.services.cultivation_import import HEAD
from institutes.views.chains import require
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "institutes/_cultivation_card.html"
FORM = "institutes/cultivation_form.html"
STORED = (
    "name", "uscc", "chain", "segment", "direction", "intended_year", "contact_person", "contact_phone", "grounds",
)  # fmt: skip


@require_safe
def pool_list(request: HttpRequest) -> HttpResponse:
    """The entries this person may read, the latest first."""
    require(request.user.holds(*selectors.POOL_READERS))
    context = listed(request, selectors.entries_visible_to(request.user), PoolFilter)
    rows = [(row, holders.of_case(row, CULTIVATION), days_left_of(row)) for row in context["page"]]
    shown = {"rows": rows, "may_keep": permissions.may_keep_the_pool(request.user)}
    shown["in_city"] = request.user.holds(*selectors.CITY_READERS)
    return render(request, "institutes/cultivation_list.html", context | shown)


def days_left_of(row) -> int | None:
    """Working days that are left to whoever holds it."""
    return calendar.working_days_left(clock.today(), row.due_on) if row.due_on else None


@downloads.table("cultivation", "培育库")
def pool_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it; a phone in full for its own county alone."""
    require(request.user.holds(*selectors.POOL_READERS))
    found = PoolFilter(request.GET, queryset=selectors.entries_visible_to(request.user), request=request).qs
    head = [_("县（市、区）"), *HEAD, _("阶段"), _("平台注册"), _("最近帮扶"), _("办理时限")]
    return exports.Sheet(head, found, lambda row: _cells(row, request.user))


def _cells(row, user) -> list:
    phone = row.contact_phone if permissions.may_read_contact(user, row) else row.masked_phone
    said = [row.division, row.name, row.uscc, row.chain, row.segment and row.segment.name, row.direction]
    said += [row.intended_year, row.contact_person, phone, row.grounds, CULTIVATION.label(row.state)]
    return [*said, _("已注册") if row.unit_id else _("未注册"), row.last_measure_on, row.due_on]


@require_http_methods(["GET", "HEAD", "POST"])
def entry_new(request: HttpRequest) -> HttpResponse:
    """Put an enterprise down as surveyed."""
    require(permissions.may_keep_the_pool(request.user))
    form = EntryForm(request.POST or None, user=request.user)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form)
    entry = services.draft_entry(division=form.division, **form.cleaned_data, by=request.user)
    messages.success(request, _("已列为摸底。情况摸清后提请分管领导确认入库。"))
    return redirect(entry)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend what is said about an enterprise."""
    subject = get_object_or_404(selectors.entries_visible_to(request.user), pk=pk)
    require(permissions.may_revise_entry(request.user, subject))
    stored = {name: getattr(subject, name) for name in STORED}
    form = EntryForm(request.POST or None, user=request.user, initial=stored)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject)
    services.revise_entry(entry=subject, **form.cleaned_data, by=request.user)
    messages.success(request, _("信息已修改。"))
    return redirect(subject)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Put on record what was done for an enterprise."""
    subject = get_object_or_404(selectors.entries_visible_to(request.user), pk=pk)
    require(permissions.may_revise_entry(request.user, subject))
    form = MeasureForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, "institutes/cultivation_measure.html", form, subject=subject)
    services.record_measure(entry=subject, **form.cleaned_data, by=request.user)
    messages.success(request, _("帮扶措施已登记，下次帮扶的期限从这次重新计算。"))
    return redirect(subject)


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise in the pool: what is known, what was done for it, how it came this far."""
    subject = get_object_or_404(selectors.entries_visible_to(request.user), pk=pk)
    offers = CULTIVATION_DESK.offers(request.user, subject)
    return render(request, "institutes/cultivation.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of an entry shows, on its page and as the answer to a move."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    may_edit = permissions.may_revise_entry(request.user, subject)
    may_help = may_edit and subject.state in HELPED
    holder = holders.of_case(subject, CULTIVATION)
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "days_left": days_left_of(subject),
        "next_step": _("登记帮扶措施") if may_help else primary[0] if primary else "",
        "events": _events(request.user, subject, holder),
        "measures": [(one, _file_of(one)) for one in selectors.measures_of(subject)],
        "days_between": subject.time_limit("pool_measure"),
        "reads_contact": permissions.may_read_contact(request.user, subject),
        "may_edit": may_edit,
        "may_help": may_help,
    }


def _events(user, subject, holder: str) -> list[dict]:
    lines = CULTIVATION_DESK.lines(user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    state = CULTIVATION.states[subject.state]
    if not state.final:
        events.append({"what": state.label, "who": holder, "at": subject.due_on, "state": "now"})
    return events


def _file_of(measure) -> str:
    """Where its proof is opened; nothing where it has none."""
    return reverse("records:attachment", args=[measure.file_id]) if measure.file_id else ""


@require_http_methods(["GET", "HEAD", "POST"])
def entry_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an entry."""
    return answer_move(request, CULTIVATION_DESK, pk, action, card=CARD, context=card_context)
