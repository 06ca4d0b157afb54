"""What of a project's grant was issued and has come to its unit, as the room that pays tells it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Model, QuerySet

from accounts.models import User
from projects.models import Project


@dataclass(frozen=True, slots=True)
class Leg:
    """How far one instalment has come: the order by which it is paid (its ``case``), or what it waits for."""

    case: Model | None = None
    waits_for: str = ""
    is_due: bool = True


@dataclass(frozen=True, slots=True)
class Grant:
    """The grant of one project as one reader may follow it: its case, and each instalment by its number."""

    url: str
    legs: Mapping[int, Leg]


@dataclass(frozen=True, slots=True)
class Paid:
    """Of grants together: what was issued, and what has come to the units."""

    ordered: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Payer:
    """What the room that pays knows of projects."""

    sums: Callable[[QuerySet[Project]], Paid]
    grant: Callable[[User, Project], Grant | None]


_TOLD: dict[str, Payer] = {}


def learn_payer(payer: Payer) -> None:
    """Let the room that pays say how far the money of projects has come."""
    _TOLD["payer"] = payer


def paid_of(projects: QuerySet[Project]) -> Paid:
    """What was issued and paid of the grants of these projects; nothing until told so."""
    payer = _TOLD.get("payer")
    return payer.sums(projects) if payer else Paid()


def grant_for(user: User, project: Project) -> Grant | None:
    """The grant of a project as this person may follow it; None where there is none, or it is not their business."""
    payer = _TOLD.get("payer")
    return payer.grant(user, project) if payer else None
