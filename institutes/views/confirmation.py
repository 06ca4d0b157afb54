"""What the unit reads after it has handed its application on: what was done, what comes next and until when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import holders
from institutes import selectors
from institutes.lifecycle import APPLICATION
from institutes.models import Application
from institutes.permissions import may_apply_for

CONFIRMED = {
    "submit": _("申报书已提交本单位审核"),
    "unit_approve": _("申报书已报送县级科技管理部门"),
    "resubmit": _("补正材料已提交市科技局"),
}
"""The moves after which the unit is shown this page."""
# What follows, in the order of the way: the time limit of the edition, who acts, what they do.
WAY = (
    ("unit_review", "submit", _("本单位管理员审核并报送")),
    ("county_review", "unit_approve", _("县级科技管理部门审核，分管领导签发推荐函")),
    ("formal_review", "resubmit", _("市科技局形式审查")),
    ("review", "", _("第三方机构组织专家评审")),
    ("site_visit", "", _("现场考察")),
    ("decision", "", _("市科技局局务会审议")),
    ("publicity", "", _("拟认定名单公示")),
)


@never_cache
@require_safe
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """The handing-on that brought this application where it stands; the case itself where it has gone on since."""
    application = get_object_or_404(selectors.applications_visible_to(request.user), pk=pk)
    event = selectors.last_of(application, CONFIRMED)
    stands = event is not None and event.to_state == application.state
    if event is None or not stands or not may_apply_for(request.user, application.host):
        return redirect(application)
    context = {
        "application": application,
        "title": CONFIRMED[selectors.move_of(event)],
        "at": event.at,
        "state": APPLICATION.label(application.state, for_applicant=True),
        "holder": holders.of_case(application, APPLICATION),
        "steps": _what_follows(application, selectors.move_of(event)),
        "version": selectors.latest_version(application),
    }
    return render(request, "institutes/confirmation.html", context)


def _what_follows(application: Application, action: str) -> list[dict]:
    """The steps from here on with the working days of each; the first with the day by which it is due."""
    begin = next(place for place, (_limit, after, _words) in enumerate(WAY) if after == action)
    steps = [{"words": words, "days": application.time_limit(limit)} for limit, _after, words in WAY[begin:]]
    steps[0]["due_on"] = application.due_on
    return steps
