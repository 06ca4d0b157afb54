"""Annual assessment by its services: opened once, filled in, signed by three, graded, published; what each refuses."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role
from evaluation import services
from evaluation.enums.assessment import AssessmentState as S
from evaluation.integrity.assessments import (
    assessments_rest_on_three_signatures,
    one_assessment_for_each_year_in_force,
)
from evaluation.models import Assessment, AssessmentList
from evaluation.selectors import assessments as selectors
from evaluation.services import sweeps
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson, StaleVersion
from records.models import AuditEvent
from tests.factories.accounts import person
from tests.factories.achievements import AchievementFactory
from tests.factories.assessments import AssessmentFactory, an_institute, edition, example_values
from tests.factories.institutes import ApplicationVersionFactory, RecognitionFactory, a_user

pytestmark = pytest.mark.django_db

OPENING = datetime(2026, 1, 1, 8, tzinfo=timezone.get_default_timezone())
DUE = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def rules():
    return edition()


def unit_of(row, role=Role.ENT_FILLER):
    return person(role, organisation=row.host)


def entries(**changed) -> dict[str, str]:
    """Everything that the unit types, as programs send it."""
    boxes = [b for b in edition().terms["boxes"] if b["filled_by"] == "unit" and "achievements" not in b]
    said = example_values(by=("unit",)) | {"transfers_local": "0"} | changed
    return {f"box_{box['code']}": said[box["code"]] for box in boxes}


def figures(office: str, **changed) -> dict[str, object]:
    said = example_values(by=(office,)) | changed
    return {f"box_{code}": Decimal(value) for code, value in said.items()}


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=timezone.get_default_timezone())


def filled(**facts) -> Assessment:
    row = AssessmentFactory(**facts)
    services.save_assessment(assessment=row, entries=entries(), by=unit_of(row))
    return row


def handed_in(on: date = DUE, **facts) -> Assessment:
    row = filled(**facts)
    services.hand_up_assessment(assessment=row, by=unit_of(row), at=at(on))
    return services.hand_in_assessment(assessment=row, by=unit_of(row, Role.ENT_ADMIN), at=at(on))


def confirmed(grade: str = "pass", **facts) -> Assessment:
    return AssessmentFactory(state="confirmed", grade=grade, **facts)


def publish(year: int = 2025) -> AssessmentList:
    return services.publish_assessments(
        year=year, minute_number="示例纪要〔2026〕12 号", by=a_user("publishing-approver")
    )


# --- opening --------------------------------------------------------------------------------------------------------


def test_each_institute_in_force_by_the_end_of_the_year_reports_once():
    owes = an_institute()
    last = RecognitionFactory(recognised_on=date(2025, 12, 31), year=2025).institute
    RecognitionFactory(recognised_on=date(2026, 1, 1), year=2026)
    RecognitionFactory(recognised_on=date(2024, 5, 1), revoked=True)

    opened = services.open_assessments(at=OPENING)

    assert [(row.institute, row.year, row.state, row.due_by) for row in opened] == [
        (owes, 2025, S.DRAFT, DUE),
        (last, 2025, S.DRAFT, DUE),
    ]
    assert services.open_assessments(at=OPENING) == []
    held = deadlines.current(opened[0])
    assert (held.holder_role, held.due_on) == (Role.ENT_FILLER, DUE)
    assert audit.history(opened[0]).get().verb == "evaluation.assessment.begin"


def test_opened_after_the_last_day_the_unit_has_some_working_days():
    an_institute()

    row = services.open_assessments(at=at(date(2026, 6, 1)))[0]

    assert row.due_by == date(2026, 6, 15)


def test_it_begins_with_what_stood_at_the_end_of_the_year_before():
    former = AssessmentFactory(year=2024, state="published")
    row = services.open_assessments(at=OPENING)[0]

    assert row.values["staff_total"] == former.values["staff_total"] == "62"
    assert row.sources["staff_total"] == {"origin": "former", "id": former.pk, "year": 2024}
    assert "rd_spend" not in row.values
    assert "staff_joined" not in row.values


def test_the_very_first_begins_with_the_book():
    institute = an_institute()
    application = institute.recognition.application
    answers = {"team": {"headcount_total": "40", "phd": "5"}, "premises": {"equipment_value": "2000000"}}
    ApplicationVersionFactory(application=application, answers=answers)

    row = services.open_assessments(at=OPENING)[0]

    assert {code: row.values.get(code) for code in ("staff_total", "staff_phd", "equipment")} == {
        "staff_total": "40",
        "staff_phd": "5",
        "equipment": "2000000.00",
    }
    assert row.sources["equipment"]["origin"] == "book"


# --- filling in -----------------------------------------------------------------------------------------------------


def test_what_achievements_know_is_counted_with_its_rows_and_not_typed():
    row = AssessmentFactory()
    facts = {"institute": row.institute, "state": "verified", "kind": "transfer"}
    first = AchievementFactory(**facts, achieved_on=date(2025, 1, 1), amount=Decimal(100))
    last = AchievementFactory(**facts, achieved_on=date(2025, 12, 31), amount=Decimal(50))
    AchievementFactory(**facts, achieved_on=date(2026, 1, 1), amount=Decimal(9))
    AchievementFactory(**facts | {"state": "county_review"}, achieved_on=date(2025, 5, 1), amount=Decimal(9))

    known = selectors.figures_of(row)

    assert (known.values["transfers"], known.values["transfer_amount"]) == ("2", "150.00")
    assert known.values["standards"] == "0"
    assert known.sources["transfers"]["rows"] == [
        {"id": first.pk, "label": first.title},
        {"id": last.pk, "label": last.title},
    ]
    with pytest.raises(Incomplete, match="已核实成果"):
        services.save_assessment(assessment=row, entries={"box_transfers": "9"}, by=unit_of(row))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("box_tax_paid", "1", "不由单位填报"),
        ("box_nothing", "1", "没有“box_nothing”这一栏"),
        ("box_staff_total", "1.5", "请填写整数"),
        ("box_staff_total", "-1", "不能小于 0"),
    ],
)
def test_what_does_not_belong_in_a_box_is_refused(name, value, words):
    row = AssessmentFactory()

    with pytest.raises(Incomplete, match=words):
        services.save_assessment(assessment=row, entries={name: value}, by=unit_of(row))
    row.refresh_from_db()
    assert (row.values, row.saved_at) == ({}, None)


def test_two_who_write_at_once_both_keep_their_words():
    row = AssessmentFactory()
    first, second = unit_of(row), unit_of(row)
    seen = clock.now()
    services.save_assessment(assessment=row, entries={"box_rd_spend": "6500000"}, by=first)

    with pytest.raises(StaleVersion) as refused:
        services.save_assessment(assessment=row, entries={"box_rd_spend": "650"}, by=second, seen=seen)

    clash = refused.value.clashes[0]
    assert (clash.field, clash.mine, clash.theirs) == ("box_rd_spend", "0.065", "650")
    assert (clash.mine_said, clash.theirs_said) == ("0.065 万元", "650 万元")


def test_what_two_fill_in_in_different_boxes_stands_side_by_side():
    row = AssessmentFactory()
    first, second, seen = unit_of(row), unit_of(row), clock.now()
    services.save_assessment(assessment=row, entries={"box_rd_spend": "6500000"}, by=first)

    services.save_assessment(assessment=row, entries={"box_staff_total": "63"}, by=second, seen=seen)

    row.refresh_from_db()
    assert row.values == {"rd_spend": "6500000.00", "staff_total": "63"}


def test_nothing_is_handed_up_while_a_box_is_empty_or_does_not_add_up():
    row = filled()
    wrong = {"box_staff_total": "63", "box_accidents": ""}
    services.save_assessment(assessment=row, entries=wrong, by=unit_of(row))

    with pytest.raises(Incomplete) as refused:
        services.hand_up_assessment(assessment=row, by=unit_of(row))

    assert [reason.field for reason in refused.value.reasons] == ["box_accidents", "box_staff_total"]
    assert "少 1" not in refused.value.reasons[1].text
    assert "多 1 人" in refused.value.reasons[1].text
    assert refused.value.reasons[0].url.endswith("/edit/governance/#id_box_accidents")
    row.refresh_from_db()
    assert row.state == S.DRAFT


def test_this_year_s_end_is_last_year_s_with_what_came_and_went():
    former = AssessmentFactory(year=2024, state="published")
    row = filled(institute=former.institute)

    words = " ".join(reason.text for reason in selectors.missing_of(row))

    assert "上年末 62 人，加 8 人、减 3 人应为 67 人，填报 62 人" in words


def test_a_sum_in_the_wrong_unit_is_hinted_at():
    former = AssessmentFactory(year=2024, state="published")
    row = AssessmentFactory(institute=former.institute)
    services.save_assessment(assessment=row, entries={"box_rd_spend": "650"}, by=unit_of(row))

    assert [fault.code for fault in selectors.leaps_of(row, row.values)] == ["rd_spend"]


# --- handing in -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "days"), [(DUE, 0), (date(2026, 4, 1), 1), (date(2026, 6, 30), 91)])
def test_after_the_last_day_it_is_taken_and_marked_late(on, days, rung):
    row = handed_in(on=on)

    assert (row.state, row.submitted_on, row.days_late) == (S.COUNTY_CHECK, on, days)
    assert row.number.startswith("SJZ-NK-2026-")
    event = audit.history(row).get(verb="evaluation.assessment.hand_in")
    assert event.data["paper"] == {"kind": "assessment_report", "number": row.number}
    assert event.data["late"] is bool(days)


def test_returned_by_an_office_it_counts_from_its_first_day_and_taken_back_from_its_last():
    row = handed_in()
    staff = person(Role.COUNTY_STAFF, division=row.division.code)
    services.county_return_assessment(assessment=row, reason="示例：核对人员。", by=staff, at=at(DUE))
    assert deadlines.current(row).due_on == date(2026, 4, 14)
    services.hand_up_assessment(assessment=row, by=unit_of(row))
    services.hand_in_assessment(assessment=row, by=unit_of(row, Role.ENT_ADMIN), at=at(date(2026, 4, 8)))
    assert (row.submitted_on, row.days_late) == (DUE, 0)

    services.recall_assessment(assessment=row, reason="示例：漏填。", by=unit_of(row, Role.ENT_ADMIN))
    assert row.is_late(date(2026, 4, 9))
    services.hand_up_assessment(assessment=row, by=unit_of(row))
    services.hand_in_assessment(assessment=row, by=unit_of(row, Role.ENT_ADMIN), at=at(date(2026, 4, 10)))

    assert (row.submitted_on, row.days_late) == (date(2026, 4, 10), 10)
    kinds = [
        event.data["paper"]["kind"]
        for event in AuditEvent.objects.about(row).filter(verb="evaluation.assessment.hand_in").order_by("pk")
    ]
    assert kinds == ["assessment_report", "assessment_report_2", "assessment_report_3"]


def test_what_was_verified_after_handing_in_changes_nothing():
    row = handed_in()
    AchievementFactory(
        institute=row.institute, state="verified", kind="standard", achieved_on=date(2025, 6, 1)
    )

    assert selectors.figures_of(row).values["standards"] == "0"


# --- three signatures and the grade ---------------------------------------------------------------------------------


def test_county_tax_finance_and_bureau_one_after_the_other():
    row = handed_in()
    staff = person(Role.COUNTY_STAFF, division=row.division.code)
    services.check_assessment(assessment=row, opinion="示例：现场核实属实。", by=staff)
    tax, finance = person(Role.TAX), person(Role.FINANCE)
    services.sign_tax(assessment=row, opinion="示例：无欠税。", by=tax, **figures("tax"))
    services.sign_finance(assessment=row, opinion="示例：使用规范。", by=finance, **figures("finance"))
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    services.grade_assessment(assessment=row, grade="basic", grounds="示例：转化偏少。", by=clerk)
    services.confirm_assessment(assessment=row, by=approver)

    row.refresh_from_db()
    assert (row.state, row.grade, row.confirmed_by) == (S.CONFIRMED, "basic", approver)
    assert (row.values["tax_paid"], row.values["funds_left"]) == ("8200000.00", "50000.00")
    assert (row.tax_signed_by, row.finance_signed_by, row.county_checked_by) == (tax, finance, staff)
    assert Notice.objects.filter(recipient=clerk, event="evaluation.assessment.confirm.author").exists()
    assert assessments_rest_on_three_signatures() == []


@pytest.mark.parametrize("opinion", ["", " 好 "])
def test_an_office_says_what_it_checked(opinion):
    row = AssessmentFactory(state="county_check")

    with pytest.raises(Incomplete, match="不少于 5 字"):
        services.check_assessment(
            assessment=row, opinion=opinion, by=person(Role.COUNTY_STAFF, division=row.division.code)
        )


def test_an_office_leaves_no_box_empty():
    row = AssessmentFactory(state="tax_fill")
    given = figures("tax") | {"box_tax_arrears": None}

    with pytest.raises(Incomplete) as refused:
        services.sign_tax(assessment=row, opinion="示例：无欠税。", by=person(Role.TAX), **given)

    assert [reason.field for reason in refused.value.reasons] == ["box_tax_arrears"]


def test_money_left_is_what_was_left_with_what_came_and_went():
    former = AssessmentFactory(year=2024, state="published")
    row = AssessmentFactory(institute=former.institute, state="finance_fill")

    with pytest.raises(Incomplete, match="应为 10 万元，填报 5 万元"):
        services.sign_finance(
            assessment=row, opinion="示例：使用规范。", by=person(Role.FINANCE), **figures("finance")
        )


def test_the_bureau_has_an_office_look_again_and_it_signs_anew():
    row = AssessmentFactory(state="grading")
    services.ask_tax(assessment=row, reason="示例：核对欠税。", by=person(Role.BUREAU_CLERK))

    assert (row.state, row.tax_signed_at, row.finance_signed_at) == (S.TAX_FILL, None, None)
    assert row.values["tax_paid"] == "8200000.00"
    again = figures("tax", tax_arrears="100.00")
    services.sign_tax(assessment=row, opinion="示例：欠税 100 元。", by=person(Role.TAX), **again)
    assert (row.state, row.values["tax_arrears"]) == (S.FINANCE_FILL, "100.00")


def test_who_proposes_a_grade_does_not_confirm_it_and_a_grade_has_grounds():
    row = AssessmentFactory(state="grading")
    clerk = person(Role.BUREAU_CLERK)
    with pytest.raises(Incomplete) as refused:
        services.grade_assessment(assessment=row, grade="best", grounds=" ", by=clerk)
    assert [reason.field for reason in refused.value.reasons] == ["grade", "grounds"]

    services.grade_assessment(assessment=row, grade="fail", grounds="示例：停止运行。", by=clerk)

    with pytest.raises(SamePerson):
        services.confirm_assessment(assessment=row, by=clerk)


# --- the year -------------------------------------------------------------------------------------------------------


def test_a_year_is_published_together_with_who_did_not_report(rung):
    passed, failed, silent = confirmed(), confirmed("fail"), AssessmentFactory()
    unit, county = unit_of(silent), person(Role.COUNTY_STAFF, division=silent.division.code)
    under_way = AssessmentFactory(state="grading")
    other_year = confirmed(year=2024)

    published = publish()

    for row in (passed, failed, silent, under_way, other_year):
        row.refresh_from_db()
    assert [row.state for row in (passed, failed, silent, under_way, other_year)] == [
        S.PUBLISHED,
        S.PUBLISHED,
        S.MISSING,
        S.GRADING,
        S.CONFIRMED,
    ]
    assert {row.published_in for row in (passed, failed, silent)} == {published}
    assert published.number == "SJZ-NKG-2026-001"
    event = audit.history(published).get()
    assert (event.data["published"], event.data["missing"]) == (2, 1)
    heard = Notice.objects.filter(event__startswith="evaluation.assessment.miss").order_by("event")
    assert [(one.recipient, one.event.endswith(".copy")) for one in heard] == [(unit, False), (county, True)]


def test_what_comes_later_stands_on_a_further_list():
    confirmed()
    silent = AssessmentFactory()
    publish()
    silent.refresh_from_db()
    clerk = person(Role.BUREAU_CLERK)
    services.admit_assessment(assessment=silent, reason="示例：洪水。", by=clerk)
    assert (silent.state, silent.published_in) == (S.DRAFT, None)
    services.save_assessment(assessment=silent, entries=entries(), by=unit_of(silent))
    services.hand_up_assessment(assessment=silent, by=unit_of(silent))
    services.hand_in_assessment(assessment=silent, by=unit_of(silent, Role.ENT_ADMIN))
    Assessment.objects.filter(pk=silent.pk).update(
        **{
            f"{name}_{part}": value
            for name in ("county_checked", "tax_signed", "finance_signed", "graded", "confirmed")
            for part, value in (("at", clock.now()), ("by", a_user(f"late-{name}").pk))
        },
        grade="basic",
        grounds="示例",
        state=S.CONFIRMED,
    )

    again = publish()

    assert (again.sequence, str(again)) == (2, "2025年度考核结果（补充公布第1次）")
    assert again.number == "SJZ-NKG-2026-002"
    assert silent.days_late > 0


def test_a_year_with_nothing_to_publish_is_refused_and_a_meeting_is_asked_for():
    AssessmentFactory(state="grading")
    with pytest.raises(Conflict, match="没有已审定待公布"):
        publish()
    confirmed()
    with pytest.raises(Incomplete, match="会议纪要号"):
        services.publish_assessments(year=2025, minute_number=" ", by=a_user("publishing-approver"))
    assert not AssessmentList.objects.exists()


def test_failures_in_a_row_and_missing_reports_put_recognition_at_stake():
    institute, today = an_institute(), clock.today()
    for year, grade in ((2023, "fail"), (2024, "fail")):
        AssessmentFactory(institute=institute, year=year, state="published", grade=grade)
    AssessmentFactory(institute=institute, year=2025, state="confirmed", grade="pass")

    assert selectors.facts_for_revocation(institute, today) == "2023年、2024年年度考核连续不合格。"
    assert selectors.barred_institutes(today) == {institute.pk}

    publish()

    assert selectors.facts_for_revocation(institute, today) == ""
    assert selectors.barred_institutes(today) == set()


# --- what time and other rooms bring about --------------------------------------------------------------------------


def test_the_report_of_an_institute_that_ended_ends_and_another_follows_its_new_host():
    ended = AssessmentFactory(institute=RecognitionFactory(revoked=True).institute)
    moved = AssessmentFactory()
    host = an_institute().host
    moved.institute.host = host
    moved.institute.save(update_fields=["host"])

    assert (sweeps.lapse_assessments(), sweeps.follow_assessed_institutes()) == (1, 1)
    ended.refresh_from_db()
    moved.refresh_from_db()
    assert (ended.state, moved.host) == (S.WITHDRAWN, host)
    assert (sweeps.lapse_assessments(), sweeps.follow_assessed_institutes()) == (0, 0)


def test_a_report_that_was_handed_up_is_not_written_on():
    row = AssessmentFactory(state="unit_review")

    with pytest.raises(IllegalMove):
        services.save_assessment(assessment=row, entries={"box_papers": "1"}, by=unit_of(row))


def test_the_nightly_check_finds_what_the_years_lack():
    an_institute()
    assert one_assessment_for_each_year_in_force() == []
    row = AssessmentFactory(state="published")
    Assessment.objects.filter(pk=row.pk).update(tax_signed_by=row.finance_signed_by)

    found = assessments_rest_on_three_signatures()

    assert len(found) == 1
    assert "同一人" in found[0]
