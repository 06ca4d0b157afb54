"""How far memberships reach: plain values, so that pages, gates and queries ask the same thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.roles import ROLES, Reach, Role

if TYPE_CHECKING:
    from accounts.models import Membership


@dataclass(frozen=True, slots=True)
class ReachSummary:
    """The whole city, or these divisions and organisations. ``assigned``: what is assigned by name, too."""

    city: bool = False
    divisions: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    assigned: bool = False

    def covers(self, *, host_id: int | None, division_id: int | None) -> bool:
        """Whether a case of that organisation and division is within reach (what is assigned aside)."""
        return self.city or division_id in self.divisions or host_id in self.organisations

    @property
    def is_empty(self) -> bool:
        return not (self.city or self.divisions or self.organisations or self.assigned)


def reach_of(memberships: "Iterable[Membership]", *roles: str) -> ReachSummary:
    """What ``memberships`` reach together; with ``roles``, only through those."""
    kinds: dict[Reach, list[Membership]] = {reach: [] for reach in Reach}
    for membership in memberships:
        if not roles or membership.role in roles:
            kinds[ROLES[Role(membership.role)].reach].append(membership)
    divisions = {membership.organisation.division_id for membership in kinds[Reach.DIVISION]}
    return ReachSummary(
        city=bool(kinds[Reach.CITY]),
        divisions=frozenset(pk for pk in divisions if pk is not None),
        organisations=frozenset(membership.organisation_id for membership in kinds[Reach.OWN]),
        assigned=bool(kinds[Reach.ASSIGNED]),
    )
