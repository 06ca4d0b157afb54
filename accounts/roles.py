"""Who may hold which role, how far it reaches, what it may do outside the lifecycles. Data, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_KINDS
from accounts.enums import OrganisationKind as Kind


class Role(TextChoices):
    ENT_FILLER = "ent_filler", _("申报人")
    ENT_ADMIN = "ent_admin", _("单位管理员")
    COUNTY_STAFF = "county_staff", _("县级科技管理部门经办")
    COUNTY_LEAD = "county_lead", _("县（市、区）分管领导")
    COUNTY_FIN = "county_fin", _("县级财政")
    BUREAU_CLERK = "bureau_clerk", _("市科技局经办")
    BUREAU_APPROVER = "bureau_approver", _("市科技局审批")
    FINANCE = "finance", _("市财政局")
    TAX = "tax", _("市税务局")
    AGENCY = "agency", _("第三方机构")
    EXPERT = "expert", _("评审专家")
    AUDITOR = "auditor", _("审计监督")
    SYSADMIN = "sysadmin", _("系统管理员")
    SECADMIN = "secadmin", _("安全管理员")
    SYSTEM = "system", _("系统")


UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
"""Who works on what is a unit's own to do."""


class Reach(Enum):
    """Which rows a role sees: its own unit's, its county's, the city's, or only what is assigned to it."""

    OWN = "own"
    DIVISION = "division"
    CITY = "city"
    ASSIGNED = "assigned"


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """``kinds``: organisations whose people may hold the role. ``powers``: what it does besides moves."""

    label: str | Promise
    reach: Reach
    kinds: frozenset[str]
    powers: frozenset[str] = frozenset()


_UNIT = frozenset(UNIT_KINDS)
_READS_ALL = frozenset({"records.view_register", "accounts.view_directory"})
_BUREAU = frozenset({"accounts.view_directory", "records.view_register"})
# Read-only pages of the admin site, by the names Django gives its permissions.
_ADMIN_SITE = frozenset(
    {
        "accounts.view_user",
        "accounts.view_organisation",
        "accounts.view_membership",
        "accounts.view_division",
        "accounts.view_letter",
        "accounts.view_accountedition",
        "records.view_dayoverride",
        "records.view_deadline",
        "records.view_numberseries",
    }
)

ROLES: dict[Role, RoleSpec] = {
    Role.ENT_FILLER: RoleSpec(Role.ENT_FILLER.label, Reach.OWN, _UNIT),
    Role.ENT_ADMIN: RoleSpec(
        Role.ENT_ADMIN.label,
        Reach.OWN,
        _UNIT,
        frozenset({"accounts.manage_members", "notices.manage_robots"}),
    ),
    Role.COUNTY_STAFF: RoleSpec(
        Role.COUNTY_STAFF.label,
        Reach.DIVISION,
        frozenset({Kind.COUNTY_GOVERNMENT}),
        frozenset({"accounts.view_directory", "accounts.confirm_organisation"}),
    ),
    Role.COUNTY_LEAD: RoleSpec(
        Role.COUNTY_LEAD.label,
        Reach.DIVISION,
        frozenset({Kind.COUNTY_GOVERNMENT}),
        frozenset({"accounts.view_directory"}),
    ),
    Role.COUNTY_FIN: RoleSpec(
        Role.COUNTY_FIN.label,
        Reach.DIVISION,
        frozenset({Kind.COUNTY_FINANCE}),
        frozenset({"accounts.view_directory"}),
    ),
    Role.BUREAU_CLERK: RoleSpec(Role.BUREAU_CLERK.label, Reach.CITY, frozenset({Kind.BUREAU}), _BUREAU),
    Role.BUREAU_APPROVER: RoleSpec(Role.BUREAU_APPROVER.label, Reach.CITY, frozenset({Kind.BUREAU}), _BUREAU),
    Role.FINANCE: RoleSpec(
        Role.FINANCE.label, Reach.CITY, frozenset({Kind.FINANCE}), frozenset({"accounts.view_directory"})
    ),
    Role.TAX: RoleSpec(Role.TAX.label, Reach.CITY, frozenset({Kind.TAX})),
    Role.AGENCY: RoleSpec(Role.AGENCY.label, Reach.ASSIGNED, frozenset({Kind.AGENCY})),
    Role.EXPERT: RoleSpec(Role.EXPERT.label, Reach.ASSIGNED, frozenset({Kind.EXPERT_POOL})),
    Role.AUDITOR: RoleSpec(
        Role.AUDITOR.label, Reach.CITY, frozenset({Kind.BUREAU, Kind.FINANCE}), _READS_ALL
    ),
    Role.SYSADMIN: RoleSpec(
        Role.SYSADMIN.label,
        Reach.CITY,
        frozenset({Kind.BUREAU}),
        frozenset(
            {
                "accounts.manage_users",
                "accounts.manage_organisations",
                "records.edit_calendar",
                "notices.manage_outbox",
                "accounts.view_directory",
                "portal.use_admin",
            }
        )
        | _ADMIN_SITE,
    ),
    Role.SECADMIN: RoleSpec(
        Role.SECADMIN.label,
        Reach.CITY,
        frozenset({Kind.BUREAU}),
        frozenset(
            {
                "accounts.approve_grants",
                "accounts.unlock_logins",
                "accounts.end_visits",
                "accounts.reset_second_factor",
                "notices.manage_robots",
            }
        ),
    ),
    Role.SYSTEM: RoleSpec(Role.SYSTEM.label, Reach.CITY, frozenset()),
}

SYSTEM_USERNAME = "system"
UNIT_ROLES = (Role.ENT_FILLER, Role.ENT_ADMIN)
"""Roles that a unit's own administrator gives; one administrator proposes all others, another approves."""
FALLS_TO = {Role.ENT_FILLER: Role.ENT_ADMIN}
"""Where a unit has nobody in the first role, what that has to do falls to the second, which may do it as well."""
GRANTABLE_ROLES = tuple(role for role, spec in ROLES.items() if spec.kinds)
OFFICE_ROLES = tuple(role for role in GRANTABLE_ROLES if role not in UNIT_ROLES)


STANDS_APART = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
"""Three administrators, three people: whoever holds one of these holds nothing else."""


def apart(role: str, held: Iterable[str]) -> list[str]:
    """Which of the roles ``held`` a person must not hold together with ``role``."""
    others = sorted({other for other in held if other != role})
    return [other for other in others if role in STANDS_APART or other in STANDS_APART]


def label_of(role: str) -> str | Promise:
    return ROLES[Role(role)].label


def powers_of(role: str) -> frozenset[str]:
    return ROLES[Role(role)].powers


def fits(role: str, kind: str) -> bool:
    """Whether people of an organisation of this kind may hold the role."""
    return kind in ROLES[Role(role)].kinds
