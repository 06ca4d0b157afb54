"""Which running projects are at risk: late stages, a late mid-term check, a term that is over, what runs out soon."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from projects.enums.midterm import WITH_THE_UNIT
from projects.enums.running import ProjectState
from projects.models import Project, ProjectEdition, ProjectMidterm, ProjectStage
from projects.policy.risks import Risk, risks

KIND = "joint_project"


def with_what_is_owed(rows: QuerySet[Project]) -> QuerySet[Project]:
    """The same rows, with all that ``risks_of`` asks for, in one query more."""
    return rows.select_related("midterm").prefetch_related("stages")


def risks_of(project: Project, *, on: date) -> list[Risk]:
    """What of this project is late by how many days, and what is due within the days of its edition."""
    if project.state != ProjectState.RUNNING:
        return []
    soon = int(project.edition.terms["midterm"]["soon_days"])
    return risks(_owed(project), on=on, soon=soon)


def _owed(project: Project) -> Iterator[tuple[str, date]]:
    for stage in project.stages.all():
        if stage.reported_at is None:
            yield f"阶段目标“{stage.title}”", stage.due_on
    midterm: ProjectMidterm | None = getattr(project, "midterm", None)
    if midterm is not None and midterm.state in WITH_THE_UNIT:
        yield "中期报告", midterm.due_by
    yield "实施期限", project.ends_on


def at_risk(rows: QuerySet[Project], on: date, *, late_only: bool = False) -> QuerySet[Project]:
    """Running projects of which something is late, or due within the days that the rules of that day say."""
    until = on if late_only else on + timedelta(days=_soon_days(on) + 1)
    stages = ProjectStage.objects.filter(
        project=OuterRef("pk"), reported_at__isnull=True, due_on__lt=until
    ).order_by()
    midterm = Q(midterm__state__in=WITH_THE_UNIT, midterm__due_by__lt=until)
    found = Q(Exists(stages)) | midterm | Q(ends_on__lt=until)
    return rows.filter(found, state=ProjectState.RUNNING)


def _soon_days(on: date) -> int:
    edition = ProjectEdition.objects.filter(kind=KIND, valid_from__lte=on).order_by("-valid_from").first()
    return int(edition.terms["midterm"]["soon_days"]) if edition else 0
