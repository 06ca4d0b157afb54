"""What a unit reports of its build period: what it needs, what contradicts it, who hears, what counts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.services import issue_token
from institutes import selectors, services
from institutes.enums import ChangeKind, ProgressState
from institutes.integrity import progress_never_falls
from institutes.models import Change, ProgressReport
from institutes.services.ending import end_what_is_open
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete
from tests.factories.accounts import person
from tests.factories.achievements import AchievementFactory
from tests.factories.institutes import (
    CommitmentFactory,
    InstituteFactory,
    MilestoneFactory,
    ProgressReportFactory,
    ProgressValueFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
    StageReachedFactory,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def institute():
    RecognitionEditionFactory()
    today = clock.today()
    found = InstituteFactory(build_from=today - timedelta(days=400), build_to=today + timedelta(days=200))
    RecognitionFactory(institute=found)
    CommitmentFactory(institute=found)
    CommitmentFactory(
        institute=found,
        code="new_revenue",
        label="新增营业收入",
        unit="元",
        is_amount=True,
        base=0,
        year_1=2_000_000,
        year_2=5_000_000,
    )
    MilestoneFactory(institute=found, due_on=today - timedelta(days=30))
    return found


@pytest.fixture
def filler(institute):
    return person(Role.ENT_FILLER, organisation=institute.host)


def report(institute, by, *, values=None, days=0, files=True, **more) -> ProgressReport:
    return services.report_progress(
        institute=institute,
        as_of=clock.today() - timedelta(days=days),
        values={"invention_patents": Decimal(5)} if values is None else values,
        files=[pdf_upload("示例证书.pdf")] if files else [],
        by=by,
        **more,
    )


def faults(refusal) -> dict:
    return {reason.field: reason.text for reason in refusal.value.reasons}


def test_a_report_counts_until_it_is_taken_back(institute, filler):
    stage = institute.milestones.get()
    report(institute, filler, days=40, values={"invention_patents": Decimal(3)})
    latest = report(
        institute, filler, values={"invention_patents": Decimal(8)}, stages={stage.pk: clock.today()}
    )

    target, revenue = selectors.comparison(institute, on=clock.today())
    assert (target.reported, target.share, target.due) == (8, Decimal("80.00"), 4)
    assert (target.is_met, target.is_behind) == (False, False)
    assert (revenue.reported, revenue.actual, revenue.is_behind) == (None, 0, True)
    assert selectors.stages_of(institute, on=clock.today())[0].report == latest
    assert selectors.reports_behind(institute, on=clock.today()) == {"invention_patents": latest}
    assert selectors.values_reported(institute, on=clock.today() - timedelta(days=1)) == {
        "invention_patents": Decimal(3)
    }

    services.withdraw_progress(progress=latest, reason="示例：填报有误。", by=filler)

    assert selectors.comparison(institute, on=clock.today())[0].reported == 3
    assert selectors.stages_of(institute, on=clock.today())[0].is_late
    assert [line.verb.rpartition(".")[2] for line in audit.history(latest)] == ["begin", "attach", "withdraw"]


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"values": {}}, "", "至少填写一项"),
        ({"values": {"nothing": Decimal(1)}}, "value_nothing", "不是本院的建设目标"),
        ({"values": {"invention_patents": Decimal(-1)}}, "value_invention_patents", "不能为负数"),
        ({"files": False}, "files", "请上传证明材料"),
        ({"days": -1}, "as_of", "不能晚于今天"),
        ({"days": 401}, "as_of", "不能早于建设期开始"),
        ({"stages": {0: date(2026, 1, 1)}}, "stage_0", "不是本院的建设阶段"),
    ],
)
def test_what_a_report_lacks_is_said_and_leaves_no_trace(institute, filler, facts, field, words):
    with pytest.raises(Incomplete) as refusal:
        report(institute, filler, **facts)

    assert words in faults(refusal)[field]
    assert not ProgressReport.objects.exists()
    assert not audit.AuditEvent.objects.filter(verb__contains="progressreport").exists()


def test_a_stage_is_done_once_and_not_after_the_report(institute, filler):
    stage = institute.milestones.get()
    with pytest.raises(Incomplete) as early:
        report(institute, filler, days=1, stages={stage.pk: clock.today()})
    assert "不能晚于本次报告的截止日期" in faults(early)[f"stage_{stage.pk}"]

    report(institute, filler, stages={stage.pk: clock.today()})
    with pytest.raises(Incomplete) as again:
        report(institute, filler, stages={stage.pk: clock.today()})
    assert "已经报告完成" in faults(again)[f"stage_{stage.pk}"]


def test_nothing_grown_needs_no_proof(institute, filler):
    report(institute, filler, days=10)

    assert report(institute, filler, files=False).values.get().value == 5
    assert report(institute, filler, values={"new_revenue": Decimal(0)}, files=False).pk


def test_what_is_counted_from_the_beginning_never_falls(institute, filler):
    report(institute, filler, days=20, values={"invention_patents": Decimal(5)})

    with pytest.raises(Conflict) as below:
        report(institute, filler, values={"invention_patents": Decimal(4)})
    with pytest.raises(Conflict) as above:
        report(institute, filler, days=30, values={"invention_patents": Decimal(6)})

    assert "已报告 5 件，累计数不能减少" in faults(below)["value_invention_patents"]
    assert "更早的日期不能多于此数" in faults(above)["value_invention_patents"]
    assert ProgressReport.objects.count() == 1


def test_an_amount_is_said_in_the_unit_of_its_box(institute, filler):
    report(institute, filler, days=20, values={"new_revenue": Decimal(1_234_500)})

    with pytest.raises(Conflict) as below:
        report(institute, filler, values={"new_revenue": Decimal(0)}, files=False)
    assert "已报告 123.45 万元" in faults(below)["value_new_revenue"]


def test_an_institute_that_ended_reports_no_more(filler):
    RecognitionEditionFactory()
    over = RecognitionFactory(revoked=True).institute

    with pytest.raises(Conflict, match="认定已撤销，不再报告建设进展"):
        report(over, filler)


def test_a_question_is_answered_by_the_unit_and_told(institute, filler):
    county = person(Role.COUNTY_STAFF, division=institute.division.code)
    admin = person(Role.ENT_ADMIN, organisation=institute.host)
    subject = report(institute, filler)

    services.question_progress(progress=subject, reason="请说明统计口径", by=county)
    deadline = deadlines.current(subject)
    assert (subject.state, deadline.holder_role) == (ProgressState.QUESTIONED, Role.ENT_FILLER)
    services.answer_progress(progress=subject, answer="均已授权。", by=filler, files=[pdf_upload("示例.pdf")])

    assert subject.state == ProgressState.REPORTED
    assert deadlines.current(subject) is None
    assert (subject.question, subject.answer) == ("请说明统计口径", "均已授权。")
    heard = {
        person_: list(Notice.objects.filter(recipient=person_).order_by("pk").values_list("title", flat=True))
        for person_ in (county, filler, admin)
    }
    asked = f"请说明建设进展：{institute}"
    assert heard == {
        county: [f"建设进展已报告：{institute}", f"单位已说明：{institute}"],
        filler: [asked],
        admin: [asked],
    }


def test_a_new_question_takes_the_place_of_the_former_answer(institute, filler):
    county, subject = person(Role.COUNTY_STAFF), report(institute, filler)
    services.question_progress(progress=subject, reason="一", by=county)
    with pytest.raises(Incomplete, match="请填写说明"):
        services.answer_progress(progress=subject, answer=" ", by=filler)
    services.answer_progress(progress=subject, answer="答", by=filler)

    services.question_progress(progress=subject, reason="二", by=county)

    assert (subject.question, subject.answer, subject.answered_at) == ("二", "", None)
    with pytest.raises(IllegalMove):
        services.question_progress(progress=subject, reason="三", by=county)


def test_a_question_ends_with_the_institute(institute, filler):
    subject = report(institute, filler)
    services.question_progress(progress=subject, reason="示例", by=person(Role.COUNTY_STAFF))

    end_what_is_open(institute.recognition, "认定已撤销。", by=person(Role.BUREAU_APPROVER), at=clock.now())

    subject.refresh_from_db()
    assert subject.state == ProgressState.REPORTED
    assert deadlines.current(subject) is None


def test_who_sees_reports_and_who_the_list(institute, filler):
    subject = report(institute, filler)
    other = ProgressReportFactory()
    seen = {
        Role.ENT_ADMIN: {subject.pk},
        Role.BUREAU_CLERK: {subject.pk, other.pk},
        Role.AUDITOR: {subject.pk, other.pk},
        Role.FINANCE: set(),
        Role.EXPERT: set(),
    }
    for role, expected in seen.items():
        someone = person(role, organisation=institute.host if role == Role.ENT_ADMIN else None)
        rows = selectors.progress_visible_to(someone)
        assert set(rows.values_list("pk", flat=True)) == expected
        client = Client()
        client.force_login(someone)
        allowed = role not in (Role.FINANCE, Role.EXPERT)
        assert client.get(reverse("institutes:progress-list")).status_code == (200 if allowed else 403)
        assert client.get(reverse("institutes:build-list")).status_code == (200 if allowed else 403)


# --- pages and programs ---------------------------------------------------------------------------------------------


def test_a_unit_reports_and_a_county_asks_through_the_pages(institute, filler):
    unit, county = Client(), Client()
    unit.force_login(filler)
    county.force_login(person(Role.COUNTY_STAFF, division=institute.division.code))
    page, form = (
        reverse(f"institutes:institute-{name}", args=[institute.pk]) for name in ("build", "report")
    )
    typed = {"institute": institute.pk, "as_of": clock.today(), "value_new_revenue": "250", "note": "示例"}

    empty = unit.post(form, typed)
    assert empty.status_code == 409
    assert "请上传证明材料" in empty.content.decode()
    wrong = unit.post(form, typed | {"value_invention_patents": "三件"})
    assert wrong.status_code == 422
    assert 'value="三件"' in wrong.content.decode()
    done = unit.post(form, typed | {"files": [pdf_upload("示例合同.pdf")]})
    assert done.status_code == 302, done.content.decode()[:500]

    subject = ProgressReport.objects.get()
    assert subject.values.get().value == 2_500_000
    seen = county.get(page).content.decode()
    assert "250" in seen
    assert "50.00%" in seen
    assert county.get(form).status_code == 403
    move = reverse("institutes:progress-move", args=[subject.pk, "question"])
    assert county.post(move, {"reason": "示例：请说明。"}).status_code == 302
    assert "待说明" in unit.get(page).content.decode()
    assert "请说明" in unit.get(reverse("institutes:progress", args=[subject.pk])).content.decode()
    stranger = Client()
    stranger.force_login(person(Role.ENT_ADMIN))
    assert stranger.get(reverse("institutes:progress", args=[subject.pk])).status_code == 404
    assert stranger.get(page).status_code == 404


def test_the_list_tells_how_institutes_stand_and_exports_every_target(institute, filler):
    RecognitionEditionFactory(kind="achievements")
    AchievementFactory(
        institute=institute, kind="invention_patent", state="verified", achieved_on=clock.today()
    )
    AchievementFactory(
        institute=institute,
        kind="invention_patent",
        state="verified",
        achieved_on=institute.build_from - timedelta(days=1),
    )
    report(institute, filler, values={"invention_patents": Decimal(10)})
    officer = Client()
    officer.force_login(person(Role.BUREAU_CLERK))

    shown = officer.get(reverse("institutes:build-list")).content.decode()
    exported = officer.get(reverse("institutes:build-export", args=["csv"])).getvalue().decode("utf-8-sig")

    assert "1 / 2" in shown
    assert "1 项" in shown
    rows = [line.split(",") for line in exported.strip().splitlines()]
    assert len(rows) == 3
    assert [row[5] for row in rows[1:]] == ["发明专利", "新增营业收入"]
    assert rows[1][9:13] == ["10.00", "10.00", "1", "100.00"]
    ended = officer.get(reverse("institutes:build-list"), {"ends": "over"}).content.decode()
    assert "没有符合条件的研究院" in ended


def test_a_program_reports_and_reads_the_same(institute, filler):
    client = Client(headers={"authorization": f"Token {issue_token(user=filler)}"})
    body = {
        "institute": institute.pk,
        "as_of": str(clock.today()),
        "value_invention_patents": "6",
        "files": [pdf_upload("示例.pdf")],
    }

    made = client.post("/api/v1/progress-reports/", body)
    targets = client.get(f"/api/v1/institutes/{institute.pk}/build/").json()
    stages = client.get(f"/api/v1/institutes/{institute.pk}/stages/").json()

    assert made.status_code == 201, made.content.decode()
    assert made.json()["values"] == [
        {"code": "invention_patents", "label": "发明专利", "unit": "件", "value": "6.00"}
    ]
    assert [(one["code"], one["reported"], one["share"]) for one in targets] == [
        ("invention_patents", "6.00", "60.00"),
        ("new_revenue", None, "0.00"),
    ]
    assert [(one["reached_on"], one["is_late"]) for one in stages] == [(None, True)]


# --- a longer build period ----------------------------------------------------------------------------------------


def ask_for_longer(institute, by, until: date) -> Change:
    return services.draft_change(
        institute=institute,
        kind=ChangeKind.EXTENSION,
        value=until.isoformat(),
        grounds="示例：设备交付推迟。",
        files={"build_report": pdf_upload("示例报告.pdf")},
        by=by,
    )


def approve(change: Change) -> Change:
    admin = person(Role.ENT_ADMIN, organisation=change.host)
    services.hand_up_change(change=change, by=admin)
    services.hand_in_change(change=change, by=admin)
    services.give_county_opinion(
        change=change, position="agrees", opinion="示例：属实。", by=person(Role.COUNTY_STAFF)
    )
    services.check_change(
        change=change, finding="approve", opinion="示例：理由充分。", by=person(Role.BUREAU_CLERK)
    )
    return services.approve_change(change=change, by=person(Role.BUREAU_APPROVER))


def certified(institute):
    """The recognition's line in the register that a replaced certificate is made from."""
    audit.record(
        "institutes.application.recognise",
        institute.recognition.application,
        by=person(Role.BUREAU_APPROVER),
        to_state="recognised",
        paper={"kind": "certificate", "number": institute.recognition.certificate_number},
    )


def test_the_build_period_is_extended_once_by_decision(institute, filler):
    certified(institute)
    former = institute.build_to
    later = former + timedelta(days=300)

    change = approve(ask_for_longer(institute, filler, later))

    institute.refresh_from_db()
    assert (institute.build_to, change.former) == (later, former.isoformat())
    with pytest.raises(Conflict) as again:
        ask_for_longer(institute, filler, later + timedelta(days=30))
    assert "建设期最多延长 1 次" in faults(again)["kind"]


@pytest.mark.parametrize(
    ("until", "field", "words"),
    [
        (lambda end: end, "value", "须晚于现建设期截止日"),
        (lambda end: end.replace(year=end.year + 1) + timedelta(days=1), "value", "建设期延长不超过 1 年"),
    ],
)
def test_not_shorter_and_not_longer_than_a_year(institute, filler, until, field, words):
    with pytest.raises(Conflict) as refusal:
        ask_for_longer(institute, filler, until(institute.build_to))

    assert words in faults(refusal)[field]
    assert not Change.objects.exists()


def test_after_the_end_it_is_too_late_but_not_for_what_was_handed_in(institute, filler):
    certified(institute)
    change = ask_for_longer(institute, filler, institute.build_to + timedelta(days=90))
    admin = person(Role.ENT_ADMIN, organisation=institute.host)
    services.hand_up_change(change=change, by=admin)
    after = clock.now() + timedelta(days=201)

    with clock.at(after), pytest.raises(Conflict) as late:
        services.hand_in_change(change=change, by=admin)
    assert "延期须在届满前申请" in faults(late)["kind"]

    services.hand_in_change(change=change, by=admin)
    with clock.at(after):
        services.give_county_opinion(
            change=change, position="agrees", opinion="示例：属实。", by=person(Role.COUNTY_STAFF)
        )
        services.check_change(change=change, finding="approve", opinion="示例", by=person(Role.BUREAU_CLERK))
        services.approve_change(change=change, by=person(Role.BUREAU_APPROVER))
    institute.refresh_from_db()
    assert institute.build_to.isoformat() == change.value


def test_a_value_that_is_no_day_is_refused(institute, filler):
    with pytest.raises(Conflict) as refusal:
        services.draft_change(
            institute=institute, kind=ChangeKind.EXTENSION, value="明年", grounds="示例", by=filler
        )
    assert "请按 2028-06-30 的格式填写日期" in faults(refusal)["value"]


def test_values_belong_to_reports():
    assert ProgressValueFactory().report.state == ProgressState.REPORTED


def test_what_could_not_have_been_reported_is_found():
    good = ProgressValueFactory(report__as_of=clock.today() - timedelta(days=30), value=5)
    assert progress_never_falls() == []

    later = ProgressReportFactory(institute=good.report.institute)
    ProgressValueFactory(report=later, commitment=good.commitment, value=4)
    foreign = ProgressValueFactory(commitment=CommitmentFactory())
    stage = StageReachedFactory(milestone=MilestoneFactory())

    assert progress_never_falls() == [
        f"“{later}”（{later.pk}）的发明专利少于更早的报告",
        f"“{foreign.report}”（{foreign.report.pk}）报告了别院的目标",
        f"“{stage.report}”（{stage.report.pk}）报告了别院的阶段",
    ]
