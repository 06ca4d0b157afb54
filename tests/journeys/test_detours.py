"""Where the walk leaves the straight way: returns, supplements, objections, a worker that stands still."""

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from funding.models import Award
from institutes.models import Application
from notices.models import Delivery, Preference
from records.models import Document
from tests.journeys.mailbox import carried_by, sent_once_or_done
from tests.journeys.objector import NAME, find, object_to
from tests.journeys.pages import Page
from tests.journeys.timetable import sweep, unsound
from tests.journeys.traces import standing

pytestmark = pytest.mark.usefixtures("no_worker")


# --- returns --------------------------------------------------------------------------------------------------------


def test_the_county_returns_with_reasons_at_the_fields(applied):
    walk = applied
    walk.pass_days()
    with walk.hour():
        walk["county_staff"].take(
            walk.url,
            "county_return",
            reasons_where=["partners.partners", "plan.task_strategy", ""],
            reasons_text=["共建协议有效期早于建设期结束日。", "发展战略研究过于简略。", ""],
        )

    with walk.hour(11):
        page = walk.filler.open(f"{walk.url}sections/plan/")
        assert "发展战略研究过于简略。" in page.text
        assert "共建协议有效期早于建设期结束日。" in walk.filler.open(f"{walk.url}sections/partners/").text
        words = "每年发布技术进步路线图，两年完成三项专题研究，为市、县制定产业规划提供咨询。"
        walk.filler.send(page, go="stay", task_strategy=words)
    number = walk.application.number
    walk.submit()
    walk.report()

    assert walk.application.state == "county_review"
    assert walk.application.number == number, "a case keeps its number"
    assert words in walk["county_staff"].open(f"{walk.url}book/").text
    assert unsound(walk) == []


def test_the_unit_returns_to_its_filler(walk):
    walk.begin()
    walk.fill()
    walk.attach()
    walk.submit()
    with walk.hour(15):
        walk.admin.take(
            walk.url, "unit_return", reasons_where=["basics", "", ""], reasons_text=["请核对建设期。", "", ""]
        )

    assert walk.application.state == "draft"
    assert "请核对建设期。" in walk.filler.open(f"{walk.url}sections/basics/").text
    walk.submit()
    walk.report()
    assert walk.application.state == "county_review"


def test_a_supplement_is_asked_for_once_and_brought(applied):
    walk = applied
    walk.pass_days()
    walk.to_the_bureau()
    walk.pass_days()
    walk.propose_formal("supplement", unmet={"agreements_valid": "agreement"})
    with walk.hour(16):
        walk["bureau_approver"].take(walk.url, "confirm_supplement")
    assert walk.application.state == "supplement_requested"

    walk.pass_days()
    walk.attach_one("agreement", "补正的共建协议")
    with walk.hour(15):
        walk.filler.send(walk.filler.open(f"{walk.url}submit/"), "/moves/resubmit/")
    walk.pass_days()
    walk.propose_formal()
    walk.confirm_pass()

    assert walk.application.state == "reviewing"
    assert walk.application.supplements == 1
    assert unsound(walk) == []


def test_a_supplement_that_does_not_come_closes_the_case(applied):
    walk = applied
    walk.to_the_bureau()
    walk.propose_formal("supplement", unmet={"agreements_valid": "agreement"})
    with walk.hour(16):
        walk["bureau_approver"].take(walk.url, "confirm_supplement")
    filler = User.objects.get(username=walk.filler.username)
    Preference.objects.update_or_create(user=filler, defaults={"mail": "never"})
    walk.pass_days(30)
    with walk.hour():
        sweep(walk, "institutes.tasks.sweep_supplements")
        sweep(walk, "institutes.tasks.sweep_supplements")
        sweep(walk, "notices.tasks.deliver_pending")

    assert walk.application.state == "closed_formal"
    given_up = Delivery.objects.filter(notice__event="institutes.application.lapse_supplement")
    mine = given_up.filter(notice__recipient=filler)
    assert {(one.channel, one.status) for one in mine} == {("email", "sent"), ("sms", "sent")}
    assert unsound(walk) == []


# --- objections -----------------------------------------------------------------------------------------------------


def test_a_dismissed_objection_only_stops_the_clock(published):
    walk = published
    walk.pass_days()
    url = object_to(walk)
    assert walk.application.state == "objection_handling"
    walk.pass_days(8)
    with walk.hour(1):
        sweep(walk, "institutes.tasks.sweep_publicity")
    assert walk.application.state == "objection_handling", "the clock stands still"
    find(walk, url, "dismiss")
    assert walk.application.state == "publicity"

    walk.pass_days(6)
    with walk.hour(1):
        sweep(walk, "institutes.tasks.sweep_publicity")
    assert walk.application.state == "recognised"
    assert NAME not in walk.filler.open(walk.url).text
    assert unsound(walk) == []


def test_an_upheld_objection_ends_the_case(published):
    walk = published
    walk.pass_days()
    find(walk, object_to(walk), "uphold")
    walk.pass_days(20)
    with walk.hour(1):
        sweep(walk, "institutes.tasks.sweep_publicity", "funding.tasks.propose_awards")

    assert walk.application.state == "closed_objection"
    assert not Award.objects.exists()
    assert walk.application.institute_name not in Page(Client().get("/directory/")).text
    assert unsound(walk) == []


# --- the worker stands still ----------------------------------------------------------------------------------------


def test_without_a_worker_all_goes_on_and_everything_comes_later_once(published):
    """Pages answer and cases move; papers and mail wait as rows, and the timetable makes each of them once."""
    walk = published
    walk.pass_days(5)
    with walk.hour(9):
        walk["bureau_approver"].take(walk.url, "recognise")
    assert walk.application.state == "recognised"
    assert Document.objects.count() == 0
    assert len(mail.outbox) == 0

    with walk.hour(12):
        sweep(walk)
        sweep(walk)
    papers = sorted(Document.objects.values_list("kind", flat=True))
    assert papers == [
        "application_book",
        "certificate",
        *["commitment"] * 5,
        "draw_record",
        "public_notice",
        "recommendation",
        "score_sheet",
        "visit_sheet",
    ]
    assert Award.objects.count() == 1
    with walk.hour(13):
        before = standing()
        sweep(walk)
        assert standing() == before, "a sweep that finds nothing does nothing"
    sent_once_or_done(carried_by(mail.outbox))
    assert unsound(walk) == []


def test_a_second_application_of_the_same_unit_is_refused(walk):
    walk.begin()
    with walk.hour(10):
        page = walk.filler.open(f"{walk.call_url}apply/")
        walk.filler.send(page, status=409)

    assert Application.objects.count() == 1
