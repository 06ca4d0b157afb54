"""Annual assessments: what the database itself refuses, and what other rooms read of confirmed ones."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from evaluation.enums.assessment import AssessmentState as S
from evaluation.models import Assessment, AssessmentList
from evaluation.selectors import reported as reads
from tests.factories.assessments import AssessmentFactory, AssessmentListFactory, an_institute

pytestmark = pytest.mark.django_db

BROKEN = {
    "state_known": ("draft", {"state": "lost"}),
    "grade_known": ("draft", {"grade": "best"}),
    "saved_at_saved_by": ("county_check", {"saved_by_id": "handed_in_by_id"}),
    "handed_in_under_a_number": ("county_check", {"number": None}),
    "county_checked_together": ("tax_fill", {"county_checked_by": None}),
    "tax_signed_at_tax_signed_by": ("finance_fill", {"tax_signed_by": None}),
    "finance_signed_together": ("grading", {"finance_signed_by": None}),
    "graded_at_graded_by": ("confirmation", {"graded_by": None}),
    "confirmed_at_confirmed_by": ("confirmed", {"confirmed_by": None}),
    "county_is_another": ("tax_fill", {"county_checked_by_id": "handed_in_by_id"}),
    "four_eyes": ("confirmed", {"confirmed_by_id": "graded_by_id"}),
    "handed_in_by_somebody": ("draft", {"state": S.COUNTY_CHECK}),
    "checked_by_somebody": ("county_check", {"state": S.TAX_FILL}),
    "signed_by_tax": ("tax_fill", {"state": S.FINANCE_FILL}),
    "signed_by_finance": ("finance_fill", {"state": S.GRADING}),
    "graded_by_somebody": ("grading", {"state": S.CONFIRMATION}),
    "confirmed_by_somebody": ("confirmation", {"state": S.CONFIRMED}),
    "announced_on_a_list": ("confirmed", {"state": S.PUBLISHED}),
    "graded_with_grounds": ("confirmation", {"grounds": ""}),
    "handed_in_with_figures": ("county_check", {"values": {}}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(name):
    state, broken = BROKEN[name]
    row = AssessmentFactory(state=state)
    broken = {
        column: getattr(row, value) if str(value).endswith("_by_id") else value
        for column, value in broken.items()
    }

    with pytest.raises(IntegrityError, match=f"evaluation_assessment_{name}"), transaction.atomic():
        Assessment.objects.filter(pk=row.pk).update(**broken)


def test_an_institute_reports_once_of_a_year():
    row = AssessmentFactory()

    with pytest.raises(IntegrityError, match="evaluation_assessment_once_a_year"), transaction.atomic():
        AssessmentFactory(institute=row.institute)


@pytest.mark.parametrize(
    ("name", "broken"),
    [("by_a_meeting", {"minute_number": ""}), ("sequence_positive", {"sequence": 0})],
)
def test_a_list_rests_on_a_meeting_and_is_counted(name, broken):
    row = AssessmentListFactory()

    with pytest.raises(IntegrityError, match=f"evaluation_assessmentlist_{name}"), transaction.atomic():
        AssessmentList.objects.filter(pk=row.pk).update(**broken)


def test_a_year_has_one_first_list():
    AssessmentListFactory()
    other = AssessmentListFactory(sequence=2)

    with pytest.raises(IntegrityError, match="evaluation_assessmentlist_once"), transaction.atomic():
        AssessmentList.objects.filter(pk=other.pk).update(sequence=1)


DUE = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("state", "submitted_on", "today", "late"),
    [
        ("draft", None, DUE, False),
        ("draft", None, DUE + timedelta(days=1), True),
        ("county_check", DUE, DUE + timedelta(days=90), False),
        ("county_check", DUE + timedelta(days=1), DUE + timedelta(days=90), True),
        ("missing", None, DUE + timedelta(days=90), True),
        ("withdrawn", None, DUE + timedelta(days=90), False),
    ],
)
def test_a_report_is_late_from_the_day_after_the_last(state, submitted_on, today, late):
    row = AssessmentFactory(state=state, **({"submitted_on": submitted_on} if submitted_on else {}))

    assert row.is_late(today) is late
    assert Assessment.objects.late(today).exists() is late


def test_others_read_the_figures_of_confirmed_assessments_only():
    institute = an_institute()
    AssessmentFactory(institute=institute, year=2023, state="published")
    confirmed = AssessmentFactory(institute=institute, year=2024, state="confirmed")
    AssessmentFactory(institute=institute, year=2025, state="confirmation")

    found = reads.reported([institute], range(2024, 2027))

    assert list(found) == [(institute.pk, 2024)]
    assert found[institute.pk, 2024]["rd_spend"] == Decimal("6500000.00")
    assert found[institute.pk, 2024]["staff_key"] == Decimal(45)
    assert "operation" not in found[institute.pk, 2024]
    assert reads.sources([institute], [2024, 2025]) == {(institute.pk, 2024): confirmed}
    fed = [
        (one.indicator, one.combine, one.year, one.value)
        for one in reads.reported_for_indicators(institute, [2024])
    ]
    assert fed == [
        ("team_growth", "growth", 2024, Decimal(45)),
        ("rd_spend", "avg", 2024, Decimal("6500000.00")),
        ("tax_paid", "sum", 2024, Decimal("8200000.00")),
    ]


def test_late_and_missing_reports_are_told_apart():
    institute = an_institute()
    AssessmentFactory(institute=institute, year=2023, state="missing")
    late = AssessmentFactory(institute=institute, year=2024, state="published", submitted_on=date(2025, 4, 1))
    AssessmentFactory(institute=institute, year=2025, state="published", submitted_on=date(2026, 3, 31))

    assert reads.late_reports(institute, range(2022, 2026)) == [late]
    assert reads.missing_years(institute, range(2022, 2026)) == [2023]
    assert reads.missing_years(institute, [2024, 2025]) == []
