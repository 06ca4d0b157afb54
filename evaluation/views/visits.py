"""Site visits: the list, planning one, its page with its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.roles import UNIT_ROLES
from accounts.views.common import listed, show_form
from evaluation import permissions, services
from evaluation.desk import VISIT_DESK
from evaluation.enums import Part
from evaluation.forms.visits import PlanForm, VisitFilter
from evaluation.lifecycle import VISIT
from evaluation.selectors import visits as selectors
from evaluation.views.engagements import require
from institutes.views.standing import paper_line
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "evaluation/_site_visit_card.html"
FORM = "evaluation/site_visit_form.html"


@require_safe
def site_visit_list(request: HttpRequest) -> HttpResponse:
    """The visits this person takes part in or follows; what still has to be planned stands on top."""
    require(request.user.holds(*selectors.READERS))
    context = listed(request, selectors.visits_visible_to(request.user), VisitFilter)
    waiting = selectors.awaiting_visit(request.user)
    context |= {
        "rows": [_row(visit, request.user) for visit in context["page"]],
        "awaiting": [{"subject": one, "days_left": _days_left(one.due_on)} for one in waiting],
    }
    return render(request, "evaluation/site_visit_list.html", context)


def _row(visit, user) -> dict:
    return {
        "visit": visit,
        "holder": holders.of_case(visit, VISIT),
        "words": VISIT.label(visit.state, for_applicant=_is_unit(user)),
        "days_left": _days_left(visit.due_on),
    }


def _days_left(due_on) -> int | None:
    return calendar.working_days_left(clock.today(), due_on) if due_on else None


def _is_unit(user) -> bool:
    return user.holds(*UNIT_ROLES)


@downloads.table("site-visits", "现场考察")
def site_visit_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(request.user.holds(*selectors.READERS))
    rows = VisitFilter(request.GET, queryset=selectors.visits_visible_to(request.user), request=request).qs
    head = [_("研究院"), _("受理号"), _("申报单位"), _("归口"), _("考察时间"), _("考察地点")]
    head += [_("状态"), _("当前办理"), _("办理时限"), _("与申报材料")]
    return exports.Sheet(head, rows, _cells)


def _cells(row) -> list:
    about, when = row.application, f"{localtime(row.starts_at):%Y-%m-%d %H:%M}"
    said = {True: _("一致"), False: _("不一致"), None: ""}[row.consistent if row.recorded_at else None]
    named = [about.institute_name, about.number, about.host, about.division, when, row.place]
    return [*named, VISIT.label(row.state), holders.of_case(row, VISIT), row.due_on, said]


@require_http_methods(["GET", "HEAD", "POST"])
def site_visit_new(request: HttpRequest) -> HttpResponse:
    """Plan a visit: the application comes from the list, its experts and county follow from it."""
    require(permissions.may_plan_visits(request.user))
    asked = request.POST.get("application") or request.GET.get("application") or ""
    waiting = selectors.awaiting_visit(request.user)
    about = waiting.filter(pk=asked).first() if asked.isdigit() else None
    if about is None and request.method != "POST":
        return render(request, "evaluation/site_visit_choose.html", {"waiting": waiting})
    form = PlanForm(
        request.POST or None, user=request.user, application=about, initial={"application": about}
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, about=about)
    visit = services.plan_visit(**form.cleaned_data, by=request.user)
    messages.success(request, _("考察已安排，已通知专家、申报单位、县级见证人和市科技局。"))
    return redirect(visit)


@require_safe
def site_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """One visit: when, who, and what was found, as far as this person may read it."""
    subject = get_object_or_404(selectors.visits_visible_to(request.user), pk=pk)
    offers = VISIT_DESK.offers(request.user, subject)
    return render(request, "evaluation/site_visit.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def site_visit_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a visit."""
    return answer_move(request, VISIT_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of a visit shows, on its page and as the answer to a move."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    state, outside = VISIT.states[subject.state], not permissions.may_read_record(request.user, subject)
    holder = holders.of_case(subject, VISIT)
    lines = VISIT_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if not state.final:
        label = VISIT.label(subject.state, for_applicant=outside)
        events.append({"what": label, "who": holder, "at": subject.due_on, "state": "now"})
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "words": VISIT.label(subject.state, for_applicant=outside),
        "days_left": _days_left(subject.due_on),
        "next_step": primary[0] if primary else "",
        "events": events,
        "fills": permissions.may_fill_in(request.user, subject),
        "outside": outside,
        **({"experts_asked": len(selectors.experts_of(subject))} if outside else _inside(subject)),
    }


def _inside(subject) -> dict:
    """The record, for those who take part in it or decide by it."""
    members = selectors.going(subject)
    signed = {one.pk: one.signature for one in selectors.signed(subject)}
    photos = list(selectors.photos_of(subject))
    return {
        "people": [{"member": one, "signature": signed.get(one.pk)} for one in members],
        "rows": selectors.checklist_of(subject),
        "photos": photos,
        "missing": selectors.missing_of(subject, clock.now()) if subject.state == "planned" else [],
        "papers": [paper_line(row) for row in selectors.papers_about_visit(subject)],
        "accepted": sum(one.answer == "accepted" for one in members if one.part == Part.EXPERT),
        "least": selectors.least_experts(subject.application),
    }
