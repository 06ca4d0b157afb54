"""Who may do what: grants by role within reach. The gates of every room are tables of these.

``WHO = {"sign": by(Role.COUNTY_LEAD), "score": by(Role.EXPERT, also=is_assigned)}``; then
``WHO[action](user, subject)``. A subject says by ``host_id`` and ``division_id`` whose case it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.reach import reach_of
from accounts.roles import ROLES, Reach, Role

Predicate = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Grant:
    """Whoever holds one of ``roles`` within its reach of the subject, and satisfies ``also``.

    A role that reaches only what is assigned to it counts through ``also`` alone. Grants add up with ``|``.
    """

    roles: tuple[Role, ...]
    also: Predicate | None = None
    others: tuple["Grant", ...] = ()

    def __call__(self, user, subject) -> bool:
        return self._by_role(user, subject) or any(grant(user, subject) for grant in self.others)

    def __or__(self, other: "Grant") -> "Grant":
        return Grant(self.roles, self.also, (*self.others, other))

    def held_by(self, user) -> bool:
        """Whether the user holds one of the roles at all: for menus and for what has no subject yet."""
        return user.holds(*self.all_roles)

    @property
    def all_roles(self) -> tuple[Role, ...]:
        """The roles of this grant and of those added to it."""
        return tuple(
            dict.fromkeys([*self.roles, *(role for grant in self.others for role in grant.all_roles)])
        )

    def _by_role(self, user, subject) -> bool:
        return self._reaches(user, subject) and (self.also is None or self.also(user, subject))

    def _reaches(self, user, subject) -> bool:
        if not user.is_authenticated:
            return False
        if user.is_system:
            return Role.SYSTEM in self.roles
        if not self.roles:
            return self.also is not None
        reach = reach_of(user.memberships_active, *self.roles)
        return reach.assigned or reach.covers(host_id=subject.host_id, division_id=subject.division_id)


def by(*roles: Role, also: Predicate | None = None) -> Grant:
    """A grant to ``roles``; ``also(user, subject)`` narrows it. Assigned roles cannot do without ``also``."""
    assigned = [role for role in roles if ROLES[role].reach is Reach.ASSIGNED]
    if assigned and also is None:
        raise ValueError(
            f"{', '.join(assigned)}: reaches only what is assigned, so “also” must say what that is."
        )
    return Grant(tuple(Role(role) for role in roles), also)


def whoever(predicate: Predicate) -> Grant:
    """A grant to a person whom the subject itself names, whatever roles they hold."""
    return Grant((), predicate)


def _is_registrant(user, organisation) -> bool:
    return organisation.applied_by_id == user.pk


def _is_unit(user, organisation) -> bool:
    return organisation.is_unit


def _concerns_another(user, membership) -> bool:
    """Nobody approves or ends a role of their own."""
    return membership.user_id != user.pk


WHO_REGISTRATION: dict[str, Grant] = {
    "confirm": by(Role.COUNTY_STAFF, also=_is_unit),
    "refuse": by(Role.COUNTY_STAFF, also=_is_unit),
    "resubmit": whoever(_is_registrant),
}
WHO_MEMBERSHIP: dict[str, Grant] = {
    "approve": by(Role.SECADMIN, also=_concerns_another),
    "refuse": by(Role.SECADMIN, also=_concerns_another),
    "end": by(Role.ENT_ADMIN, Role.SYSADMIN, also=_concerns_another),
}


def _ordered_it(user, job) -> bool:
    return job.begun_by_id == user.pk


WHO_JOB: dict[str, Grant] = {
    "start": by(Role.SYSTEM),
    "finish": by(Role.SYSTEM),
    "fail": by(Role.SYSTEM),
    "resume": by(Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.SYSADMIN) | whoever(_ordered_it),
    "cancel": by(Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.SYSADMIN) | whoever(_ordered_it),
}
MEMBERS = by(Role.ENT_ADMIN)
"""Who looks after the people of a unit; asked with the organisation."""


def may_move_registration(user, action: str, organisation) -> bool:
    return WHO_REGISTRATION[action](user, organisation)


def may_move_membership(user, action: str, membership) -> bool:
    return WHO_MEMBERSHIP[action](user, membership)


def may_manage_members(user, organisation) -> bool:
    """Whether this person invites and dismisses people of ``organisation``."""
    return MEMBERS(user, organisation)


def may(user, power: str) -> bool:
    """Whether one of the person's roles carries ``power``."""
    return user.is_authenticated and user.can(power)
