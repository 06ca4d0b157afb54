"""Who holds a case, in words: a role, and the unit, the county or the agency within which it is held."""

from dataclasses import dataclass

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.roles import ROLES, Reach, Role, label_of
from records.lifecycle import Lifecycle
from records.models import Deadline, LifecycleSubject

# The column that says within what a role of this reach holds; deadlines and cases have it alike.
_WITHIN = {Reach.OWN: "host", Reach.DIVISION: "division", Reach.ASSIGNED: "holder_organisation"}
_WORDS = {Reach.OWN: "{within}（{label}）", Reach.DIVISION: "{within}{label}", Reach.ASSIGNED: "{within}"}
# A county's offices, with the county before them.
_OF_COUNTY = {
    Role.COUNTY_STAFF: _("{within}科技管理部门经办"),
    Role.COUNTY_LEAD: _("{within}分管领导"),
    Role.COUNTY_FIN: _("{within}财政"),
}


@dataclass(frozen=True, slots=True)
class Holder:
    """A role that has to act; ``within`` is empty where it acts for the city, or must not be told."""

    role: Role
    within: str = ""

    @property
    def label(self) -> str:
        return str(label_of(self.role))

    def __str__(self) -> str:
        if not self.within:
            return self.label
        pattern = _OF_COUNTY.get(self.role) or _WORDS[ROLES[self.role].reach]
        return str(pattern).format(within=self.within, label=self.label)


def of_deadline(deadline: Deadline) -> Holder:
    """Who has to meet it. No person is named: an expert is an expert."""
    return _holder(deadline, deadline.holder_role)


def of_case(subject: LifecycleSubject, lifecycle: Lifecycle, *, unit_named: bool = False) -> str:
    """Who has it now, in words; empty where it is closed. ``unit_named``: the unit's name stands beside it already."""
    role = lifecycle.states[subject.state].role
    if role and unit_named and ROLES[Role(role)].reach == Reach.OWN:
        return str(label_of(Role(role)))
    return str(_holder(subject, role)) if role else ""


def _holder(row: Model, role: str) -> Holder:
    place = _WITHIN.get(ROLES[Role(role)].reach, "")
    return Holder(Role(role), str(getattr(row, place, None) or ""))
