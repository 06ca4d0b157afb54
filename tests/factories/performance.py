"""Cycles, rounds and evaluations in every state, with figures of their edition."""

from datetime import date
from decimal import Decimal
from itertools import count

import factory
from factory.declarations import SKIP
from factory.django import DjangoModelFactory

from evaluation.enums.performance import GRADED_STATES
from evaluation.models import Cycle, Engagement, EngagementBatch, Evaluation, EvaluationCheck, Round
from evaluation.models.performance import (
    ENTRUSTED,
    FINANCE_FILLED,
    GRADED,
    HANDED_IN,
    OPINED,
    SCORED,
    SIGNED,
    TAX_FILLED,
)
from records import clock
from tests.factories.accounts import system_user
from tests.factories.evaluation import EngagementFactory, ReviewEditionFactory, built_institute
from tests.factories.institutes import a_user
from tests.factories.notices import PublicNoticeFactory
from tests.factories.records import AttachmentFactory

YEAR = 2026


def edition():
    return ReviewEditionFactory(kind="performance")


def example_figures(share: str = "0.80") -> list[dict]:
    """The value of each computed indicator: so much of its full mark."""
    return [
        {
            "code": one["code"],
            "label": one["label"],
            "value": str(Decimal(str(one["full_mark"])) * Decimal(share)),
            "unit": one["unit"],
            "sources": [],
        }
        for one in edition().terms["indicators"]
        if one["scale"] != "expert"
    ]


_numbers = count(1)
MARKS = {"key_technologies": "2.40", "strategy": "4.00"}


class CycleFactory(DjangoModelFactory):
    """Over since the end of 2025; ``running=True`` is the one that follows its institute's acceptance."""

    class Meta:
        model = Cycle

    class Params:
        running = factory.Trait(ended_at=None, ended_by=None, first_year=2026, last_year=2028)

    institute = factory.LazyFunction(lambda: built_institute())
    number = 1
    first_year = 2023
    last_year = 2025
    edition = factory.LazyFunction(edition)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.LazyFunction(system_user)
    ended_at = factory.SelfAttribute("opened_at")
    ended_by = factory.SelfAttribute("opened_by")


class RoundFactory(DjangoModelFactory):
    """``RoundFactory(state=…)`` is lawful for every state."""

    class Meta:
        model = Round
        django_get_or_create = ("year",)

    year = YEAR
    number = factory.LazyAttribute(lambda row: f"SJZ-PJ-{row.year}-01")
    edition = factory.LazyFunction(edition)
    report_due_on = factory.LazyAttribute(lambda row: date(row.year, 5, 31))
    state = "open"
    state_since = factory.LazyFunction(clock.now)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.LazyFunction(system_user)

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        made: dict = {}
        if kwargs["state"] in ("grading", "publicity", "final"):
            made |= {"graded_at": kwargs["opened_at"], "graded_by": a_user("evaluation-clerk")}
            made |= {"minute_number": "示例局务会纪要〔2026〕15 号"}
        if kwargs["state"] in ("publicity", "final"):
            made |= {"confirmed_at": kwargs["opened_at"], "confirmed_by": a_user("evaluation-approver")}
            made |= {"notice": kwargs.get("notice") or PublicNoticeFactory(kind="evaluation")}
        if kwargs["state"] == "final":
            made |= {"released_at": kwargs["opened_at"], "released_by": a_user("evaluation-approver")}
        if kwargs["state"] == "closed":
            made |= {"closed_at": kwargs["opened_at"], "closed_by": a_user("evaluation-approver")}
            made |= {"closing_reason": "示例：参加评价的研究院均已缓评。"}
        return made | kwargs


class EvaluationFactory(DjangoModelFactory):
    """``EvaluationFactory(state=…)`` is lawful for every state; ``again=True`` is one after a time to mend."""

    class Meta:
        model = Evaluation

    class Params:
        again = factory.Trait(
            former=factory.LazyAttribute(
                lambda row: EvaluationFactory(
                    cycle=row.cycle, institute=row.institute, round=row.round, state="rectify"
                )
            ),
            attempt=2,
            rectify_by=date(2027, 3, 31),
        )

    cycle = factory.SubFactory(CycleFactory)
    institute = factory.SelfAttribute("cycle.institute")
    round = factory.SubFactory(RoundFactory)
    edition = factory.SelfAttribute("round.edition")
    host = factory.SelfAttribute("institute.host")
    division = factory.SelfAttribute("institute.division")
    state = "self_report"
    state_since = factory.LazyFunction(clock.now)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.LazyFunction(system_user)

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        given = {name: value for name, value in kwargs.items() if value is not SKIP}
        return _stamps(given["state"], given["opened_at"], given) | given


def _stamps(state: str, at, kwargs: dict) -> dict:
    made: dict = {}
    scored = state in SCORED and not kwargs.get("exempted_at")
    if state in HANDED_IN or scored:
        number = f"SJZ-ZP-2026-{next(_numbers):04d}"
        made |= {"handed_in_at": at, "handed_in_by": a_user("evaluation-admin"), "number": number}
        made |= {"figures": example_figures()}
    if state in OPINED or scored:
        made |= {"opined_at": at, "opined_by": a_user("evaluation-staff")}
        made |= {"county_position": "agrees", "county_opinion": "示例县级意见：数据属实。"}
    if state in SIGNED or scored:
        made |= {"signed_at": at, "signed_by": a_user("evaluation-lead")}
    if state in TAX_FILLED or scored:
        made |= {"tax_filled_at": at, "tax_filled_by": a_user("evaluation-tax")}
    if state in FINANCE_FILLED or scored:
        made |= {"finance_filled_at": at, "finance_filled_by": a_user("evaluation-finance")}
    if state in ENTRUSTED or scored:
        made |= {"entrusted_at": at, "entrusted_by": a_user("evaluation-clerk")}
        made |= {"agency": kwargs.get("agency") or engaged_for_performance().agency}
    if scored:
        made |= {"marks": MARKS, "panel_score": Decimal("6.40"), "panel_opinion": "示例专家组意见。"}
        made |= {"reviewed_at": at, "reviewed_by": a_user("evaluation-manager")}
    if state in ("exemption", "deferred"):
        made |= {"exemption": "deferral", "exemption_reason": "示例缓评理由。"}
        made |= {"exemption_proposed_at": at, "exemption_proposed_by": a_user("evaluation-clerk")}
    if state == "deferred":
        made |= {"exempted_at": at, "exempted_by": a_user("evaluation-approver")}
    return made | _result(state, at, kwargs)


def _result(state: str, at, kwargs: dict) -> dict:
    made: dict = {}
    if state in GRADED:
        fails = state in ("rectify", "failed")
        made |= {"grade": "fail" if fails else "good", "total": Decimal("55.00" if fails else "80.00")}
        made |= {"graded_at": at, "graded_by": a_user("evaluation-clerk")}
    if state in ("publicity", *GRADED_STATES):
        made |= {"confirmed_at": at, "confirmed_by": a_user("evaluation-approver")}
    if state in GRADED_STATES:
        made |= {"released_at": at, "released_by": a_user("evaluation-approver")}
    if state == "failed" and "former" not in kwargs:
        first = EvaluationFactory(cycle=kwargs["cycle"], round=kwargs["round"], state="rectify")
        made |= {"attempt": 2, "former": first, "rectify_by": date(2027, 3, 31)}
    return made


def engaged_for_performance(agency=None) -> Engagement:
    """An engagement in force that covers evaluations as a whole."""
    found = EngagementFactory(**({"agency": agency} if agency else {}))
    EngagementBatch.objects.create(engagement=found, kind="performance")
    return found


class EvaluationCheckFactory(DjangoModelFactory):
    class Meta:
        model = EvaluationCheck

    evaluation = factory.SubFactory(EvaluationFactory, state="checking")
    item = "serious_dishonesty"
    result = "clear"
    checked_on = factory.LazyFunction(clock.today)
    source = "示例查询网站"
    evidence = factory.LazyAttribute(
        lambda row: AttachmentFactory(subject=row.evaluation, kind="evaluation_integrity")
    )
    recorded_at = factory.LazyFunction(clock.now)
    recorded_by = factory.LazyFunction(lambda: a_user("evaluation-clerk"))
