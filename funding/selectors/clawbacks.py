"""Reads about what is claimed back: who sees which case, what has run out, what everybody may know."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.reach import reach_of
from accounts.selectors import within_reach
from funding import policy
from funding.enums import ClawbackState, RepaymentState
from funding.models import Award, Clawback, GrantEdition, Repayment
from funding.selectors import standing
from funding.selectors.cases import CITY, COUNTY, UNIT
from funding.selectors.papers import promises_unkept
from projects.enums.running import ENDED_EARLY
from projects.selectors import ended_early, recognised_of
from records.deadlines import with_due
from records.desk import carrying
from records.models import Attachment, AuditEvent, Document
from records.models.subject import subject_type

TERMINATED = "terminated"
"""The ground for which what a joint project did not spend comes back."""
RELATED = ("institute", "host", "division", "edition", "award")
CLAWBACK_TYPE = subject_type(Clawback)


def clawbacks_visible_to(user: User) -> QuerySet[Clawback]:
    """The city's offices see all; unit and county what the unit was notified of."""
    rows = with_due(Clawback.objects.select_related(*RELATED).defer("award__terms"))
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*CITY):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine, noticed_at__isnull=False)


def repayments_visible_to(user: User) -> QuerySet[Repayment]:
    """As the cases: own, county, city."""
    related = ("clawback__institute", "clawback__edition", "host", "division", "reported_by", "confirmed_by")
    return with_due(
        within_reach(user, Repayment.objects.select_related(*related), roles=(*UNIT, *COUNTY, *CITY))
    )


def awards_to_claim(user: User) -> QuerySet[Award]:
    """Those of which money was paid that no case claims yet."""
    open_case = Clawback.objects.open().filter(award=OuterRef("pk"))
    rows = Award.objects.filter(~Exists(open_case), paid__gt=F("claimed"))
    seen = within_reach(user, rows, roles=CITY)
    return seen.select_related("institute", "host").defer("terms").order_by("institute__name", "pk")


def candidates_without_case() -> QuerySet[Award]:
    """Awards of institutes revoked so soon after the money that it is to be looked at, and that nobody has yet."""
    known = Clawback.objects.open() | Clawback.objects.filter(ground="revoked")
    rows = Award.objects.filter(~Exists(known.filter(award=OuterRef("pk"))), paid__gt=F("claimed"))
    return standing.clawback_candidates(rows).select_related("institute", "recognition").order_by("pk")


def awards_of_ended_projects() -> QuerySet[Award]:
    """Awards of joint projects that ended without being accepted, paid in part or whole, that no case was opened for
    on that ground and none is open for on another.
    """
    known = Clawback.objects.open() | Clawback.objects.filter(ground=TERMINATED)
    rows = Award.objects.filter(~Exists(known.filter(award=OuterRef("pk"))), paid__gt=F("claimed"))
    rows = rows.filter(project__in=ended_early().order_by().values("pk"))
    return rows.select_related("project__proposal__call__edition", "institute").order_by("pk")


def unspent_of(award: Award) -> Decimal:
    """What was paid for a joint project that ended early, beyond what it spent as recognised and what is claimed
    already; nothing where its project has not.
    """
    project = award.project
    if project is None or project.state not in ENDED_EARLY:
        return Decimal(0)
    return max(award.paid - award.claimed - recognised_of(project), Decimal(0))


def edition_of_clawbacks(on: date) -> GrantEdition:
    return GrantEdition.objects.in_force("clawback", on)


def grounds_of_clawback(on: date) -> list[tuple[str, str]]:
    """The grounds for which money may be claimed back, by the edition of that day; none before there is one."""
    rows = GrantEdition.objects.filter(kind="clawback", valid_from__lte=on).order_by("-valid_from")
    found = rows.first()
    return [(one["code"], one["label"]) for one in found.terms.get("grounds", [])] if found else []


def base_of(award: Award) -> Decimal:
    """What of an award may still be claimed back."""
    return policy.recoverable(award.paid, award.claimed)


def last_paid_on(award: Award) -> date | None:
    return standing.last_paid_on(award)


def statements_run_out(on: date) -> QuerySet[Clawback]:
    """Notified, and the days for a statement are over."""
    return Clawback.objects.filter(state=ClawbackState.NOTICE_OF_INTENT, statement_until__lt=on).order_by(
        "pk"
    )


def repayments_run_out(on: date) -> QuerySet[Clawback]:
    """Served, not repaid in full, and the day is over."""
    waiting = (ClawbackState.REPAY_DUE, ClawbackState.PARTIALLY_REPAID)
    return Clawback.objects.filter(state__in=waiting, repay_by__lt=on).order_by("pk")


def repayments_reported(clawback: Clawback) -> Decimal:
    """What was reported and waits to be checked."""
    rows = clawback.repayments.filter(state=RepaymentState.REPORTED)
    return rows.aggregate(total=Coalesce(Sum("amount"), Decimal(0)))["total"]


def final_from(clawback: Clawback) -> date | None:
    """From which day the decision can no longer be contested; nothing before it was served."""
    if clawback.served_on is None:
        return None
    days = int(clawback.edition.terms["repayment"]["appeal_days"])
    return date.fromordinal(clawback.served_on.toordinal() + days + 1)


def published_clawbacks() -> QuerySet[Clawback]:
    """What everybody may know: decisions that are final and were published, the latest first."""
    rows = Clawback.objects.filter(published_at__isnull=False).select_related(*RELATED)
    return rows.defer("award__terms").order_by("-published_at", "-pk")


def decision_paper_of(clawback: Clawback) -> Document | None:
    return Document.objects.about(clawback).in_force().filter(kind="clawback_decision").first()


def files_of_clawback(clawback: Clawback) -> QuerySet[Attachment]:
    return Attachment.objects.about(clawback).current().order_by("kind", "pk")


def clawback_papers_missing(*, before: datetime) -> QuerySet[AuditEvent]:
    """Moves before that moment whose promised paper was not issued."""
    return promises_unkept(CLAWBACK_TYPE, before=before)


def is_late(clawback: Clawback, at: datetime) -> bool:
    """Whether the unit's days for a statement are over."""
    last = clawback.statement_until
    return last is not None and timezone.localdate(at) > last


def carried_by_repayments() -> QuerySet:
    """The recoveries of which the unit has reported all that is left, each with the report that finance checks."""
    reported = Repayment.objects.filter(state=RepaymentState.REPORTED)
    sums = reported.filter(clawback=OuterRef("clawback")).order_by().values("clawback")
    left = (
        F("clawback__amount") + F("clawback__interest") - F("clawback__repaid") - F("clawback__written_off")
    )
    rows = reported.filter(clawback__amount__isnull=False)
    rows = rows.annotate(sum=Subquery(sums.annotate(all=Sum("amount")).values("all"))).filter(sum__gte=left)
    repayment = subject_type(Repayment)
    return carrying(rows, case_type=subject_type(Clawback), work_type=repayment, case="clawback", rests=True)
