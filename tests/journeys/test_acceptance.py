"""The end of a building period: ninety days before it the unit is told, applies, is judged by a panel, and passes; of
another one the targets are not met, it mends, is judged once more, fails, and the bureau proposes to revoke it."""

from datetime import date

import pytest

from evaluation.enums import AcceptanceState as S
from evaluation.models import Acceptance
from evaluation.selectors import acceptances as selectors
from institutes import tasks as institutes_tasks
from institutes.models import Call, Revocation
from notices.models import Notice
from portal.demo.steps import Steps
from records import audit
from records.models import Document
from tests.journeys.accepting import AcceptanceWalk
from tests.journeys.papers import content_of, words_of
from tests.journeys.people import stranger
from tests.journeys.timetable import unsound

pytestmark = pytest.mark.usefixtures("no_worker")
NINETY_DAYS_BEFORE = date(2027, 12, 1)
"""The building period of the demo's books ends on 29 February 2028."""
HALF_A_YEAR_LATER = date(2028, 6, 5)


@pytest.fixture
def walk(city) -> AcceptanceWalk:
    """A recognised institute at the end of its building period, and an agency engaged for acceptances."""
    walk, steps = AcceptanceWalk(city), Steps(city)
    walk.draft_call()
    walk.publish_call()
    with walk.hour(10):
        application = steps.apply(Call.objects.get(), walk.firm, walk.n)
        steps.report(application, walk.firm)
        steps.recommend(application, walk.firm)
        steps.pass_formal(application)
    with walk.hour(13):
        steps.review(application, "0.82")
    walk.url = application.get_absolute_url()
    walk.pass_days(4)
    with walk.hour(10):
        steps.visit(application)
    walk.pass_days()
    walk.shortlist()
    walk.pass_days(5)
    with walk.hour(1):
        assert institutes_tasks.sweep_publicity() == 1
    walk.on(NINETY_DAYS_BEFORE)
    walk.engage_for_acceptances()
    return walk


def test_from_the_building_period_to_passed(walk):
    walk.open_file()
    told = Notice.objects.filter(event="evaluation.acceptance.due_soon", recipient=walk.firm.admin)
    assert told.get().title == "建设期将于2028年2月29日届满，请申请验收"
    walk.report_progress()
    walk.apply_for_acceptance()
    frozen = walk.acceptance.comparison
    walk.judge()
    walk.conclude("passed", "pass")

    acceptance = walk.acceptance
    assert (acceptance.state, acceptance.comparison) == (S.PASSED, frozen)
    assert list(selectors.accepted()) == [walk.institute]
    with walk.hour(17):
        page = walk.admin.open(walk.acceptance_url)
        assert "必达目标完成率" in page.text
        application, notice = Document.objects.about(acceptance).order_by("pk")
        words = words_of(content_of(notice))
        assert ("验收通知书" in words, "通过验收" in words, walk.institute.name in words) == (
            True,
            True,
            True,
        )
        assert "建设目标完成情况" in words_of(content_of(application))
        found = stranger().get(f"/verify/{notice.code}/", follow=True).content.decode()
        assert notice.number in found
        assert acceptance.get_absolute_url() in walk.filler.open(walk.institute.get_absolute_url()).links
    assert [line.verb.rpartition(".")[2] for line in audit.history(acceptance) if line.to_state] == [
        "begin",
        "hand_up",
        "hand_in",
        "give_opinion",
        "sign",
        "entrust",
        "record_review",
        "propose",
        "pass",
    ]
    assert unsound(walk) == []


def test_a_time_to_mend_a_second_acceptance_that_fails_and_the_proposal_to_revoke(walk):
    walk.open_file()
    walk.report_progress("0.5")
    walk.apply_for_acceptance()
    walk.judge()
    with walk.hour(9, 30):
        page = walk["bureau_clerk"].open(walk.acceptance_url)
        offered = page.form("/moves/propose/")
        assert set(offered.names) >= {"outcome", "requirements"}
    walk.conclude("conditional", "condition")

    first, again = walk.acceptance, Acceptance.objects.get(attempt=2)
    assert (first.state, again.former, again.state) == (S.CONDITIONAL, first, S.PREPARING)
    assert again.rectify_by > walk.day
    walk.on(HALF_A_YEAR_LATER)
    walk.acceptance_url = again.get_absolute_url()
    walk.apply_for_acceptance()
    walk.judge("0.5")
    walk.conclude("failed", "fail")

    again.refresh_from_db()
    assert again.state == S.FAILED
    clerk = walk["bureau_clerk"]
    with walk.hour(17):
        form = clerk.open(clerk.open(walk.acceptance_url).link("/revocations/new/"))
        done = clerk.send(form)
        revocation = Revocation.objects.get()
        assert (revocation.cause, revocation.get_absolute_url()) == ("failed_acceptance", done.path)
        assert "未通过" in revocation.facts
        assert clerk.open(walk.acceptance_url).link(revocation.get_absolute_url())
    assert not selectors.accepted().exists()
    assert [notice.kind for notice in Document.objects.about(again).order_by("pk")] == [
        "acceptance_application",
        "acceptance_notice",
    ]
    assert unsound(walk) == []
