"""What an institute promised for its build period, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from institutes import policy
from institutes.models import (
    Commitment,
    Institute,
    Milestone,
    ProgressReport,
    ProgressValue,
    Recognition,
    StageReached,
)
from institutes.selectors.achievements import counts_in_build_periods, targets_verified
from institutes.selectors.institutes import institutes_visible_to
from institutes.selectors.standing import cases_visible_to
from records.models import Deadline
from records.models.subject import subject_type


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """One target beside what was reached, all counted from the beginning of the build period; amounts in yuan.

    ``planned`` is what the end of the build period asks for and ``due`` what is asked for by now. ``reported`` is
    what the institute said last, with its proof, None before it said anything; ``actual`` is that, or nothing.
    ``verified`` says how much of it county and bureau have verified so far, achievement by achievement; None where
    the target is none that is verified so. ``share``: how much of ``planned`` is reached, in per cent.
    """

    commitment: Commitment
    due: Decimal
    reported: Decimal | None = None
    verified: Decimal | None = None

    @property
    def code(self) -> str:
        return self.commitment.code

    @property
    def label(self) -> str:
        return self.commitment.label

    @property
    def unit(self) -> str:
        return self.commitment.unit

    @property
    def is_amount(self) -> bool:
        return self.commitment.is_amount

    @property
    def base(self) -> Decimal:
        return self.commitment.base

    @property
    def planned(self) -> Decimal:
        return self.commitment.year_2

    @property
    def actual(self) -> Decimal:
        return self.reported or Decimal(0)

    @property
    def share(self) -> Decimal:
        return policy.share_reached(self.actual, self.planned)

    @property
    def is_met(self) -> bool:
        return self.actual >= self.planned

    @property
    def is_behind(self) -> bool:
        """Whether less was reached than what the days that have passed ask for."""
        return self.actual < self.due


def comparison(institute: Institute, *, on: date) -> list[TargetProgress]:
    """Every target of the institute beside what it had reached by ``on``, in the order of the book."""
    return comparisons([institute], on=on)[institute]


def _due(institute: Institute, commitment: Commitment, on: date) -> Decimal:
    """What is asked for by ``on``: the second year's target from the end of the build period on."""
    if institute.build_from is None or institute.build_to is None:
        return Decimal(0)
    years = policy.years_due(institute.build_from, institute.build_to, on)
    return (Decimal(0), commitment.year_1, commitment.year_2)[years]


def values_reported(institute: Institute, *, on: date) -> dict[str, Decimal]:
    """What the institute said last of each target, by its code, in reports as of ``on`` or earlier."""
    return {row.commitment.code: row.value for row in _latest([institute], on).values()}


def reports_behind(institute: Institute, *, on: date) -> dict[str, ProgressReport]:
    """The report in which each figure of :func:`values_reported` stands, by the target's code."""
    return {row.commitment.code: row.report for row in _latest([institute], on).values()}


def _latest(institutes: Iterable[Institute], on: date) -> dict[int, ProgressValue]:
    """The value that counts of each commitment, by its key, in one query for all."""
    rows = ProgressValue.objects.filter(
        report__institute__in=list(institutes),
        report__as_of__lte=on,
        report__in=ProgressReport.objects.counting(),
    )
    latest = rows.order_by("commitment_id", "-report__as_of", "-report_id").distinct("commitment_id")
    return {row.commitment_id: row for row in latest.select_related("commitment", "report")}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the build period, and since when it is done, where it is."""

    milestone: Milestone
    reached_on: date | None
    report: ProgressReport | None
    is_late: bool


def stages_of(institute: Institute, *, on: date) -> list[Stage]:
    """The stages of an institute in their order; late is what should be done by now and is not."""
    rows = StageReached.objects.filter(
        milestone__institute=institute, report__in=ProgressReport.objects.counting()
    )
    done = {row.milestone_id: row for row in rows.select_related("report")}
    return [
        Stage(
            one,
            reached_on=found.reached_on if (found := done.get(one.pk)) else None,
            report=found.report if found else None,
            is_late=found is None and one.due_on < on,
        )
        for one in institute.milestones.all()
    ]


def stages_open(institute: Institute) -> QuerySet[Milestone]:
    """Those that no report says are done."""
    return institute.milestones.filter(~_is_reached())


def milestones_to_reach() -> QuerySet[Milestone]:
    """Stages that no report says are done, of institutes that are institutes still."""
    rows = Milestone.objects.filter(~_is_reached(), institute__recognition__in=Recognition.objects.in_force())
    return rows.select_related("institute")


def milestones_with_clocks() -> QuerySet[Deadline]:
    """The clocks of stages of build periods that run."""
    return Deadline.objects.open().filter(subject_type=subject_type(Institute), kind__startswith="stage-")


def _is_reached() -> Exists:
    counting = ProgressReport.objects.counting()
    return Exists(StageReached.objects.filter(milestone=OuterRef("pk"), report__in=counting))


def progress_visible_to(user: User) -> QuerySet[ProgressReport]:
    """A unit sees its own, a county those of its division, bureau and auditor all."""
    return cases_visible_to(user, ProgressReport.objects.all(), Q())


def institutes_building(user: User, *, on: date) -> QuerySet[Institute]:
    """Recognised institutes with commitments that this person sees, with how their build period stands.

    ``reported_on``: the day of the last report; ``next_stage_on``: when the next stage that is not done is due.
    """
    seen = institutes_visible_to(user).order_by().values("pk")
    reports = ProgressReport.objects.counting().filter(institute=OuterRef("pk"))
    stages = Milestone.objects.filter(~_is_reached(), institute=OuterRef("pk")).order_by("due_on")
    rows = Institute.objects.recognised().filter(pk__in=seen, build_to__isnull=False)
    return (
        rows.filter(Exists(Commitment.objects.filter(institute=OuterRef("pk"))))
        .select_related("host", "division", "chain", "recognition")
        .annotate(
            reported_on=Subquery(reports.order_by("-as_of").values("as_of")[:1]),
            next_stage_on=Subquery(stages.values("due_on")[:1]),
        )
        .order_by("build_to", "pk")
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How the targets of one institute stand together: how many there are, are met, and are behind."""

    asked: int
    met: int
    behind: int


def comparisons(institutes: Iterable[Institute], *, on: date) -> dict[Institute, list[TargetProgress]]:
    """:func:`comparison` for many institutes, in as many queries as for one."""
    asked = list(institutes)
    by_key, values = {one.pk: one for one in asked}, _latest(asked, on)
    fed, counts = targets_verified(on), counts_in_build_periods(asked, until=on)
    found: dict[Institute, list[TargetProgress]] = {one: [] for one in asked}
    for commitment in Commitment.objects.filter(institute__in=asked).order_by("position"):
        institute, row = by_key[commitment.institute_id], values.get(commitment.pk)
        verified = counts.get(institute.pk, {}).get(commitment.code, 0) if commitment.code in fed else None
        target = TargetProgress(
            commitment,
            due=_due(institute, commitment, on),
            reported=row.value if row else None,
            verified=None if verified is None else Decimal(verified),
        )
        found[institute].append(target)
    return found


def standings(institutes: Iterable[Institute], *, on: date) -> dict[int, Standing]:
    """How many targets each of these has, has met and is behind with, by the institute's key."""
    return {
        one.pk: Standing(
            len(targets),
            sum(target.is_met for target in targets),
            sum(target.is_behind for target in targets),
        )
        for one, targets in comparisons(institutes, on=on).items()
    }
