"""A seat is judged anew after the host was visited: whether the record stands is said before anybody decides."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.roles import Role
from evaluation import services
from evaluation.enums import AssignmentState as A
from evaluation.enums import VisitState as V
from evaluation.models import VisitPlan
from evaluation.selectors import visits as selectors
from evaluation.services import sweeps
from institutes.enums import ApplicationState as S
from institutes.models import SiteVisit
from notices.models import Notice
from records import audit, calendar, clock
from records.errors import IllegalMove
from records.models import Attachment, Document
from tests.evaluation.test_late_conflicts import NEAR, Concluded
from tests.evaluation.test_rounds import again
from tests.evaluation.test_visits import fill
from tests.factories.accounts import person
from tests.factories.evaluation import OPINION, signed
from tests.factories.institutes import DecisionItemFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
WHY = "受聘为有偿顾问，应当回避"


class Visited(Concluded):
    """A panel that has concluded, and ``others`` besides the expert of its first seat who went to the host."""

    def __init__(self, panel, manager, *, others: int):
        super().__init__(panel, manager, NEAR)
        self.witness = person(Role.COUNTY_STAFF, division=self.application.division.code)
        self.go([self.seat, *self.others[:others]], services.plan_visit, application=self.application)

    def go(self, seats, service, **about):
        """Arrange the visit, let everybody come and sign, and enter it with the case."""
        moment = datetime.combine(calendar.add_working_days(clock.today(), 2), time(9, 30), ZONE)
        visit = service(
            starts_at=moment,
            place="示例园区一号楼",
            experts=seats,
            witness=self.witness,
            by=self.manager,
            **about,
        )
        for seat in seats:
            services.accept_visit(visit=visit, by=seat.expert.user)
        with clock.at(moment + timedelta(hours=3)):
            fill(visit, self.manager)
            services.hand_over_visit(visit=visit, by=self.manager)
            services.confirm_visit(visit=visit, by=self.witness)
            services.enter_record(visit=VisitPlan.objects.get(pk=visit.pk), by=self.manager)
        self.day = moment
        self.refresh()

    @property
    def visit(self) -> VisitPlan:
        return VisitPlan.objects.get(application=self.application)

    def judged_anew(self, share="0.70"):
        """The bureau decides, the successor hands in, the panel concludes."""
        services.redo_review(assignment=self.seat, reason=WHY, by=self.approver)
        self.refresh()
        successor = self.panel.assignments.get(state=A.INVITED)
        services.commit_assignment(assignment=successor, **signed(successor))
        again(successor, share)
        services.conclude_panel(panel=self.panel, opinion=OPINION, by=self.manager)
        self.refresh()
        return successor


def said_before_deciding(case, client) -> tuple[str, str]:
    """What the approver reads on the page of the decision, and by program."""
    client.force_login(case.approver)
    page = client.get(reverse("evaluation:assignment-move", args=[case.seat.pk, "redo"])).text
    moves = client.get(f"/api/v1/assignments/{case.seat.pk}/moves/").json()
    return page, next(move["consequence"] for move in moves if move["action"] == "redo")


def numbers_of_sheets(case) -> list[str]:
    sweeps.sweep_visits(before=clock.now() + timedelta(days=1))
    return [paper.number for paper in selectors.papers_about_visit(case.visit)]


def test_the_record_stands_where_enough_others_signed_it(panel, manager, client):
    case = Visited(panel, manager, others=2)
    with clock.at(case.day + timedelta(days=1)):
        before = numbers_of_sheets(case)
        case.declare()
        page, program = said_before_deciding(case, client)

        case.judged_anew()

        assert numbers_of_sheets(case) == before != []
    said = "现场考察表继续有效：除该专家外有 2 名专家签字，不少于 2 名"
    assert (said in page, said in program, "直接提交审议" in page) == (True, True, True)
    assert (case.visit.state, case.application.state) == (V.RECORDED, S.PENDING_DECISION)
    # (82 + 80 + 78 + 75 + 70) / 5
    assert case.application.review_score == Decimal("77.00")
    assert case.seat.expert.user_id not in {one.user_id for one in selectors.going(case.visit)}
    left = audit.history(case.visit).get(verb__endswith=".expert_left")
    assert (left.data["was_there"], left.data["stands"]) == (True, True)
    told = set(
        Notice.objects.filter(event="institutes.application.pass_again.holder").values_list("recipient")
    )
    assert (case.approver.pk,) in told


def test_the_record_stands_too_where_the_expert_was_not_along(panel, manager, client):
    case = Visited(panel, manager, others=2)
    case.seat, stranger = case.others[-1], case.seat
    with clock.at(case.day + timedelta(days=1)):
        case.refresh()
        case.declare()
        page, _program = said_before_deciding(case, client)
        case.judged_anew()

    assert "除该专家外有 3 名专家签字" in page
    assert (case.visit.state, case.application.state) == (V.RECORDED, S.PENDING_DECISION)
    assert stranger.expert.user_id in {one.user_id for one in selectors.going(case.visit)}


def test_a_case_that_fails_now_keeps_its_visit_on_file(panel, manager):
    case = Visited(panel, manager, others=2)
    with clock.at(case.day + timedelta(days=1)):
        case.declare()
        panel.edition.terms["scoring"]["pass_mark"] = "79.00"
        panel.edition.save()
        case.judged_anew("0.66")

    assert (case.visit.state, case.application.state) == (V.RECORDED, S.CLOSED_REVIEW)


def test_the_visit_is_made_once_more_where_too_few_others_signed_it(panel, manager, client):
    case = Visited(panel, manager, others=1)
    with clock.at(case.day + timedelta(days=1)):
        (former,) = numbers_of_sheets(case)
        case.declare()
        page, program = said_before_deciding(case, client)
        case.judged_anew()
        put_back, told = case.visit, Notice.objects.filter(event="evaluation.visit.repeated")
        said = "退回重办：除该专家外只有 1 名专家签字，不足 2 名"

        assert (said in page, said in program) == (True, True)
        assert (put_back.state, put_back.recorded_at, put_back.findings) == (V.PLANNED, None, "")
        assert (selectors.signed(put_back), selectors.photos_of(put_back).count()) == ([], 0)
        assert {"manager": case.manager.pk, "witness": case.witness.pk}.items() <= {
            "manager": case.manager.pk if told.filter(recipient=case.manager).exists() else None,
            "witness": case.witness.pk if told.filter(recipient=case.witness).exists() else None,
        }.items()
        assert not told.filter(recipient=case.seat.expert.user).exists()
        assert case.application.state == S.SITE_VISIT

        case.go(case.others[:2], services.reschedule_visit, visit=put_back, reason="重新考察")
    with clock.at(case.day + timedelta(days=1)):
        (number,) = numbers_of_sheets(case)

    record = SiteVisit.objects.get(application=case.application)
    names = {one["name"] for one in record.participants if one["role"] == "expert"}
    assert (case.visit.state, case.application.state) == (V.RECORDED, S.PENDING_DECISION)
    assert names == {seat.expert.user.name for seat in case.others[:2]}
    assert Document.objects.get(number=number).replaces == Document.objects.get(number=former)
    kinds = Attachment.objects.about(case.application).current().values_list("kind", flat=True)
    assert sorted(kind for kind in kinds if kind.startswith("visit_")) == ["visit_photo", "visit_sheet"]


def test_once_it_stands_in_a_draft_of_the_decision_the_result_can_only_be_kept(panel, manager, client):
    case = Visited(panel, manager, others=1)
    DecisionItemFactory(batch__call=case.application.call, application=case.application)
    with clock.at(case.day + timedelta(days=1)):
        case.declare()
        page, program = said_before_deciding(case, client)

        assert ("不能重新评定" in page, "不能重新评定" in program) == (True, True)
        with pytest.raises(IllegalMove, match="已列入审议决定草稿"):
            services.redo_review(assignment=case.seat, reason=WHY, by=case.approver)

        case.refresh()
        assert (case.visit.state, case.application.state, case.seat.state) == (
            V.RECORDED, S.PENDING_DECISION, A.LOCKED,
        )  # fmt: skip
        services.keep_result(assignment=case.seat, reason="已提交审议，由局务会一并考虑", by=case.approver)


def test_a_visit_to_come_waits_and_one_that_is_none_is_not_spoken_of(panel, manager, client):
    case = Concluded(panel, manager)
    case.declare()
    none, _program = said_before_deciding(case, client)
    moment = datetime.combine(calendar.add_working_days(clock.today(), 2), time(9, 30), ZONE)
    services.plan_visit(
        application=case.application,
        starts_at=moment,
        place="示例园区一号楼",
        experts=case.others[:2],
        witness=person(Role.COUNTY_STAFF, division=case.application.division.code),
        by=case.manager,
    )
    page, _program = said_before_deciding(case, client)

    assert (
        "现场考察" in none.partition("<form")[2].partition("</form>")[0],
        "补评期间不登记结果" in page,
    ) == (False, True)
