"""Annual assessments in every state, with figures that add up."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from evaluation.models import Assessment, AssessmentList
from evaluation.models.assessment import (
    ANNOUNCED,
    COUNTY_CHECKED,
    DECIDED,
    FINANCE_SIGNED,
    GRADED,
    HANDED_IN,
    TAX_SIGNED,
)
from institutes.models import Institute
from records import clock
from tests.factories.accounts import system_user
from tests.factories.evaluation import ReviewEditionFactory
from tests.factories.institutes import RecognitionFactory, a_user

YEAR = 2025


def edition():
    return ReviewEditionFactory(kind="assessment")


def example_values(*, by=("unit", "tax", "finance"), **changed) -> dict[str, str]:
    """The examples beside the boxes, which add up, as they are stored; ``changed`` stand in their place."""
    found = {}
    for box in edition().terms["boxes"]:
        if box["filled_by"] in by:
            money = box["kind"] == "money"
            found[box["code"]] = f"{Decimal(box['example']) * 10_000:.2f}" if money else box["example"]
    return found | changed


def an_institute(**facts) -> Institute:
    """Recognised in 2024."""
    return RecognitionFactory(
        year=2024,
        recognised_on=date(2024, 11, 20),
        **{f"institute__{name}": value for name, value in facts.items()},
    ).institute


class AssessmentListFactory(DjangoModelFactory):
    class Meta:
        model = AssessmentList
        django_get_or_create = ("year", "sequence")

    year = YEAR
    sequence = 1
    number = factory.LazyAttribute(lambda row: f"SJZ-NKG-{row.year + 1}-{row.sequence:03d}")
    edition = factory.LazyFunction(edition)
    minute_number = "示例局务会纪要〔2026〕12 号"
    published_at = factory.LazyFunction(clock.now)
    published_by = factory.LazyFunction(lambda: a_user("assessment-approver"))


class AssessmentFactory(DjangoModelFactory):
    """``AssessmentFactory(state=…)`` is lawful for every state."""

    class Meta:
        model = Assessment

    institute = factory.LazyFunction(an_institute)
    year = YEAR
    edition = factory.LazyFunction(edition)
    host = factory.SelfAttribute("institute.host")
    division = factory.SelfAttribute("institute.division")
    state = "draft"
    state_since = factory.LazyFunction(clock.now)
    due_by = factory.LazyAttribute(lambda row: date(row.year + 1, 3, 31))
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.LazyFunction(system_user)

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return _stamps(kwargs["state"], kwargs["opened_at"], kwargs) | kwargs


def _stamps(state: str, at, kwargs: dict) -> dict:
    made: dict = {}
    if state in HANDED_IN or state == "unit_review":
        filled = ["unit", *(["tax"] * (state in TAX_SIGNED)), *(["finance"] * (state in FINANCE_SIGNED))]
        made |= {"values": example_values(by=filled)}
    if state in HANDED_IN:
        number = f"SJZ-NK-2026-{9000 + Assessment.objects.count()}"
        made |= {"handed_in_at": at, "handed_in_by": a_user("assessment-admin"), "number": number}
        made |= {"submitted_on": kwargs.get("submitted_on") or date(kwargs["year"] + 1, 3, 20)}
    if state in COUNTY_CHECKED:
        made |= {"county_checked_at": at, "county_checked_by": a_user("assessment-staff")}
        made |= {"county_opinion": "示例县级意见：人员、场地、投入属实。"}
    if state in TAX_SIGNED:
        made |= {"tax_signed_at": at, "tax_signed_by": a_user("assessment-tax")}
        made |= {"tax_opinion": "示例税务意见：无欠税。"}
    if state in FINANCE_SIGNED:
        made |= {"finance_signed_at": at, "finance_signed_by": a_user("assessment-finance")}
        made |= {"finance_opinion": "示例财政意见：单独核算，使用规范。"}
    if state in GRADED:
        made |= {"grade": "pass", "grounds": "示例理由：运行正常，目标按期推进。"}
        made |= {"graded_at": at, "graded_by": a_user("assessment-clerk")}
    if state in DECIDED:
        made |= {"confirmed_at": at, "confirmed_by": a_user("assessment-approver")}
    if state in ANNOUNCED:
        made |= {"published_in": kwargs.get("published_in") or AssessmentListFactory(year=kwargs["year"])}
    return made
