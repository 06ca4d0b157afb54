"""How a running project stands: its stages, its budget carried out, its invoices."""

from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from projects.enums.running import ProjectState, RunningFile
from projects.models import Project, ProjectExpense, ProjectStage
from projects.policy.execution import Execution, execution
from records.models import Attachment


def execution_of(project: Project) -> list[Execution]:
    """The budget line by line beside what was spent, by source. Two queries."""
    rows = project.expenses.live().values("line__code", "source").annotate(all=Sum("amount")).order_by()
    spent = {(row["line__code"], row["source"]): row["all"] for row in rows}
    lines = project.lines.order_by("pk").values_list("code", "label", "grant", "own")
    return execution(lines, spent)


def spent_of(project: Project, source: str) -> Decimal:
    """What the project has spent out of one source."""
    found = project.expenses.live().filter(source=source).aggregate(all=Sum("amount"))["all"]
    return found or Decimal(0)


def expenses_of(project: Project) -> QuerySet[ProjectExpense]:
    """The invoices of a project, the latest first, those taken back among them."""
    return project.expenses.select_related("line", "proof", "entered_by").order_by("-paid_on", "-pk")


def invoices_known(numbers: list[str]) -> dict[str, ProjectExpense]:
    """Which of these invoices are listed already, by their numbers, in whatever project."""
    rows = ProjectExpense.objects.live().filter(number__in=numbers).select_related("project")
    return {row.number: row for row in rows}


def stage_files(project: Project) -> dict[str, list[Attachment]]:
    """The proofs of the stages, by the kind under which each stage keeps them. One query."""
    found: dict[str, list[Attachment]] = {}
    rows = Attachment.objects.about(project).current().filter(kind__startswith=f"{RunningFile.STAGE}_")
    for row in rows.order_by("pk"):
        found.setdefault(row.kind, []).append(row)
    return found


def proof_kind(stage: ProjectStage) -> str:
    """Under which kind the proofs of a stage are kept."""
    return f"{RunningFile.STAGE}_{stage.pk}"


def with_late_stage(rows: QuerySet[Project], on: date) -> QuerySet[Project]:
    """Running projects with a stage whose day is over and which was not reported."""
    late = Q(stages__due_on__lt=on, stages__reported_at__isnull=True)
    return rows.filter(late, state=ProjectState.RUNNING).distinct()
