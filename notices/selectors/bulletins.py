"""What robots say: how much is late, due and new on the desks of an organisation. Sums by step, and nothing else."""

from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from accounts.enums import UNIT_KINDS, OrganisationKind
from accounts.models import Organisation, User
from accounts.permissions import may
from accounts.roles import GRANTABLE_ROLES, ROLES, Reach, Role, fits
from notices.models import Bulletin, Delivery, ReminderEdition, Robot
from notices.models.edition import REMINDERS
from records.models import Deadline

MANAGE_ROBOTS = "notices.manage_robots"


def hours_of_robots(*, on: date) -> tuple[int, int]:
    """The first and the last hour at which a group robot may speak."""
    terms = ReminderEdition.objects.in_force(REMINDERS, on).terms["robots"]
    return terms["first"], terms["last"]


def robots_managed_by(user: User) -> QuerySet[Organisation]:
    """The organisations whose group robots this person looks after: a unit's administrator those of the unit, the
    security administrator those of the offices.
    """
    if not may(user, MANAGE_ROBOTS):
        return Organisation.objects.none()
    own = Q(pk__in=[m.organisation_id for m in user.memberships_active if m.role == Role.ENT_ADMIN])
    offices = (
        ~Q(kind__in=[*UNIT_KINDS, OrganisationKind.EXPERT_POOL])
        if user.holds(Role.SECADMIN)
        else Q(pk__in=[])
    )
    return Organisation.objects.confirmed().filter(own | offices)


def robots_visible_to(user: User) -> QuerySet[Robot]:
    """The robots that this person looks after."""
    return Robot.objects.filter(organisation__in=robots_managed_by(user)).select_related("organisation")


def robots_to_speak(*, on: date, hour: int) -> QuerySet[Robot]:
    """Robots whose hour has come on that day, and which have not spoken on it."""
    spoken = Bulletin.objects.filter(kind="daily", day=on).values("robot")
    rows = Robot.objects.on().filter(hour__lte=hour, organisation__state="confirmed").exclude(pk__in=spoken)
    return rows.select_related("organisation__division")


def last_said(robot: Robot) -> QuerySet[Delivery]:
    """What the robot said last, and what became of it."""
    return Delivery.objects.filter(bulletin__robot=robot).select_related("bulletin").order_by("-pk")


def on_the_desks_of(organisation: Organisation) -> QuerySet[Deadline]:
    """What the roles of an organisation have to meet within its reach; what a person has to meet is theirs alone."""
    held = Q(pk__in=[])
    for role in GRANTABLE_ROLES:
        if fits(role, organisation.kind) and role != Role.EXPERT:
            held |= Q(holder_role=role) & _within(organisation, ROLES[role].reach)
    return Deadline.objects.running().filter(held, holder_user__isnull=True)


def _within(organisation: Organisation, reach: Reach) -> Q:
    match reach:
        case Reach.OWN:
            return Q(host=organisation)
        case Reach.DIVISION:
            return Q(division=organisation.division_id)
        case Reach.ASSIGNED:
            return Q(holder_organisation=organisation)
        case _:
            return Q()


def sums_of(robot: Robot, *, on: date, since: datetime) -> list[str]:
    """The lines of a day: late, due today, new ``since`` then; those that were asked for and are not nought."""
    rows = on_the_desks_of(robot.organisation)
    asked = (
        (robot.tells_overdue, "已逾期", Q(due_on__lt=on)),
        (robot.tells_due, "今天到期", Q(due_on=on)),
        (robot.tells_arrived, "新到", Q(opened_at__gt=since)),
    )
    return [line for wanted, words, which in asked if wanted and (line := _line(words, rows.filter(which)))]


def _line(words: str, rows: QuerySet[Deadline]) -> str:
    steps = list(rows.order_by().values_list("label").annotate(n=Count("pk")).order_by("-n", "label"))
    total = sum(n for _label, n in steps)
    told = "、".join(f"{label} {n} 件" for label, n in steps[:STEPS_TOLD])
    more = "等" if len(steps) > STEPS_TOLD else ""
    return f"{words} {total} 件：{told}{more}" if total else ""


STEPS_TOLD = 5
