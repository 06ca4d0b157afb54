"""Reports of agencies: drafted from the data, handed over in versions, questioned point by point, accepted."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from evaluation import services
from evaluation.desk import REPORT_DESK
from evaluation.enums import ReportState as R
from evaluation.lifecycle import REPORT
from evaluation.models import AgencyReport
from evaluation.selectors import analysis_of_call, concluded_of_call
from evaluation.selectors import reports as selectors
from evaluation.services import sweeps
from institutes.enums import ApplicationState as S
from institutes.selectors import ranked_for_decision
from notices.models import Notice
from notices.services import remind_due
from records import calendar, clock, deadlines
from records.errors import Conflict, Incomplete, StaleVersion
from records.models import Document
from tests.factories.accounts import person
from tests.factories.evaluation import (
    AssignmentFactory,
    DrawFactory,
    EngagementFactory,
    PanelFactory,
    SheetFactory,
    review_terms,
)
from tests.factories.institutes import ApplicationFactory, SiteVisitFactory
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db


class Batch:
    """Three cases of one batch: two passed and visited, one that did not pass."""

    def __init__(self):
        first = ApplicationFactory(state=S.PENDING_DECISION)
        self.agency, call = first.agency, first.call
        second = ApplicationFactory(state=S.PENDING_DECISION, agency=self.agency, call=call)
        failed = ApplicationFactory(state=S.CLOSED_REVIEW, agency=self.agency, call=call)
        self.batch = EngagementFactory(agency=self.agency, calls=[call]).batches.get()
        for application, score in ((first, "81.00"), (second, "88.50"), (failed, "52.00")):
            panel = PanelFactory(
                application=application, state="concluded", score=score, passed=score > "60", spread="23.00"
            )
            for n in range(3):
                AssignmentFactory(panel=panel, state="locked", expert__outside_city=n == 0)
            AssignmentFactory(panel=panel, state="recused")
            DrawFactory(panel=panel, drawn=True, excluded={"1": "interest"})
        for application in (first, second):
            SiteVisitFactory(application=application)
        self.first, self.second, self.failed = first, second, failed
        self.manager = person(Role.AGENCY, organisation=self.agency)
        self.clerk, self.approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)

    def drafted(self) -> AgencyReport:
        report = services.draft_report(batch=self.batch, by=self.manager)
        services.save_report(report=report, entries={"text_advice": "建议择优认定。"}, by=self.manager)
        return report

    def handed(self) -> AgencyReport:
        return services.hand_over_report(report=self.drafted(), by=self.manager)


@pytest.fixture
def batch():
    return Batch()


LAWFUL = {
    (R.DRAFT, "hand_over"): R.HANDED,
    (R.RETURNED, "hand_over"): R.HANDED,
    (R.HANDED, "send_back"): R.RETURNED,
    (R.HANDED, "accept"): R.ACCEPTED,
    (R.HANDED, "reopen"): R.RETURNED,
    (R.ACCEPTED, "reopen"): R.RETURNED,
}


@pytest.mark.parametrize("action", sorted(REPORT.moves))
@pytest.mark.parametrize("state", R)
def test_report_table(state, action):
    assert REPORT.allows(AgencyReport(state=state), action) == ((state, action) in LAWFUL)


def test_the_draft_says_what_the_figures_say_and_names_no_expert(batch):
    report = batch.drafted()
    facts = selectors.facts_of(batch.batch)

    assert (facts["handed"], facts["concluded"], facts["passed"], facts["failed"]) == (3, 3, 2, 1)
    assert [row["score"] for row in facts["ranking"]] == ["88.50", "81.00", "52.00"]
    assert facts["average"] == "73.83"
    assert {one["label"]: one["count"] for one in facts["conflicts"]} == {
        "专家主动回避": 3,
        "专家分差超过提示线": 3,
        "抽取前自动排除：持股、任董事监事或受聘为有偿顾问": 3,
    }
    assert facts["ranking"][2]["name"] == ""
    assert [visit["experts"] for visit in facts["visits"]] == [
        len([p for p in batch.second.visit.participants if p["role"] == "expert"]),
        len([p for p in batch.first.visit.participants if p["role"] == "expert"]),
    ]
    said = str(facts) + str(report.texts)
    names = [seat.expert.user.name for panel in batch.agency.panels.all() for seat in panel.assignments.all()]
    assert not any(name in said for name in names)
    assert "合格 2 项，未达到合格线 1 项" in report.texts["overall"]


def test_a_tie_is_broken_in_the_report_and_its_analysis_as_the_decision_breaks_it(batch):
    # The later panel was recommended earlier by its county, at the same points in what is compared first.
    late, early = clock.now() - timedelta(days=3), clock.now() - timedelta(days=9)
    both = (batch.first, late), (batch.second, early)
    for application, signed_at in both:
        application.panel.__class__.objects.filter(application=application).update(score="81.00")
        application.review_score, application.review_tie_break = Decimal("81.00"), Decimal("14.00")
        application.county_signed_at = signed_at
        application.save(update_fields=["review_score", "review_tie_break", "county_signed_at"])
        for seat in application.panel.assignments.filter(state="locked"):
            SheetFactory(assignment=seat, total="81.00")

    ranking = [row["number"] for row in selectors.facts_of(batch.batch)["ranking"]]
    panels = list(concluded_of_call(batch.manager, batch.batch.call_id))
    ranks = analysis_of_call(panels).ranks
    decided = list(ranked_for_decision(batch.approver).filter(call=batch.batch.call))

    wanted = [batch.second, batch.first]
    assert decided == wanted
    assert ranking[:2] == [one.number for one in wanted]
    assert sorted(ranks, key=lambda code: ranks[code])[:2] == [one.panel.code for one in wanted]


def test_what_is_unfinished_is_not_reported(batch):
    report = services.draft_report(batch=batch.batch, by=batch.manager)
    ApplicationFactory(state=S.SITE_VISIT, agency=batch.agency, call=batch.batch.call)

    with pytest.raises(Incomplete) as refused:
        services.hand_over_report(report=report, by=batch.manager)

    assert "本批次还有 1 项没有完成" in str(refused.value)
    assert "“建议”还没有填写。" in str(refused.value)
    assert not report.versions.exists()


def test_only_under_an_engagement_in_force_and_once_for_a_batch(batch):
    batch.drafted()
    with pytest.raises(Conflict, match="已在起草"):
        services.draft_report(batch=batch.batch, by=batch.manager)

    batch.batch.engagement.__class__.objects.update(ends_on=clock.today() - timedelta(days=1))
    fresh = AgencyReport.objects.get()
    with pytest.raises(Conflict, match="不在有效期内"):
        services.hand_over_report(report=fresh, by=batch.manager)
    assert not REPORT_DESK.visible(batch.manager).exists()


def test_questions_are_answered_one_by_one_and_versions_are_kept(batch):
    report = batch.handed()
    asked = [
        {"part": "conflicts", "text": "请说明分差超过提示线的处理。"},
        {"part": "", "text": "请补充考察安排。"},
    ]
    services.send_report_back(report=report, questions=asked, by=batch.clerk)
    one, two = selectors.questions_open(report)
    services.save_report(report=report, entries={f"answer_{one.pk}": "已组织合议。"}, by=batch.manager)

    with pytest.raises(Incomplete, match="问题 2“请补充考察安排。”还没有答复"):
        services.hand_over_report(report=report, by=batch.manager)

    services.save_report(
        report=report,
        entries={f"answer_{two.pk}": "见第四部分。", "text_visits": "重写的考察情况。"},
        by=batch.manager,
    )
    services.hand_over_report(report=report, by=batch.manager)
    versions = list(report.versions.values_list("number", "texts__visits"))
    assert [number for number, _text in versions] == [1, 2]
    assert versions[0][1] != versions[1][1] == "重写的考察情况。"
    assert not selectors.questions_open(report).exists()


def test_acceptance_closes_the_agencys_part_by_another_person(batch):
    report = batch.handed()
    services.accept_report(report=report, opinion="数据完整。", by=batch.approver)

    assert report.state == R.ACCEPTED
    assert Notice.objects.filter(recipient=batch.manager, event="evaluation.report.accepted").exists()


def test_the_paper_of_each_version_is_made_once(batch, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False):
        report = batch.handed()
    later = clock.now() + timedelta(hours=1)

    assert [sweeps.issue_missing_reports(before=later) for _n in range(2)] == [1, 0]
    paper = Document.objects.about(report).get()
    assert (paper.kind, paper.number[:7], paper.context["version"]) == ("agency_report", "SJZ-BG-", 1)


def test_two_people_see_both_texts(batch):
    report, other = batch.drafted(), person(Role.AGENCY, organisation=batch.agency)

    with pytest.raises(StaleVersion) as refused:
        services.save_report(
            report=report,
            entries={"text_advice": "另一种建议。"},
            seen=clock.now() - timedelta(minutes=5),
            by=other,
        )

    assert refused.value.clashes[0].theirs == "建议择优认定。"


def test_who_sees_and_moves_a_report(batch):
    report, stranger = batch.drafted(), person(Role.AGENCY)
    people = {
        "agency": batch.manager,
        "stranger": stranger,
        "clerk": batch.clerk,
        "expert": person(Role.EXPERT),
    }

    before = {name for name, who in people.items() if REPORT_DESK.visible(who).exists()}
    services.hand_over_report(report=report, by=batch.manager)
    after = {name for name, who in people.items() if REPORT_DESK.visible(who).exists()}

    assert (before, after) == ({"agency"}, {"agency", "clerk"})
    may = {n: {a for a, g in REPORT_DESK.who.items() if g(p, report)} for n, p in people.items()}
    assert may == {
        "agency": {"hand_over"},
        "stranger": set(),
        "clerk": {"send_back", "accept"},
        "expert": set(),
    }


def test_the_bureau_does_not_read_answers_that_are_still_being_written(client, batch):
    report = batch.handed()
    services.send_report_back(report=report, questions=[{"text": "请说明。"}], by=batch.clerk)
    question = selectors.questions_open(report).get()
    entries = {f"answer_{question.pk}": "尚未想好的答复", "text_advice": "改到一半的建议"}
    services.save_report(report=report, entries=entries, by=batch.manager)
    pages = {}
    for name, who in {"agency": batch.manager, "clerk": batch.clerk}.items():
        client.force_login(who)
        pages[name] = client.get(report.get_absolute_url()).content.decode()

    assert ("尚未想好的答复" in pages["agency"], "改到一半的建议" in pages["agency"]) == (True, True)
    assert ("尚未想好的答复" in pages["clerk"], "改到一半的建议" in pages["clerk"]) == (False, False)


def test_by_the_pages_from_draft_to_acceptance(client, batch):
    client.force_login(batch.manager)
    begun = client.post(reverse("evaluation:report-new"), {"batch": batch.batch.pk})
    report = AgencyReport.objects.get()
    saved = client.post(
        begun.url, {"changed": "text_advice", "text_advice": "建议。"}, headers={"X-Autosave": "1"}
    )
    table = client.get(reverse("evaluation:report-table", args=[report.pk, "csv"]))
    move = reverse("evaluation:report-move", args=[report.pk, "hand_over"])
    client.post(move)
    client.force_login(batch.approver)
    client.post(reverse("evaluation:report-move", args=[report.pk, "accept"]), {"opinion": ""})

    report.refresh_from_db()
    assert saved.json().keys() == {"version", "saved_at"}
    assert "88.50" in b"".join(table.streaming_content).decode()
    assert report.state == R.ACCEPTED


def test_the_preview_is_a_paper(client, batch):
    client.force_login(batch.manager)
    report = batch.drafted()

    answer = client.get(reverse("evaluation:report-preview", args=[report.pk]))

    assert answer.content.startswith(b"%PDF")


# --- when it is due -------------------------------------------------------------------------------------------------


def ended(batch) -> None:
    """The call of the batch has closed: nothing more will be handed in."""
    opens, closes = clock.now() - timedelta(days=40), clock.now() - timedelta(days=20)
    calls = type(batch.batch.call).objects.filter(pk=batch.batch.call_id)
    calls.update(opens_at=opens, first_closes_at=closes, closes_at=closes)


def test_the_clock_starts_when_the_last_case_has_left_the_agency_drafted_or_not(batch):
    last = ApplicationFactory(state=S.SITE_VISIT, agency=batch.agency, call=batch.batch.call)
    ended(batch)
    assert (sweeps.begin_due_reports(), AgencyReport.objects.count()) == (0, 0)

    type(last).objects.filter(pk=last.pk).update(state=S.PENDING_DECISION)
    begun = [sweeps.begin_due_reports() for _n in range(2)]

    report, days = AgencyReport.objects.get(), days_to_report()
    deadline = deadlines.current(report)
    assert begun == [1, 0]
    assert (deadline.holder_role, deadline.holder_organisation) == (Role.AGENCY, batch.agency)
    assert (deadline.due_on, deadline.working_days) == (calendar.add_working_days(clock.today(), days), days)
    told = Notice.objects.get(recipient=batch.manager, event="evaluation.report.due")
    assert "请于" in told.body
    assert "合格 2 项" in report.texts["overall"]
    assert services.draft_report(batch=batch.batch, by=batch.manager) == report


def days_to_report() -> int:
    return int(review_terms()["time_limits"]["agency_report"])


def test_a_draft_begun_early_has_no_day_until_the_batch_has_come_to_its_end(batch):
    early = services.draft_report(batch=batch.batch, by=batch.manager)
    before = deadlines.current(early).due_on

    ended(batch)
    begun = [sweeps.begin_due_reports() for _n in range(2)]

    assert (before, begun) == (None, [1, 0])
    assert deadlines.current(early).due_on is not None
    with pytest.raises(Conflict, match="已在起草"):
        services.draft_report(batch=batch.batch, by=batch.manager)


@pytest.mark.parametrize("state", [S.COUNTY_REVIEW, S.FORMAL_CONFIRMATION, S.SUPPLEMENT_REQUESTED])
def test_what_may_yet_be_handed_over_keeps_the_batch_open(batch, state):
    ApplicationFactory(state=state, call=batch.batch.call)
    ended(batch)

    assert sweeps.begin_due_reports() == 0


def test_the_agency_is_reminded_before_the_day(batch):
    publish_rules()
    ended(batch)
    sweeps.begin_due_reports()

    remind_due(on=calendar.add_working_days(clock.today(), days_to_report() - 2))

    reminder = Notice.objects.get(recipient=batch.manager, event="records.deadline.reminder")
    assert "还剩 2 个工作日" in reminder.title
    assert reminder.link == AgencyReport.objects.get().get_absolute_url()


def test_the_list_of_decisions_leads_to_the_report_itself(client, batch):
    report, address = batch.handed(), reverse("evaluation:call-report", args=[batch.batch.call_id])
    client.force_login(batch.approver)

    assert address in client.get(reverse("institutes:decision-list")).text
    assert client.get(address).url == report.get_absolute_url()
    AgencyReport.objects.update(state=R.DRAFT)
    assert client.get(address).url.startswith(reverse("evaluation:report-list"))
    client.force_login(person(Role.EXPERT))
    assert client.get(address).status_code == 403
