"""The build period: what the book promised, and how far it is."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from institutes import policy, services
from institutes.models import Commitment
from institutes.selectors.build import comparison
from records import clock
from tests.factories.accounts import UserFactory
from tests.factories.institutes import (
    CommitmentFactory,
    InstituteFactory,
    MilestoneFactory,
    complete_answers,
)
from tests.factories.notices import publish_rules
from tests.institutes.test_officer_services import MONDAY, published

pytestmark = pytest.mark.django_db
AFTER_THE_END = datetime(2026, 11, 28, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("actual", "planned", "share"),
    [
        ("0", "10", "0.00"),
        ("8", "10", "80.00"),
        ("1", "3", "33.33"),
        ("2", "3", "66.67"),
        ("12", "10", "120.00"),
        ("0", "0", "100.00"),
        ("5", "0", "100.00"),
    ],
)
def test_how_much_of_a_target_was_reached(actual, planned, share):
    assert policy.share_reached(Decimal(actual), Decimal(planned)) == Decimal(share)


@pytest.mark.parametrize(
    ("on", "years"),
    [
        (date(2025, 6, 30), 0),
        (date(2025, 12, 31), 0),
        (date(2026, 1, 1), 1),
        (date(2026, 12, 30), 1),
        (date(2026, 12, 31), 2),
        (date(2027, 5, 1), 2),
    ],
)
def test_which_targets_are_asked_for_by_a_day(on, years):
    assert policy.years_due(date(2025, 1, 1), date(2026, 12, 31), on) == years


def test_recognition_takes_targets_and_stages_over_from_the_book():
    publish_rules()
    with clock.at(MONDAY):
        application, _item = published()
    version, plan = application.versions.get(), complete_answers(application)["plan"]
    version.answers |= {"plan": plan}
    version.save()

    with clock.at(AFTER_THE_END):
        institute = services.recognise_application(application=application, by=UserFactory()).institute

    kept = {one.code: (one.base, one.year_1, one.year_2) for one in institute.commitments.all()}
    assert kept == {
        code: tuple(Decimal(str(cells[column])) for column in ("base", "year_1", "year_2"))
        for code, cells in plan["targets"].items()
    }
    assert [one.code for one in institute.commitments.all()][:2] == ["new_technologies", "new_products"]
    money = institute.commitments.get(code="new_revenue")
    assert (money.unit, money.is_amount, money.label) == ("元", True, "新增营业收入")
    assert [(str(one.due_on), one.content) for one in institute.milestones.all()] == [
        (row["due_on"], row["content"]) for row in sorted(plan["milestones"], key=lambda row: row["due_on"])
    ]


def test_a_target_is_compared_with_what_is_due_by_now():
    institute = InstituteFactory(build_from=date(2025, 1, 1), build_to=date(2026, 12, 31))
    CommitmentFactory(institute=institute)

    dues = [
        comparison(institute, on=day)[0].due
        for day in (date(2025, 6, 1), date(2026, 6, 1), date(2026, 12, 31))
    ]
    begun = comparison(institute, on=date(2026, 6, 1))[0]

    assert dues == [0, 4, 10]
    assert (begun.planned, begun.actual, begun.share) == (10, 0, Decimal("0.00"))
    assert begun.is_behind
    assert not begun.is_met


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"base": -1}, "institutes_commitment_base_not_negative"),
        ({"year_1": -1}, "institutes_commitment_year_1_not_negative"),
        ({"year_2": 3}, "institutes_commitment_counted_from_the_beginning"),
    ],
)
def test_constraints_of_a_commitment(values, name):
    commitment = CommitmentFactory()
    with pytest.raises(IntegrityError, match=name):
        Commitment.objects.filter(pk=commitment.pk).update(**values)


def test_a_target_stands_once_with_an_institute():
    commitment = CommitmentFactory()
    with pytest.raises(IntegrityError, match="institutes_commitment_once"):
        CommitmentFactory(institute=commitment.institute)


def test_a_stage_says_what_shall_be_done():
    assert str(MilestoneFactory()) == "2026-06-30 示例阶段：完成中试验证"
    with pytest.raises(IntegrityError, match="institutes_milestone_says_what"):
        MilestoneFactory(content="")
