"""Policies of the counties: the officers' list, drafting, one policy with its moves and versions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes import permissions, selectors, services
from institutes.desk import COUNTY_POLICY_DESK
from institutes.forms.county_policies import CountyPolicyFilter, CountyPolicyForm, stored
from institutes.lifecycle import COUNTY_POLICY
from institutes.views.chains import require
from records import calendar, clock, deadlines, downloads, exports
from records.moves import answer_move

CARD = "institutes/_county_policy_card.html"
FORM = "institutes/county_policy_form.html"


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """The policies this person may read, the latest first; for the city also which counties have none."""
    require(request.user.holds(*selectors.POLICY_READERS))
    context = listed(request, selectors.county_policies_visible_to(request.user), CountyPolicyFilter)
    in_city = request.user.holds(*selectors.CITY_READERS)
    shown = {
        "rows": [(row, holders.of_case(row, COUNTY_POLICY)) for row in context["page"]],
        "may_draft": permissions.may_draft_county_policies(request.user),
        "in_city": in_city,
        "counties": selectors.counties_by_policy(on=clock.today()) if in_city else [],
        "today": clock.today(),
    }
    shown["without"] = [county for county in shown["counties"] if not county.in_force]
    return render(request, "institutes/county_policy_list.html", context | shown)


@downloads.table("county-policies", "县级配套政策")
def policy_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it: a line for each measure."""
    require(request.user.holds(*selectors.POLICY_READERS))
    rows = selectors.county_policies_visible_to(request.user).prefetch_related("measures")
    found = CountyPolicyFilter(request.GET, queryset=rows, request=request).qs
    head = [
        _("县（市、区）"),
        _("文件名称"),
        _("文号"),
        _("印发日期"),
        _("施行日期"),
        _("有效期至"),
        _("状态"),
    ]
    head += [_("条款"), _("市级措施"), _("本级给予的支持"), _("金额（元）")]
    return exports.Sheet(
        head, found, spread=lambda some: (_cells(row, each) for row in some for each in row.measures.all())
    )


def _cells(row, measure) -> list:
    said = [row.division, row.title, row.number, row.issued_on, row.valid_from, row.valid_to]
    given = [measure.clause, measure.label, measure.content, measure.amount]
    return [*said, COUNTY_POLICY.label(row.state), *given]


@require_http_methods(["GET", "HEAD", "POST"])
def policy_new(request: HttpRequest) -> HttpResponse:
    """Register a document of one's county as a draft."""
    require(permissions.may_draft_county_policies(request.user))
    return _draft(request)


@require_http_methods(["GET", "HEAD", "POST"])
def policy_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft the next version of what is published, beginning from what it says now."""
    former = get_object_or_404(selectors.county_policies_visible_to(request.user), pk=pk)
    require(permissions.may_renew_county_policy(request.user, former))
    return _draft(request, replaces=former)


def _draft(request: HttpRequest, replaces=None) -> HttpResponse:
    initial = stored(replaces) | {"number": "", "valid_to": None} if replaces else None
    form = CountyPolicyForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, former=replaces)
    policy = services.draft_county_policy(
        division=form.division, **form.cleaned_data, replaces=replaces, by=request.user
    )
    messages.success(request, _("草稿已保存，核对后送分管领导审签。"))
    return redirect(policy)


@require_http_methods(["GET", "HEAD", "POST"])
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is still a draft."""
    subject = get_object_or_404(selectors.county_policies_visible_to(request.user), pk=pk)
    require(permissions.may_revise_county_policy(request.user, subject))
    form = CountyPolicyForm(
        request.POST or None, request.FILES or None, user=request.user, initial=stored(subject)
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject)
    return redirect(services.revise_county_policy(policy=subject, **form.cleaned_data, by=request.user))


@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy: the document, what it gives, its versions, its way."""
    subject = get_object_or_404(selectors.county_policies_visible_to(request.user), pk=pk)
    offers = COUNTY_POLICY_DESK.offers(request.user, subject)
    return render(request, "institutes/county_policy.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of a policy shows, on its page and as the answer to a move."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    lines = COUNTY_POLICY_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    deadline, holder = deadlines.current(subject), holders.of_case(subject, COUNTY_POLICY)
    due_on = deadline.due_on if deadline else None
    if holder:
        label = COUNTY_POLICY.label(subject.state)
        events.append({"what": label, "who": holder, "at": due_on, "state": "now"})
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "due_on": due_on,
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on else None,
        "next_step": primary[0] if primary else "",
        "events": events,
        "measures": subject.measures.all(),
        "versions": selectors.versions_of(subject),
        "file_url": reverse("records:attachment", args=[subject.file_id]) if subject.file_id else "",
        "may_edit": permissions.may_revise_county_policy(request.user, subject),
        "may_renew": permissions.may_renew_county_policy(request.user, subject),
        "today": clock.today(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def policy_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a policy."""
    return answer_move(request, COUNTY_POLICY_DESK, pk, action, card=CARD, context=card_context)
