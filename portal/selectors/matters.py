"""What is under way, whoever has it: for those that oversee a county or the city, each matter with its holder.

A person meets only matters of a kind whose cases they may read at all: a county knows nothing of panels, its
finance nothing of applications.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from accounts.models import Division, User
from accounts.reach import reach_of
from accounts.roles import Role
from portal.selectors.dashboard import CITY, COUNTY
from records import calendar
from records.desk import desk_for
from records.models import Deadline

OVERSEERS = (*COUNTY, *CITY)
SOON = 5
"""Within how many working days a matter is due soon."""
NEWLY = 7
"""For at most how many days a matter is newly late."""
LATE, NEW, TODAY, NEAR = "overdue", "new", "today", "soon"

_PEOPLE = frozenset({"accounts.membership"})
_OBJECTORS = frozenset({"notices.objection", "notices.inquiry"})
_OF_THE_CITY = (
    _PEOPLE
    | _OBJECTORS
    | {
        "evaluation.agencyreport",
        "evaluation.assignment",
        "evaluation.blindpackage",
        "evaluation.engagement",
        "evaluation.panel",
        "evaluation.round",
        "funding.allocationplan",
        "funding.bankline",
        "funding.budgetadjustment",
        "institutes.decisionbatch",
        "institutes.publicquestion",
        "projects.projectdecision",
    }
)
_BEFORE_MONEY = (
    _PEOPLE
    | _OBJECTORS
    | {
        "evaluation.acceptance",
        "evaluation.agencyreport",
        "evaluation.assignment",
        "evaluation.blindpackage",
        "evaluation.engagement",
        "evaluation.panel",
        "evaluation.visitplan",
        "institutes.application",
        "institutes.chainproposal",
        "institutes.change",
        "institutes.countypolicy",
        "institutes.cultivationentry",
        "institutes.decisionbatch",
        "institutes.earlierrecognition",
        "institutes.industrychain",
        "institutes.progressreport",
        "institutes.provincialfiling",
        "institutes.publicquestion",
        "institutes.revocation",
        "institutes.serviceoffering",
        "institutes.suspension",
        "projects.projectchange",
        "projects.projectdecision",
        "projects.projectmidterm",
    }
)
_BEFORE_NOTICE = frozenset(f"funding.clawback:{role}" for role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER))
"""What the bureau looks into or weighs about money to claim back: before the unit is notified no county knows of it."""
_BEFORE_FINANCE = frozenset(
    f"{kind}:{role}"
    for kind in ("evaluation.assessment", "evaluation.evaluation")
    for role in (Role.ENT_FILLER, Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.COUNTY_LEAD)
) | {f"institutes.call:{role}" for role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)}
"""Steps that come before finance reads the case, and calls that are not published."""
KEPT_FROM: dict[Role, frozenset[str]] = {
    Role.COUNTY_STAFF: _OF_THE_CITY | _BEFORE_NOTICE,
    Role.COUNTY_LEAD: _OF_THE_CITY | _BEFORE_NOTICE,
    Role.COUNTY_FIN: _OF_THE_CITY
    | _BEFORE_NOTICE
    | _BEFORE_MONEY
    | {
        "evaluation.assessment",
        "evaluation.evaluation",
        "institutes.achievement",
        "projects.projectending",
        "projects.projectfinal",
        "projects.proposal",
    },
    Role.BUREAU_CLERK: _PEOPLE | {"funding.bankline"},
    Role.BUREAU_APPROVER: _PEOPLE | {"funding.bankline"},
    Role.FINANCE: _BEFORE_MONEY | _BEFORE_FINANCE,
    Role.AUDITOR: _PEOPLE | _OBJECTORS,
}
"""Kinds of cases of which nobody with that role reads any; ``kind:role`` while that role holds them."""
NOT_YET_HANDED_IN: dict[str, frozenset[str]] = {
    kind: frozenset({"draft", "unit_review", "pending"})
    for kind in (
        "accounts.organisation",
        "institutes.achievement",
        "institutes.application",
        "institutes.change",
        "institutes.provincialfiling",
        "institutes.serviceoffering",
        "projects.projectchange",
        "projects.proposal",
    )
} | {
    kind: frozenset({"draft", "signing"}) for kind in ("institutes.chainproposal", "institutes.countypolicy")
}
"""States in which a case may be its unit's or its county's own still, by kind."""


def kept_from(user: User) -> frozenset[str]:
    """The kinds of cases of which this person may not know: what all of their roles keep from them."""
    kinds = [KEPT_FROM[role] for role in OVERSEERS if user.holds(role)]
    return frozenset.intersection(*kinds) if kinds else frozenset()


def kept(these: Iterable[str]) -> Q:
    """The deadlines of these kinds of cases, of ``kind:role`` those that the role holds."""
    pairs = [one.split(":") for one in sorted(these) if ":" in one]
    found = Q(subject_type__in=sorted(one for one in these if ":" not in one))
    for kind, role in pairs:
        found |= Q(subject_type=kind, holder_role=role)
    return found


def may_be_private(row: Deadline) -> bool:
    """Whether the case may not have been handed in yet, so that its overseers do not read it."""
    return row.subject_state in NOT_YET_HANDED_IN.get(row.subject_type, ())


def private() -> Q:
    """The deadlines of cases of which that may be so."""
    found = Q()
    for kind, states in NOT_YET_HANDED_IN.items():
        found |= Q(subject_type=kind, subject_state__in=sorted(states))
    return found


def matters_visible_to(user: User) -> QuerySet[Deadline]:
    """What somebody has to do now in the counties that this person oversees, the most urgent first."""
    if not user.holds(*OVERSEERS):
        return Deadline.objects.none()
    rows = Deadline.objects.running().exclude(holder_role__in=["", Role.SYSTEM])
    rows = rows.exclude(kept(kept_from(user)))
    if not user.holds(*CITY):
        reach = reach_of(user.memberships_active, *COUNTY)
        rows = rows.filter(division__in=sorted(reach.divisions))
    return rows.select_related("host", "division", "holder_user", "holder_organisation")


def late_matters(user: User, *, on: date, division: Division | None = None) -> QuerySet[Deadline]:
    """What is overdue of all that this person oversees, or of one county, the longest first."""
    rows = matters_visible_to(user).filter(when(LATE, on=on))
    return (rows.filter(division=division) if division else rows).order_by("due_on", "pk")


def until_soon(on: date) -> date:
    """The last day that is near."""
    return calendar.add_working_days(on, SOON)


def when(urgency: str, *, on: date) -> Q:
    """Matters that are overdue, newly so, due today, or due soon (today among them)."""
    return {
        LATE: Q(due_on__lt=on),
        NEW: Q(due_on__lt=on, due_on__gte=on - timedelta(days=NEWLY)),
        TODAY: Q(due_on=on),
        NEAR: Q(due_on__gte=on, due_on__lte=until_soon(on)),
    }[urgency]


def kinds_of(types: Iterable[str]) -> list[tuple[str, str]]:
    """Kinds of cases with what they are called, in the order of their names."""
    found = [(kind, desk_for(kind)) for kind in set(types)]
    named = [(kind, str(desk.model._meta.verbose_name)) for kind, desk in found if desk]
    return sorted(named, key=lambda one: one[1])
