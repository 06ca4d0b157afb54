"""Reads that need a person, or more than one table."""

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import TypeVar

from axes.models import AccessAttempt
from django.db.models import Case, Count, Exists, F, Model, OuterRef, Q, QuerySet, When
from django.utils import timezone

from accounts import holders
from accounts.enums import UNIT_KINDS, MembershipState, OrganisationState
from accounts.models import (
    AccountEdition,
    Authenticator,
    CalendarFeed,
    Deputy,
    Division,
    Membership,
    Organisation,
    User,
    Visit,
)
from accounts.reach import ReachSummary, reach_of
from accounts.roles import FALLS_TO, ROLES, SYSTEM_USERNAME, Reach, Role, powers_of
from records import audit, calendar, clock, deadlines
from records.models import Deadline, Job, LifecycleSubject

M = TypeVar("M", bound=Model)


def within_reach(
    user: User,
    queryset: QuerySet[M],
    *,
    roles: Iterable[str],
    host: str = "host_id",
    division: str = "division_id",
    assigned: Q | None = None,
) -> QuerySet[M]:
    """The rows that the user's memberships in ``roles`` reach.

    ``host`` and ``division`` name the columns (or paths, as ``application__host_id``) that say whose row it
    is; ``assigned`` finds what is assigned to a person whose role reaches only that.
    """
    roles = tuple(roles)
    if not user.is_authenticated or not roles:
        return queryset.none()
    return _reached(queryset, reach_of(user.memberships_active, *roles), host, division, assigned)


def _reached(
    queryset: QuerySet[M], reach: ReachSummary, host: str, division: str, assigned: Q | None
) -> QuerySet[M]:
    if reach.city:
        return queryset
    condition = Q(pk__in=[])
    if reach.divisions:
        condition |= Q(**{f"{division}__in": sorted(reach.divisions)})
    if reach.organisations:
        condition |= Q(**{f"{host}__in": sorted(reach.organisations)})
    if reach.assigned and assigned is not None:
        condition |= assigned
    return queryset.filter(condition)


def people_in(
    role: str,
    *,
    host_id: int | None = None,
    division_id: int | None = None,
    organisation_id: int | None = None,
) -> QuerySet[User]:
    """The people to tell when ``role`` holds a case of that organisation and division.

    A role that reaches its own unit: those of ``host_id``; its county: those of ``division_id``; the city:
    all. A role that reaches only what is assigned: those of ``organisation_id``, the one that is engaged;
    without it nobody, for such a case names its person.
    """
    return people_in_any([role], host_id=host_id, division_id=division_id, organisation_id=organisation_id)


def people_in_any(
    roles: Iterable[str],
    *,
    host_id: int | None = None,
    division_id: int | None = None,
    organisation_id: int | None = None,
) -> QuerySet[User]:
    """The people of any of ``roles``, as :func:`people_in` finds those of one: each once, with one query."""
    held = Q(pk__in=[])
    for role in roles:
        match ROLES[Role(role)].reach:
            case Reach.OWN:
                within = Q(organisation_id=host_id) if host_id else None
            case Reach.DIVISION:
                within = Q(organisation__division_id=division_id) if division_id else None
            case Reach.ASSIGNED:
                within = Q(organisation_id=organisation_id) if organisation_id else None
            case _:
                within = Q()
        if within is not None:
            held |= Q(role=role) & within
    rows = Membership.objects.in_effect(clock.today()).filter(held)
    return User.objects.active().filter(pk__in=rows.values("user_id"))


def people_of_units(roles: Iterable[str], host_ids: Iterable[int]) -> dict[int, list[User]]:
    """The people of any of ``roles`` in each of these units, in one query however many."""
    rows = Membership.objects.in_effect(clock.today()).filter(
        role__in=list(roles), organisation_id__in=set(host_ids), user__in=User.objects.active()
    )
    found: dict[int, dict[int, User]] = {}
    for row in rows.select_related("user"):
        found.setdefault(row.organisation_id, {})[row.user_id] = row.user
    return {host: list(people.values()) for host, people in found.items()}


def people_holding(deadline: Deadline) -> QuerySet[User]:
    """The people who have to meet it: the one it names, or those of the role within its reach.

    Where the unit has nobody in that role, those of the role to which it falls.
    """
    if deadline.holder_user_id:
        return User.objects.active().filter(pk=deadline.holder_user_id)
    within = {
        "host_id": deadline.host_id,
        "division_id": deadline.division_id,
        "organisation_id": deadline.holder_organisation_id,
    }
    found = people_in(deadline.holder_role, **within)
    instead = FALLS_TO.get(Role(deadline.holder_role)) if deadline.holder_role else None
    return people_in(instead, **within) if instead and not found.exists() else found


def held_by(user: User, deadlines: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """The deadlines that this person has to meet: by name, or by a role within its reach."""
    condition = Q(holder_user_id=user.pk)
    for role in user.roles:
        condition |= Q(holder_user__isnull=True, holder_role=role) & _reach_of_deadline(user, role)
    for vacant, role in FALLS_TO.items():
        if role in user.roles:
            held = Q(holder_user__isnull=True, holder_role=vacant) & _reach_of_deadline(user, role)
            condition |= Q(held, ~Exists(_office_of(vacant)))
    return deadlines.filter(condition)


def _office_of(role: str) -> QuerySet[Membership]:
    """Who holds this role in the unit that a deadline is about."""
    rows = Membership.objects.in_effect(clock.today()).filter(role=role, user__is_active=True)
    return rows.filter(organisation=OuterRef("host_id"))


def _reach_of_deadline(user: User, role: str) -> Q:
    reach = reach_of(user.memberships_active, role)
    if reach.city:
        return Q()
    if reach.assigned:
        engaged = [
            membership.organisation_id for membership in user.memberships_active if membership.role == role
        ]
        return Q(holder_organisation_id__in=engaged)
    return Q(division_id__in=sorted(reach.divisions)) | Q(host_id__in=sorted(reach.organisations))


def possible_deputies(user: User, organisation: Organisation | None = None) -> QuerySet[User]:
    """Colleagues who hold every role that this person holds in one of their organisations (or in this one).

    Of an expert nobody: what is reviewed is told to that expert alone.
    """
    mine = [
        membership
        for membership in user.memberships_active
        if organisation is None or membership.organisation_id == organisation.pk
    ]
    held = {
        one.organisation_id: {other.role for other in mine if other.organisation_id == one.organisation_id}
        for one in mine
    }
    found = Q(pk__in=[])
    for place, roles in held.items():
        if Role.EXPERT not in roles:
            found |= Q(pk__in=_holders_of_all(place, roles))
    return User.objects.active().filter(found).exclude(pk=user.pk).order_by("name", "pk")


def _holders_of_all(organisation: int, roles: set[str]) -> QuerySet[Membership]:
    rows = Membership.objects.in_effect(clock.today()).filter(organisation=organisation, role__in=roles)
    every = rows.order_by().values("user_id").annotate(held=Count("role", distinct=True))
    return every.filter(held=len(roles)).values("user_id")


def deputies_of(user: User) -> QuerySet[Deputy]:
    """Who stands, stood or will stand in for this person, the latest first."""
    return Deputy.objects.filter(user=user).select_related("deputy", "organisation")


def principals_of(user: User, *, on: date) -> QuerySet[Deputy]:
    """For whom this person stands in on that day."""
    return Deputy.objects.in_effect(on).filter(deputy=user).select_related("user", "organisation")


def standing_in(people: Iterable[int], *, on: date) -> QuerySet[Deputy]:
    """Who stands in for any of these people on that day."""
    return Deputy.objects.in_effect(on).filter(user__in=list(people)).select_related("user", "deputy")


def is_anybody_stood_in_for(people: Iterable[int], *, on: date) -> bool:
    """Whether a colleague was named for that day to any of these people; not every one need still stand in."""
    return Deputy.objects.standing().filter(user__in=list(people), since__lte=on, until__gte=on).exists()


def held_by_principals(user: User, deadlines: QuerySet[Deadline], *, on: date) -> QuerySet[Deadline]:
    """What the people for whom this person stands in have to meet by name.

    What their role has to meet this person holds as well.
    """
    return deadlines.filter(holder_user__in=principals_of(user, on=on).values("user"))


def digest_of_feed(secret: str) -> str:
    """Under what a calendar's secret is kept."""
    return sha256(secret.encode()).hexdigest()


def feed_of(user: User) -> CalendarFeed | None:
    """Whether, and since when, this person has an address for calendar programs."""
    return CalendarFeed.objects.filter(user=user).first()


def reader_of_feed(secret: str) -> User | None:
    """Whose days a calendar program may read by this secret; None where it is void or its person is switched off."""
    return User.objects.active().filter(calendar_feed__digest=digest_of_feed(secret)).first()


def organisations_visible_to(user: User) -> QuerySet[Organisation]:
    """The directory: for officers what their role reaches, for everybody their own organisations."""
    rows = Organisation.objects.select_related("division")
    officers = [role for role in user.roles if "accounts.view_directory" in powers_of(role)]
    reached = within_reach(user, Organisation.objects.all(), roles=officers, host="pk")
    own = [organisation.pk for organisation in user.organisations]
    return rows.filter(Q(pk__in=reached.values("pk")) | Q(pk__in=own))


def registrations_visible_to(user: User) -> QuerySet[Organisation]:
    """Registrations of units: those of a county for its staff, one's own for whoever made it."""
    reached = registrations_to_confirm(user).values("pk")
    return _registrations().filter(Q(pk__in=reached) | Q(applied_by=user))


def registrations_to_confirm(user: User) -> QuerySet[Organisation]:
    """The queue of a county: what waits for it, the oldest first, then what it has decided."""
    roles = [role for role in user.roles if "accounts.confirm_organisation" in powers_of(role)]
    rows = within_reach(user, _registrations(), roles=roles, host="pk")
    return rows.order_by(_first(OrganisationState.PENDING), "applied_at", "pk")


def _first(state: str) -> Case:
    """A place in the order: rows in ``state`` before all others."""
    return Case(When(state=state, then=0), default=1)


def _registrations() -> QuerySet[Organisation]:
    people = ("division", "applied_by", "confirmed_by", "refused_by")
    return Organisation.objects.units().filter(applied_at__isnull=False).select_related(*people)


def registration_of(user: User) -> Organisation | None:
    """The registration that this person made last, whatever became of it."""
    return _registrations().filter(applied_by=user).order_by("-applied_at").first()


def registered_under(uscc: str, *, besides: int | None = None) -> Organisation | None:
    """The organisation that already stands under this credit code, other than ``besides``."""
    return Organisation.objects.standing().filter(uscc=uscc).exclude(pk=besides).first() if uscc else None


def registered_as(name: str, *, besides: int | None = None) -> Organisation | None:
    """The organisation that already stands under this name, other than ``besides``."""
    return Organisation.objects.standing().filter(name=name).exclude(pk=besides).first()


def organisations_managed_by(user: User) -> list[Organisation]:
    """The units whose people this person looks after."""
    mine = [membership for membership in user.memberships_active if membership.role == Role.ENT_ADMIN]
    return [membership.organisation for membership in mine]


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Everybody who belongs or belonged to ``organisation``, the present ones first."""
    rows = organisation.memberships.select_related("user", "organisation")
    return rows.order_by(F("ended_at").desc(nulls_first=True), "user__name", "pk")


def memberships_visible_to(user: User) -> QuerySet[Membership]:
    """Grants of roles: all for the two administrators, those of one's unit for its administrator."""
    rows = Membership.objects.select_related("user", "organisation__division", "granted_by", "approved_by")
    if user.can("accounts.manage_users") or user.can("accounts.approve_grants"):
        return rows
    return within_reach(user, rows, roles=[Role.ENT_ADMIN], host="organisation_id")


def grants_to_look_at(user: User) -> QuerySet[Membership]:
    """Grants of roles for the two administrators: what waits for approval, then the latest."""
    return memberships_visible_to(user).order_by(_first(MembershipState.PROPOSED), "-granted_at", "-pk")


def users_visible_to(user: User) -> QuerySet[User]:
    """Everybody, for the two administrators; the clock's own user is nobody to manage."""
    people = User.objects.exclude(username=SYSTEM_USERNAME)
    if user.can("accounts.manage_users") or user.can("accounts.approve_grants"):
        return people
    return people.filter(pk=user.pk)


def recommending_divisions() -> QuerySet[Division]:
    """Where a unit can register: the active units of the city."""
    return Division.objects.active()


def units() -> QuerySet[Organisation]:
    """Confirmed enterprises, universities and institutes."""
    return Organisation.objects.filter(kind__in=UNIT_KINDS, state=OrganisationState.CONFIRMED)


def lockouts() -> QuerySet[AccessAttempt]:
    """Failed attempts to sign in that are still counted; ``is_shut`` says who has to wait, and they come first."""
    rules = AccountEdition.login_rules()
    counted = AccessAttempt.objects.filter(attempt_time__gt=timezone.now() - rules.lock)
    shut = Q(failures_since_start__gte=rules.max_failures)
    return counted.annotate(is_shut=shut).order_by("-is_shut", "-attempt_time")


def visits_of(user: User) -> QuerySet[Visit]:
    """Where this person is signed in just now, the latest seen first."""
    return user.visits.alive(timezone.now())


def case_of(subject: LifecycleSubject, *, on: date | None = None) -> dict:
    """What every page of a case says on top: the history, who holds it, and how many working days are left."""
    deadline = deadlines.current(subject)
    due_on = deadline.due_on if deadline else None
    left = calendar.working_days_left(on or clock.today(), due_on) if due_on else None
    holder = str(holders.of_deadline(deadline)) if deadline else ""
    return {
        "history": list(audit.history(subject)),
        "deadline": deadline,
        "holder": holder,
        "days_left": left,
    }


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user).exists()


def must_use_second_factor(user: User) -> bool:
    """Whether one of the person's roles is named by the edition in force."""
    return not AccountEdition.login_rules().second_factor_roles.isdisjoint(user.roles)


def owes_second_factor(user: User) -> bool:
    """Must have two steps, and has not."""
    return must_use_second_factor(user) and not has_second_factor(user)


def recovery_codes_left(user: User) -> int:
    return user.recovery_codes.filter(used_at__isnull=True).count()


def jobs_visible_to(user: User) -> QuerySet[Job]:
    """Long work: everybody's own, and all of it for the bureau, the auditor and whoever keeps the portal running."""
    rows = Job.objects.select_related("begun_by")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR, Role.SYSADMIN):
        return rows
    return rows.filter(begun_by=user)
