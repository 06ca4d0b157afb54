"""Site visits from the plan to the case: who goes, what is refused with its way out, what becomes of a refusal."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from evaluation import services
from evaluation.desk import VISIT_DESK
from evaluation.enums import AssignmentState, Part
from evaluation.enums import VisitState as V
from evaluation.lifecycle import VISIT
from evaluation.models import VisitPlan
from evaluation.selectors import visits as selectors
from evaluation.services import sweeps
from institutes.enums import ApplicationState as S
from institutes.services import withdraw_application
from notices.models import Notice
from portal.demo.pictures import sample_photo
from records import calendar, clock
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, StaleVersion
from records.models import Attachment, Document
from tests.factories.accounts import person
from tests.factories.evaluation import (
    AbsenceFactory,
    AssignmentFactory,
    EngagementFactory,
    PanelFactory,
    VisitPlanFactory,
)
from tests.factories.institutes import ApplicationFactory, ApplicationVersionFactory

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
WORDS = "现场查看研发场地、设备和账目，与申报材料一致。"


class Town:
    """One application above the pass line, with everybody who has to do with its visit."""

    def __init__(self):
        self.application = ApplicationFactory(state=S.SITE_VISIT)
        ApplicationVersionFactory(application=self.application)
        self.agency = person(Role.AGENCY, organisation=self.application.agency)
        EngagementFactory(agency=self.application.agency, calls=[self.application.call])
        panel = PanelFactory(application=self.application, state="concluded")
        self.seats = [AssignmentFactory(panel=panel, state=AssignmentState.LOCKED) for _n in range(3)]
        self.witness = person(Role.COUNTY_STAFF, division=self.application.division.code)
        self.approver = person(Role.BUREAU_APPROVER)
        self.clerk = person(Role.BUREAU_CLERK)
        self.unit = person(Role.ENT_ADMIN, organisation=self.application.host)
        self.day = calendar.add_working_days(clock.today(), 2)
        self.moment = datetime.combine(self.day, time(9, 30), ZONE)

    def plan(self, **changed) -> VisitPlan:
        facts = {
            "application": self.application,
            "starts_at": self.moment,
            "place": "示例园区一号楼",
            "experts": self.seats[:2],
            "witness": self.witness,
            "others": [{"part": "host", "name": "示例陪同", "employer": ""}],
            "by": self.agency,
        }
        return services.plan_visit(**facts | changed)

    def accepted(self) -> VisitPlan:
        visit = self.plan()
        for seat in self.seats[:2]:
            services.accept_visit(visit=visit, by=seat.expert.user)
        return visit

    def filled(self, *, unsigned=()) -> VisitPlan:
        visit = self.accepted()
        fill(visit, self.agency, unsigned=unsigned)
        return VisitPlan.objects.get(pk=visit.pk)


def fill(visit, by, *, unsigned=()):
    entries = {f"check_{one['code']}": "consistent" for one in visit.edition.terms["visit_checklist"]}
    services.save_visit(visit=visit, entries=entries | {"findings": WORDS, "consistent": True}, by=by)
    services.add_photos(visit=visit, files=[sample_photo("研发场地")], caption="研发场地", by=by)
    for member in visit.members.filter(left_at__isnull=True).exclude(part__in=unsigned):
        services.sign_visit(visit=visit, member=member, file=sample_photo(f"签字{member.pk}"), by=by)


@pytest.fixture
def town():
    return Town()


def at_the_place(town, hours=3):
    return clock.at(town.moment + timedelta(hours=hours))


LAWFUL = {
    (V.PLANNED, "accept"): V.PLANNED,
    (V.PLANNED, "excuse"): V.PLANNED,
    (V.PLANNED, "reschedule"): V.PLANNED,
    (V.PLANNED, "hand_over"): V.WITNESSING,
    (V.PLANNED, "refuse"): V.DECLINED,
    (V.WITNESSING, "recall"): V.PLANNED,
    (V.WITNESSED, "recall"): V.PLANNED,
    (V.WITNESSING, "confirm"): V.WITNESSED,
    (V.WITNESSING, "send_back"): V.PLANNED,
    (V.WITNESSED, "record"): V.RECORDED,
    (V.RECORDED, "repeat"): V.PLANNED,
    (V.DECLINED, "resume"): V.PLANNED,
    (V.DECLINED, "give_up"): V.GIVEN_UP,
    (V.PLANNED, "cancel"): V.CANCELLED,
    (V.WITNESSING, "cancel"): V.CANCELLED,
    (V.WITNESSED, "cancel"): V.CANCELLED,
    (V.DECLINED, "cancel"): V.CANCELLED,
}


@pytest.mark.parametrize("action", sorted(VISIT.moves))
@pytest.mark.parametrize("state", V)
def test_visit_table(state, action):
    assert VISIT.allows(VisitPlan(state=state), action) == ((state, action) in LAWFUL)
    if (state, action) in LAWFUL:
        assert VISIT.moves[action].target == LAWFUL[state, action]


def test_everybody_hears_of_the_plan_and_the_unit_reads_no_expert(town):
    visit = town.plan()

    told = {n.recipient_id: n for n in Notice.objects.filter(subject_type="evaluation.visitplan")}
    assert {town.unit.pk, town.witness.pk, town.clerk.pk} <= set(told)
    assert {seat.expert.user_id for seat in town.seats[:2]} <= set(told)
    said = told[town.unit.pk].title + told[town.unit.pk].body
    assert not any(seat.expert.user.name in said for seat in town.seats)
    assert visit.members.count() == 5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: {"experts": t.seats[:1]}, "请至少邀请 2 名本评审组的专家"),
        (lambda t: {"witness": person(Role.COUNTY_STAFF, division="130104")}, "县级见证人须为"),
        (lambda t: {"starts_at": clock.now()}, "最早可安排在"),
        (
            lambda t: {"experts": [t.seats[0], AssignmentFactory(state="locked")]},
            "所选专家须为评审本申报的专家",
        ),
    ],
)
def test_a_plan_that_does_not_hold_says_the_way_out(town, change, words):
    with pytest.raises(Incomplete) as refused:
        town.plan(**change(town))

    assert words in str(refused.value)
    assert not VisitPlan.objects.exists()


def test_nobody_is_at_two_places_and_nobody_comes_on_leave(town):
    other = Town()
    other.seats[0].expert = town.seats[0].expert
    other.seats[0].save()
    town.plan()
    AbsenceFactory(expert=town.seats[1].expert, first_day=town.day, last_day=town.day)

    with pytest.raises(Incomplete) as elsewhere:
        other.plan(starts_at=town.moment + timedelta(hours=1))
    VisitPlan.objects.all()
    with pytest.raises(Incomplete) as away:
        other.plan(experts=[other.seats[1], town.seats[1]])

    assert "须间隔 3 小时" in str(elsewhere.value)
    assert "当日请假" in str(away.value)


def test_only_under_an_engagement_in_force(town):
    town.application.agency.engagements.update(ends_on=clock.today() - timedelta(days=1))

    with pytest.raises(Conflict, match="没有已生效的评审委托"):
        town.plan()


def test_the_whole_way_to_the_decision(town):
    visit = town.accepted()
    with at_the_place(town):
        fill(visit, town.agency)
        services.hand_over_visit(visit=visit, by=town.agency)
        services.confirm_visit(visit=visit, by=town.witness)
        services.enter_record(visit=VisitPlan.objects.get(pk=visit.pk), by=town.agency)

    town.application.refresh_from_db()
    record = town.application.visit
    assert (town.application.state, record.consistent, record.findings) == (S.PENDING_DECISION, True, WORDS)
    assert [one["role"] for one in record.participants].count("expert") == 2
    kinds = Attachment.objects.about(town.application).values_list("kind", flat=True)
    assert sorted(kinds) == ["visit_photo", "visit_sheet"]


def test_the_sheet_is_issued_with_its_number_and_only_once(town, django_capture_on_commit_callbacks):
    visit = town.accepted()
    with at_the_place(town), django_capture_on_commit_callbacks(execute=False):
        fill(visit, town.agency)
        services.hand_over_visit(visit=visit, by=town.agency)
        services.confirm_visit(visit=visit, by=town.witness)
        services.enter_record(visit=VisitPlan.objects.get(pk=visit.pk), by=town.agency)

    later = clock.now() + timedelta(days=30)
    assert [sweeps.sweep_visits(before=later), sweeps.sweep_visits(before=later)] == [1, 0]
    paper = Document.objects.get(kind="visit_sheet")
    assert paper.number.startswith("SJZ-KC-")
    assert paper.context["people"][0]["picture"].startswith("data:image/png")


@pytest.mark.parametrize(
    ("unsigned", "words"),
    [((Part.EXPERT,), "参加考察并签字的专家不少于 2 名"), ((Part.COUNTY,), "县级见证人尚未签字")],
)
def test_too_few_experts_and_no_witness_are_refused_with_the_way_out(town, unsigned, words):
    visit = town.filled(unsigned=unsigned)

    with at_the_place(town), pytest.raises(Incomplete, match=words):
        services.hand_over_visit(visit=visit, by=town.agency)

    assert VisitPlan.objects.get().state == V.PLANNED


def test_an_empty_record_names_everything_that_is_missing(town):
    visit = town.accepted()

    with at_the_place(town), pytest.raises(Incomplete) as refused:
        services.hand_over_visit(visit=visit, by=town.agency)

    fields = [reason.field for reason in refused.value.reasons]
    assert len([f for f in fields if f.startswith("check_")]) == 8
    assert {"findings", "consistent", "photos", "signatures"} <= set(fields)


def test_what_does_not_hold_wants_words(town):
    visit = town.filled()
    services.save_visit(visit=visit, entries={"check_team": "inconsistent"}, by=town.agency)

    with at_the_place(town), pytest.raises(Incomplete, match="“研发人员在岗”不符合，请写明情况"):
        services.hand_over_visit(visit=visit, by=town.agency)


def test_two_people_do_not_overwrite_each_other(town):
    visit, other = town.plan(), person(Role.AGENCY, organisation=town.application.agency)
    services.save_visit(visit=visit, entries={"note_team": "甲所写"}, by=town.agency)

    with pytest.raises(StaleVersion) as refused:
        services.save_visit(
            visit=visit,
            entries={"note_team": "乙所写"},
            seen=clock.now() - timedelta(minutes=5),
            by=other,
        )

    assert (refused.value.clashes[0].mine, refused.value.clashes[0].theirs) == ("乙所写", "甲所写")


def test_a_photo_sent_twice_is_kept_once_and_only_pictures_are_taken(town):
    visit, photo = town.plan(), sample_photo("厂房")
    for _try in range(2):
        photo.seek(0)
        services.add_photos(visit=visit, files=[photo], by=town.agency)

    with pytest.raises(BadFile):
        services.add_photos(visit=visit, files=[SimpleUploadedFile("a.pdf", b"%PDF-1.4")], by=town.agency)
    assert selectors.photos_of(visit).count() == 1


def test_another_day_asks_the_experts_anew_and_tells_why(town):
    visit = town.accepted()

    services.reschedule_visit(
        visit=visit,
        starts_at=town.moment + timedelta(hours=5),
        place="示例园区二号楼",
        experts=town.seats[1:],
        witness=town.witness,
        reason="单位设备检修",
        by=town.agency,
    )

    fresh = VISIT_DESK.visible(town.agency).get(pk=visit.pk)
    assert [one.answer for one in selectors.experts_of(fresh)] == ["", ""]
    assert {one.seat_id for one in selectors.experts_of(fresh)} == {seat.pk for seat in town.seats[1:]}
    assert Notice.objects.filter(recipient=town.unit, body__contains="单位设备检修").exists()
    assert not VISIT_DESK.visible(town.seats[0].expert.user).filter(pk=visit.pk).exists()


def test_a_host_that_refuses_gives_up_its_application_by_another_person(town):
    visit = town.plan()
    services.register_refusal(visit=visit, reason="多次联系，单位表示不接受考察。", by=town.unit)
    services.give_up_visit(visit=visit, reason="两次责成仍不接受考察。", by=town.approver)

    town.application.refresh_from_db()
    assert (visit.state, town.application.state) == (V.GIVEN_UP, S.WITHDRAWN)
    assert town.application.closing_reason == "两次责成仍不接受考察。"


def test_a_refusal_may_be_mended(town):
    visit = town.plan()
    services.register_refusal(visit=visit, reason="当日停产。", by=town.agency)
    services.resume_visit(visit=visit, reason="下周安排。", by=town.approver)

    assert visit.state == V.PLANNED
    assert Notice.objects.filter(recipient=town.unit, event="evaluation.visit.resumed").exists()


def test_a_withdrawn_application_is_visited_by_nobody(town):
    visit = town.plan()
    withdraw_application(application=town.application, reason="示例撤回。", by=town.unit)

    assert [services.cancel_visits_without_case(), services.cancel_visits_without_case()] == [1, 0]
    visit.refresh_from_db()
    assert visit.state == V.CANCELLED


def test_who_may_take_which_move(town):
    visit = town.plan()
    fresh = VISIT_DESK.visible(town.agency).get(pk=visit.pk)
    people = {
        "agency": town.agency,
        "expert": town.seats[0].expert.user,
        "witness": town.witness,
        "unit": town.unit,
        "approver": town.approver,
        "other county": person(Role.COUNTY_STAFF, division=town.application.division.code),
    }

    may = {name: {a for a, g in VISIT_DESK.who.items() if g(who, fresh)} for name, who in people.items()}

    assert may == {
        "agency": {"reschedule", "hand_over", "recall", "record", "refuse"},
        "expert": {"accept", "excuse"},
        "witness": {"confirm", "send_back"},
        "unit": {"refuse"},
        "approver": {"resume", "give_up"},
        "other county": set(),
    }


def test_who_sees_the_visit(town):
    visit, stranger = town.plan(), Town()
    sees = {
        name: VISIT_DESK.visible(who).filter(pk=visit.pk).exists()
        for name, who in {
            "agency": town.agency,
            "asked": town.seats[0].expert.user,
            "not asked": town.seats[2].expert.user,
            "county": town.witness,
            "unit": town.unit,
            "bureau": town.clerk,
            "other agency": stranger.agency,
            "other unit": stranger.unit,
            "other expert": stranger.seats[0].expert.user,
        }.items()
    }

    assert [name for name, seen in sees.items() if seen] == ["agency", "asked", "county", "unit", "bureau"]


def test_the_unit_reads_when_but_neither_names_nor_findings(client, town):
    visit = town.filled()
    client.force_login(town.unit)

    page = client.get(visit.get_absolute_url()).content.decode()
    photo = selectors.photos_of(visit).get()

    assert "示例园区一号楼" in page
    assert WORDS not in page
    assert not any(seat.expert.user.name in page for seat in town.seats)
    assert client.get(reverse("records:attachment", args=[photo.file_id])).status_code == 404


def test_the_pages_of_the_record_by_a_plain_browser(client, town):
    visit = town.accepted()
    client.force_login(town.agency)
    address = reverse("evaluation:site-visit-record", args=[visit.pk])

    saved = client.post(
        address,
        {"changed": ["check_team", "note_team"], "check_team": "consistent", "note_team": "抽查 6 人在岗"},
        headers={"X-Autosave": "1"},
    )
    client.post(reverse("evaluation:site-visit-photos", args=[visit.pk]), {"file": [sample_photo("甲")]})
    member = visit.members.first()
    client.post(
        reverse("evaluation:site-visit-signatures", args=[visit.pk]),
        {"member": member.pk, "file": sample_photo("签字")},
    )

    assert saved.json().keys() == {"version", "saved_at"}
    page = client.get(address).content.decode()
    assert "抽查 6 人在岗" in page
    assert selectors.photos_of(visit).count() == 1
    member.refresh_from_db()
    assert member.signature is not None


def test_the_record_is_the_agencys_alone_and_closed_once_confirmed(client, town):
    visit = town.filled()
    address = reverse("evaluation:site-visit-record", args=[visit.pk])
    codes = {}
    for name, who in {"witness": town.witness, "unit": town.unit, "bureau": town.clerk}.items():
        client.force_login(who)
        codes[name] = client.get(address).status_code
    assert codes == {"witness": 403, "unit": 403, "bureau": 403}

    locked = VisitPlanFactory(state="witnessed")
    with pytest.raises(IllegalMove, match="请先撤回修改"):
        services.save_visit(visit=locked, entries={"findings": "另写"}, by=town.agency)


def test_the_agency_plans_a_visit_by_the_page(client, town):
    client.force_login(town.agency)
    address = reverse("evaluation:site-visit-new") + f"?application={town.application.pk}"

    page = client.get(address)
    done = client.post(
        address,
        {
            "application": town.application.pk,
            "starts_at": f"{town.moment:%Y-%m-%dT%H:%M}",
            "place": "示例园区",
            "experts": [seat.pk for seat in town.seats[:2]],
            "witness": town.witness.pk,
        },
    )

    assert town.seats[0].expert.user.name in page.content.decode()
    assert done.status_code == 302
    assert VisitPlan.objects.get().place == "示例园区"
