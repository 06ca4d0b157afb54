"""A conflict declared after the conclusion: access ends at once, and the bureau decides what becomes of the result."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from evaluation import permissions, selectors, services
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.models import VisitPlan
from evaluation.selectors import visits
from evaluation.selectors.reports import questions_open
from evaluation.services.late_conflicts import LATE
from institutes.enums import ApplicationState as S
from institutes.models import Application
from notices.models import Notice
from records import audit, deadlines
from records.errors import IllegalMove, Incomplete
from records.models import Deadline
from tests.evaluation.test_rounds import again, scored
from tests.factories.accounts import person
from tests.factories.evaluation import OPINION, signed

pytestmark = pytest.mark.django_db
REASON = "考察前发现曾受聘为该单位有偿顾问"
NEAR = ("0.85", "0.82", "0.80", "0.78", "0.75")
POOR = ("0.55", "0.54", "0.53", "0.52", "0.51")


class Concluded:
    """A panel that has concluded, and the expert of its first seat who finds out later."""

    def __init__(self, panel, manager, shares=NEAR):
        self.panel, self.manager, self.approver = panel, manager, person(Role.BUREAU_APPROVER)
        self.seat, *self.others = scored(panel, manager, shares)
        services.conclude_panel(panel=panel, opinion=OPINION, by=manager)
        self.refresh()

    def refresh(self):
        self.panel.refresh_from_db()
        self.seat.refresh_from_db()
        self.seat.panel = self.panel
        self.application = Application.objects.get(pk=self.panel.application_id)

    def declare(self, ground="interest"):
        services.declare_late_conflict(
            assignment=self.seat, ground=ground, reason=REASON, by=self.seat.expert.user
        )
        self.refresh()


@pytest.fixture
def case(panel, manager):
    return Concluded(panel, manager)


def told(event):
    return set(Notice.objects.filter(event=f"evaluation.{event}").values_list("recipient__pk", flat=True))


def waiting(panel) -> list:
    rows = Deadline.objects.about(panel).filter(kind=LATE, met_at__isnull=True)
    return [(row.holder_role, row.holder_organisation_id, row.due_on is not None) for row in rows]


def test_what_is_declared_late_shuts_the_material_and_waits_for_the_bureau(case, client):
    expert = case.seat.expert.user
    assert permissions.may_read_package(expert, case.seat)

    case.declare()

    assert (case.seat.state, case.seat.conflict, case.panel.state) == (A.LOCKED, "interest", P.CONCLUDED)
    assert not permissions.may_read_package(expert, case.seat)
    client.force_login(expert)
    assert client.get(f"/api/v1/assignments/{case.seat.pk}/package/").status_code == 403
    assert waiting(case.panel) == [(Role.BUREAU_APPROVER, None, True)]
    assert told("assignment.late_conflict") == {case.approver.pk, case.manager.pk}
    assert REASON not in "".join(Notice.objects.values_list("body", flat=True))
    assert audit.history(case.seat).get(verb__endswith=".declare").data["conflict"] == "interest"


def test_the_bureau_has_the_seat_judged_anew_and_the_other_sheets_stay(case):
    case.declare()

    services.redo_review(assignment=case.seat, reason="受聘为有偿顾问，应当回避", by=case.approver)

    case.refresh()
    assert (case.seat.state, case.seat.late_answer) == (A.RECUSED, "redone")
    assert (case.panel.state, case.panel.score, case.application.state) == (P.SCORING, None, S.REVIEWING)
    assert case.application.review_score is None
    assert {seat.state for seat in case.others} == {A.LOCKED}
    assert waiting(case.panel) == []
    successor = case.panel.assignments.get(state=A.INVITED)
    services.commit_assignment(assignment=successor, **signed(successor))
    again(successor, "0.70")
    services.conclude_panel(panel=case.panel, opinion=OPINION, by=case.manager)
    case.refresh()
    # (82 + 80 + 78 + 75 + 70) / 5
    assert (case.panel.score, case.application.review_score) == (Decimal("77.00"), Decimal("77.00"))
    kinds = [e.data["paper"]["kind"] for e in audit.history(case.panel).filter(verb__endswith=".conclude")]
    assert (case.application.state, kinds) == (S.SITE_VISIT, ["score_sheet", "score_sheet_2"])


def test_a_case_that_had_failed_is_judged_anew_too(panel, manager):
    case = Concluded(panel, manager, POOR)
    assert case.application.state == S.CLOSED_REVIEW
    case.declare("cooperation")

    services.redo_review(assignment=case.seat, reason="应当回避", by=case.approver)

    case.refresh()
    assert (case.application.state, case.application.closed_at) == (S.REVIEWING, None)
    successor = case.panel.assignments.get(state=A.INVITED)
    services.commit_assignment(assignment=successor, **signed(successor))
    again(successor, "0.50")
    services.conclude_panel(panel=case.panel, opinion=OPINION, by=case.manager)
    events = audit.history(case.application).filter(verb__endswith=".fail_review")
    kinds = [event.data["paper"]["kind"] for event in events]
    assert len(set(kinds)) == len(kinds) == 2
    assert all(kind.startswith("result_notice") for kind in kinds)


def test_the_bureau_keeps_the_result_with_a_reason(case):
    case.declare()

    with pytest.raises(Incomplete, match="必须说明理由"):
        services.keep_result(assignment=case.seat, reason=" ", by=case.approver)
    services.keep_result(assignment=case.seat, reason="三年前已结束，不影响公正", by=case.approver)

    case.refresh()
    assert (case.seat.late_answer, case.panel.state, waiting(case.panel)) == ("kept", P.CONCLUDED, [])
    assert told("assignment.late_decided") == {case.manager.pk, case.seat.expert.user_id}
    for service in (services.keep_result, services.redo_review):
        with pytest.raises(IllegalMove, match="没有待处理"):
            service(assignment=case.seat, reason="再次处理", by=case.approver)


def test_two_declare_and_the_second_still_waits(case):
    case.declare()
    second = case.others[0]
    second.refresh_from_db()
    services.declare_late_conflict(assignment=second, ground="relative", reason=REASON, by=second.expert.user)
    services.keep_result(assignment=case.seat, reason="不影响公正", by=case.approver)

    assert list(selectors.undecided_conflicts(case.panel)) == [second]
    assert len(waiting(case.panel)) == 1


def test_nothing_is_declared_late_before_the_conclusion_or_twice_or_without_a_ground(panel, manager):
    seats = scored(panel, manager, NEAR)

    def declare(ground="interest"):
        services.declare_late_conflict(
            assignment=seats[0], ground=ground, reason=REASON, by=seats[0].expert.user
        )

    with pytest.raises(IllegalMove, match="尚未汇总"):
        declare()
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)
    seats[0].refresh_from_db()
    with pytest.raises(Incomplete, match="回避情形"):
        declare("requested")
    declare()
    with pytest.raises(IllegalMove, match="已经申报"):
        declare()


def test_who_has_to_keep_away_does_not_go_to_the_host(case):
    from tests.evaluation.test_visits import Town

    town = Town()
    visit = town.accepted()
    seat = town.seats[0]

    services.declare_late_conflict(assignment=seat, ground="interest", reason=REASON, by=seat.expert.user)

    left = VisitPlan.objects.get(pk=visit.pk)
    assert [one.user_id for one in visits.experts_of(left)] == [town.seats[1].expert.user_id]
    assert not visits.visits_visible_to(seat.expert.user).exists()


def test_by_the_pages_of_expert_and_bureau(case, client):
    address = reverse("evaluation:assignment-move", args=[case.seat.pk, "declare"])
    client.force_login(case.seat.expert.user)
    before = client.get(case.seat.get_absolute_url()).text
    client.post(address, {"ground": "interest", "reason": REASON})
    after = client.get(case.seat.get_absolute_url()).text

    client.force_login(case.approver)
    shown = client.get(case.seat.get_absolute_url())
    page = shown.text
    client.post(reverse("evaluation:assignment-move", args=[case.seat.pk, "redo"]), {"reason": "应当回避"})

    case.refresh()
    assert ("/moves/declare/" in before, "/moves/declare/" in after) == (True, False)
    # Without the sheet of 85: (82 + 80 + 78 + 75) / 4.
    assert [words for words in (REASON, "85.00", "80.00", "78.75", "是否合格不变") if words not in page] == []
    assert shown.context["deadline"].kind == LATE
    assert (REASON in after, "80.00" in after, "78.75" in after) == (True, False, False)
    assert ("待市科技局处理" in page, "/moves/redo/" in page, "/moves/keep_result/" in page) == (True,) * 3
    assert case.panel.state == P.SCORING
    assert "由其他专家补评" in client.get(case.panel.get_absolute_url()).text


@pytest.mark.parametrize("accepted", [False, True])
def test_a_report_that_was_handed_over_follows_what_is_judged_anew(panel, manager, client, accepted):
    case = Concluded(panel, manager, POOR)
    batch = case.panel.engagement.batches.get(call=case.panel.call)
    report = services.draft_report(batch=batch, by=manager)
    services.save_report(report=report, entries={"text_advice": "示例建议。"}, by=manager)
    services.hand_over_report(report=report, by=manager)
    clerk = person(Role.BUREAU_CLERK)
    if accepted:
        services.accept_report(report=report, by=clerk)
    case.declare()
    client.force_login(case.approver)
    url = reverse("evaluation:assignment-move", args=[case.seat.pk, "redo"])
    assert "评审报告退回第三方机构" in client.get(url).content.decode()

    services.redo_review(assignment=case.seat, reason="应当回避", by=case.approver)

    report.refresh_from_db()
    question = questions_open(report).get()
    deadline = deadlines.current(report)
    assert (report.state, report.accepted_at, deadline.holder_role) == ("returned", None, Role.AGENCY)
    assert (question.asked_by, question.version.number) == (case.approver, 1)
    assert case.panel.code in question.text
    assert told("report.reopened") == {manager.pk}
    with pytest.raises(Incomplete, match="还有 1 项没有完成评审"):
        services.hand_over_report(report=report, by=manager)

    case.refresh()
    successor = case.panel.assignments.get(state=A.INVITED)
    services.commit_assignment(assignment=successor, **signed(successor))
    again(successor, "0.50")
    services.conclude_panel(panel=case.panel, opinion=OPINION, by=manager)
    services.save_report(report=report, entries={f"answer_{question.pk}": "示例：得分已更新。"}, by=manager)
    services.hand_over_report(report=report, by=manager)
    # (54 + 53 + 52 + 51 + 50) / 5 in the second version, (55 + 54 + 53 + 52 + 51) / 5 in the first
    scores = [version.facts["ranking"][0]["score"] for version in report.versions.order_by("number")]
    assert scores == ["53.00", "52.00"]
