"""A panel of five: one finds out late, in one tab, that they have to keep away, and the other tab shuts with its next
request; one never hands in, and is replaced, not guessed at."""

from decimal import Decimal

import pytest

from evaluation.models import Assignment, Score
from portal.demo.accounts import PASSWORD
from records import audit, integrity
from tests.journeys.people import Person
from tests.journeys.walk import COMMENT, Walk, name_of

pytestmark = pytest.mark.usefixtures("no_worker")


SHARES = ("0.90", "0.84", "0.80", "0.76")


def never_hands_in(walk: Walk, username: str) -> str:
    """An expert signs and types points, and lets the day pass; returns the address of the seat."""
    expert = walk[username]
    with walk.hour(10):
        url = expert.open("/assignments/").link(r"/assignments/\d+/$")
        expert.take(url, "commit", confidential="on", no_conflict="on", signature=name_of(username))
        expert.send(expert.open(url), "/sheet/", then="save", team_points="1", team_comment=COMMENT)
    return url


def one_is_missing(walk: Walk) -> None:
    """Four hand in, the fifth does not: refused by name, replaced by the next in order, concluded by five sheets."""
    panel, agency = walk.application.panel, walk["agency"]
    people = list(panel.assignments.live().values_list("expert__user__username", flat=True))
    for username, share in zip(people, SHARES, strict=False):
        walk.score(username, share)
    idle = never_hands_in(walk, people[-1])
    walk.pass_days(15)
    with walk.hour(9):
        assert "conclude" not in agency.open(walk.panel_url).offers()
        agency.take(idle, "replace", ground="overdue", reason="评分时限已过，多次提醒未提交")
    latecomer = panel.assignments.live().exclude(state="locked").get().expert.user.username
    walk.score(latecomer, "0.72")
    walk.pass_days()
    walk.conclude()

    panel.refresh_from_db()
    # (90 + 84 + 80 + 76 + 72) / 5; the point that was typed and never handed in is in no sum.
    assert (panel.score, panel.spread) == (Decimal("80.40"), Decimal("18.00"))
    assert panel.assignments.filter(state="locked").count() == panel.size
    assert Score.objects.get(assignment__panel=panel, points=1).assignment.state == "replaced"
    assert walk[people[-1]].client.get(f"/api/v1{idle}package/").status_code == 403


def test_a_panel_of_five_with_a_late_conflict_and_a_missing_sheet(applied):
    walk = applied
    walk.pass_days()
    walk.to_the_bureau()
    walk.pass_days()
    walk.propose_formal()
    walk.confirm_pass()
    walk.pass_days()
    walk.open_panel()
    username = walk.draw()[0]
    seat = Assignment.objects.get(expert__user__username=username)
    page, program = seat.get_absolute_url(), f"/api/v1/assignments/{seat.pk}/"
    one = walk[username]
    with walk.hour(12):
        one.take(page, "commit", confidential="on", no_conflict="on", signature=name_of(username))
        other = Person(username)
        opened = other.open(page)
        file = opened.link(rf"/assignments/{seat.pk}/files/\d+/$")
        token = other.client.post("/api/v1/token/", {"username": username, "password": PASSWORD}).json()[
            "token"
        ]
        key = {"Authorization": f"Token {token}"}
        before = [
            other.client.get(file).status_code,
            other.client.get(f"{program}package/", headers=key).status_code,
        ]

        one.take(page, "recuse", ground="cooperation", reason="阅读中发现曾与申报团队共同承担项目")

        after = other.open(page)
        shut = [
            other.client.get(file).status_code,
            other.client.get(f"{program}package/", headers=key).status_code,
            other.client.get(f"{program}files/1/", headers=key).status_code,
            other.client.patch(program, {"entries": {}}, "application/json", headers=key).status_code,
            other.post(f"{page}sheet/", {"then": ""}).status,
        ]

    panel = walk.application.panel
    assert (before, shut) == ([200, 200], [403] * 5)
    assert "材料已停止查阅" in after.text
    assert panel.assignments.live().count() == panel.size
    assert "evaluation.assignment.recuse" in [event.verb for event in audit.history(seat)]
    with walk.hour(13):
        applicant = walk.admin.open(walk.url).text
        told = walk["agency"].open(walk.panel_url).text
    assert [word in told for word in ("三年内与申报团队共同承担项目", str(seat))] == [True, True]
    assert [
        word for word in ("共同承担项目", str(seat), panel.code, name_of(username)) if word in applicant
    ] == []
    assert [
        found for _invariant, findings in integrity.run() for found in findings if "评审任务" in found
    ] == []
    one_is_missing(walk)
