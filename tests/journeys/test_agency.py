"""The agency's year by the pages: experts answer by the link of a mail, an engagement ends and another agency goes
on where the first stopped, and its report is questioned, answered and accepted."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from evaluation.models import AgencyReport, Assignment, Engagement, Panel
from portal.demo.books import sample_pdf
from records import audit
from records.models import Document
from tests.journeys.money import MoneyWalk
from tests.journeys.pages import Page
from tests.journeys.people import Person, stranger
from tests.journeys.walk import COMMENT, MONDAY

REFUSED = {403, 404}


@pytest.fixture
def walk(city, worker) -> MoneyWalk:
    """An application that its first agency has opened a panel for, its experts invited."""
    walk = MoneyWalk(city)
    walk.draft_call()
    walk.publish_call()
    walk.apply()
    walk.pass_days()
    walk.to_the_bureau()
    walk.propose_formal()
    walk.confirm_pass()
    walk.pass_days()
    walk.open_panel()
    return walk


def link_to(username: str) -> str:
    """The address in the last mail that invited this expert."""
    letters = [m for m in mail.outbox if m.to == [f"{username}@demo.example"] and "邀请您参加" in m.subject]
    return re.search(r"/invitations/[^\s/]+/", letters[-1].body).group()


def answer(walk: MoneyWalk, url: str, **typed) -> Page:
    """Answer by the link alone, signed in as nobody."""
    client = stranger()
    with walk.hour(13):
        page = Page(client.get(url))
        return Page(client.post(url, page.form().filled(typed), follow=True))


def one_declines_by_mail(walk: MoneyWalk) -> None:
    panel = Panel.objects.get()
    # Somebody of the field from the city: their place can be taken by anybody of the field who was drawn after them.
    rows = panel.assignments.filter(seat="technical").order_by("expert__outside_city", "pk")
    second, first = rows.values_list("expert__user__username", flat=True)[:2]
    accepted, unsaid = (
        answer(walk, link_to(first), answer="accept"),
        answer(walk, link_to(second), answer="decline"),
    )
    declined = answer(walk, link_to(second), answer="decline", reason="同期出国交流")
    seats = {seat.expert.user.username: seat for seat in panel.assignments.all()}

    assert (accepted.status, unsaid.status, declined.status) == (200, 422, 200)
    assert "请说明谢绝理由" in unsaid.text
    assert (seats[first].state, seats[second].state) == ("accepted", "declined")
    assert panel.assignments.live().count() == panel.size
    with walk.hour(14):
        used = Page(stranger().get(link_to(second)))
        told = walk["agency"].open(walk.panel_url).text
        # That one declined the agency reads; why could say whose application it is.
        assert (used.forms_to(used.path), "谢绝" in told, "同期出国交流" in told) == ([], True, False)
        assert stranger().get(f"/invitations/{'x' * 40}/").status_code == 404
        assert (
            walk[second].client.get(f"/api/v1{seats[second].get_absolute_url()}package/").status_code == 403
        )


def another_agency_goes_on(walk: MoneyWalk) -> Person:
    """The first engagement ends early; what it left undone is handed to the agency of a second contract."""
    clerk, approver, first = walk["bureau_clerk"], walk["bureau_approver"], walk["agency"]
    former = Engagement.objects.get()
    with walk.hour(15):
        page = clerk.open("/engagements/new/")
        done = clerk.send(
            page,
            agency=page.form().choice("agency", walk.world.former_agency.name),
            title="示例认定评审（续）",
            number="示例委托合同〔2026〕2号",
            begins_on=walk.day.isoformat(),
            ends_on=(walk.day + timedelta(days=200)).isoformat(),
            calls=[walk.call_url.rstrip("/").rpartition("/")[2]],
            contract=sample_pdf("评审委托合同"),
        )
        approver.take(done.path, "approve")
        approver.take(former.get_absolute_url(), "end", reason="机构人员变动，协商解除")
    with walk.hour(16):
        shut = [
            first.client.get(address).status_code
            for address in (
                walk.panel_url,
                f"/api/v1{walk.panel_url}",
                f"/api/v1/applications/{walk.application.pk}/",
            )
        ]
        page = approver.open(former.get_absolute_url())
        successor = page.form("/moves/hand_over/").choice("successor", "2号")
        approver.send(page, "/moves/hand_over/", successor=successor, reason="由新委托机构继续办理")
        second = walk["agency2"]
        held = second.open(walk.panel_url)
    assert set(shut) <= REFUSED
    assert walk.application.agency == walk.world.former_agency
    assert "评分" in held.text
    assert "evaluation.panel.hand_over" in [event.verb for event in audit.history(Panel.objects.get())]
    return second


def scored_and_not_passed(walk: MoneyWalk, agency: Person) -> None:
    walk.pass_days()
    for seat in list(Assignment.objects.live().select_related("expert__user")):
        walk.score(seat.expert.user.username, "0.5")
    walk.pass_days()
    with walk.hour(9):
        agency.take(walk.panel_url, "conclude", opinion=COMMENT)


def reported(walk: MoneyWalk, agency: Person) -> None:
    """Drafted from the figures, returned with a question, not handed in again unanswered, accepted."""
    clerk = walk["bureau_clerk"]
    with walk.hour(10):
        batch = Engagement.objects.get(agency=walk.world.former_agency).batches.get()
        page = agency.open(agency.open("/reports/").link("/reports/new/"))
        url = agency.send(page, batch=str(batch.pk)).path.removesuffix("edit/")
        assert clerk.open(url, status=404).status == 404
        typed = agency.open(f"{url}edit/").form()
        empty = [name for name, (value, *_rest) in typed.values.items() if name[:5] == "text_" and not value]
        agency.send(agency.open(f"{url}edit/"), **dict.fromkeys(empty, "示例：评审组织有序，未发现异常。"))
        paper = agency.client.get(f"{url}preview/")
        assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
        agency.take(url, "hand_over")
    with walk.hour(11):
        page = clerk.open(url)
        part = next(iter(page.form("/moves/send_back/").options["questions_part"]))
        words = {"questions_part": [part], "questions_text": ["补抽的时间与依据请写明。"]}
        clerk.send(page, "/moves/send_back/", **words)
    with walk.hour(14):
        unanswered = agency.send(agency.open(url), "/moves/hand_over/", status=409)
        boxes = agency.open(f"{url}edit/").form().names
        (box,) = [name for name in boxes if name.startswith("answer_")]
        agency.send(agency.open(f"{url}edit/"), **{box: "专家谢绝后当日由系统按抽取次序递补。"})
        agency.take(url, "hand_over")
    with walk.hour(15):
        clerk.take(url, "accept", opinion="同意接收。")
        stale = clerk.post(f"{url}moves/accept/").status

    report = AgencyReport.objects.get()
    assert "答复" in unanswered.text
    assert (report.state, report.versions.count(), stale) == ("accepted", 2, 409)
    papers = Document.objects.filter(kind__startswith="agency_report").order_by("pk")
    assert [paper.kind for paper in papers] == ["agency_report", "agency_report_2"]
    said = clerk.open(url).text
    assert "专家谢绝后当日由系统按抽取次序递补" in said
    assert [
        name for name in Assignment.objects.values_list("expert__user__name", flat=True) if name in said
    ] == []
    assert walk["agency"].client.get(url).status_code == 404
    assert walk.filler.client.get(url).status_code in REFUSED


def test_invitations_by_mail_a_second_agency_and_a_report_that_is_questioned(walk):
    walk.draw()
    one_declines_by_mail(walk)
    agency = another_agency_goes_on(walk)
    scored_and_not_passed(walk, agency)
    reported(walk, agency)
    assert walk.application.state == "closed_review"
    assert walk.day > MONDAY
