"""An expert finds out late, in one tab, that they have to keep away: the other tab shuts with its next request."""

import pytest

from evaluation.models import Assignment
from portal.demo.accounts import PASSWORD
from records import audit, integrity
from tests.journeys.money import MoneyWalk
from tests.journeys.people import Person
from tests.journeys.test_walk import to_the_bureau
from tests.journeys.walk import name_of

pytestmark = pytest.mark.usefixtures("no_worker")


def test_a_late_conflict_in_one_tab_takes_page_file_and_program_away(city):
    walk = MoneyWalk(city)
    walk.draft_call()
    walk.publish_call()
    walk.apply()
    walk.pass_days()
    to_the_bureau(walk)
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
