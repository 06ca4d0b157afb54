"""The editions behind the policy calculator, and its answer with the days by which money has to arrive."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from evaluation.models import ReviewEdition
from funding.models import GrantEdition
from institutes.models import RecognitionEdition
from portal.policy import entitlement as policy
from projects.models import ProjectEdition
from records import calendar
from records.models import Edition

READ: tuple[tuple[type[Edition], str, str], ...] = (
    (RecognitionEdition, "recognition", policy.RECOGNITION),
    (ReviewEdition, "acceptance", policy.ACCEPTANCE),
    (ReviewEdition, "performance", policy.EVALUATION),
    (GrantEdition, "construction", policy.CONSTRUCTION),
    (GrantEdition, "performance", policy.PERFORMANCE),
    (GrantEdition, "provincial", policy.PROVINCIAL),
    (GrantEdition, "disbursement", policy.PAYMENT),
    (ProjectEdition, "joint_project", policy.JOINT),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the calculator says: each kind of money, and what is sure, what is possible, in yuan."""

    entitlements: list[policy.Entitlement]
    paid_by: dict[str, date]
    acceptance_due: date | None
    days: int

    @property
    def host(self) -> list[policy.Condition]:
        """What is asked of the leading unit, whatever the money."""
        return [one for one in self.entitlements[0].conditions if one.of_host]

    @property
    def sure(self) -> Decimal:
        """What nothing stands in the way of, all conditions being so."""
        return sum((one.amount for one in self.entitlements if one.standing == "due"), Decimal(0))

    @property
    def at_most(self) -> Decimal:
        """What can still be had, where everything goes well."""
        return sum((one.amount for one in self.entitlements if one.standing != "refused"), Decimal(0))


def rules() -> list[policy.Rule]:
    """Every edition the calculator reads, those of the past and of the future too; empty before one is loaded."""
    found: list[policy.Rule] = []
    for model, kind, name in READ:
        rows = model._default_manager.filter(kind=kind).order_by("valid_from")
        if not rows:
            return []
        found += [policy.Rule(name, row.valid_from, row.terms, row.citations) for row in rows]
    return found


def answer(case: policy.Case, *, on: date) -> Answer | None:
    """What this institute can receive and when; None while there is no policy."""
    if not (known := rules()):
        return None
    found, days = policy.entitlements(case, known), policy.working_days_to_pay(known, on)
    paid_by = {
        one.code: calendar.add_working_days(one.earliest, days)
        for one in found
        if one.earliest and one.standing == "due" and one.code != policy.JOINT
    }
    return Answer(found, paid_by, policy.acceptance_due(case, known), days)


def grades(*, on: date) -> list[tuple[str, str]]:
    """The grades of the three-year evaluation in force, the best first."""
    found = [rule for rule in rules() if rule.kind == policy.EVALUATION]
    if not found:
        return []
    terms = policy.in_force(found, policy.EVALUATION, on).terms
    scale = "grades_three" if terms["grading"].get("grade_scale") == "three" else "grades"
    return [(str(row["code"]), str(row["label"])) for row in terms[scale]]
