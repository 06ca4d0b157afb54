"""Reads of changes of running projects: who sees which, what stands beside what is asked for, what was moved before."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from projects.enums.changes import ProjectChangeFile, ProjectChangeKind, ProjectChangeState
from projects.enums.running import PartyRole, ProjectState
from projects.models import ContractParty, Project, ProjectChange, ProjectStage
from projects.policy import last_day
from projects.policy.changes import Line
from projects.selectors.sides import BUREAU, COUNTY, UNIT
from records.amounts import grouped
from records.deadlines import day_in_words, with_due
from records.models import Attachment, Document

CHANGE_TYPE = "projects.projectchange"
READERS_OF_CHANGES = (*UNIT, *COUNTY, *BUREAU, Role.AUDITOR)
"""Whose business changes of projects are at all."""
K = ProjectChangeKind
_RELATED = ("project__proposal__call__edition", "project__institute__recognition", "project__host", "host")


def project_changes_visible_to(user: User) -> QuerySet[ProjectChange]:
    """A unit sees its own; county, bureau and auditor what was handed in."""
    rows = with_due(ProjectChange.objects.select_related(*_RELATED, "division"), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return rows
    handed_in = Q(handed_in_at__isnull=False)
    mine = Q(host_id__in=sorted(reach_of(user.memberships_active, *UNIT).organisations))
    mine |= handed_in & Q(division_id__in=sorted(reach_of(user.memberships_active, *COUNTY).divisions))
    if user.holds(*BUREAU, Role.AUDITOR):
        mine |= handed_in
    return rows.filter(mine)


def search_project_changes(rows: QuerySet[ProjectChange], text: str) -> QuerySet[ProjectChange]:
    """Those whose project, numbers or unit contain ``text``."""
    named = Q(project__title__icontains=text) | Q(host__name__icontains=text)
    return rows.filter(named | Q(project__number__icontains=text) | Q(number__icontains=text))


def projects_to_change(user: User) -> QuerySet[Project]:
    """The running projects of this person's units."""
    own = sorted(reach_of(user.memberships_active, *UNIT).organisations)
    return Project.objects.filter(host_id__in=own, state=ProjectState.RUNNING).order_by("-pk")


def change_files(change: ProjectChange) -> QuerySet[Attachment]:
    """What the unit brought to prove it."""
    rows = Attachment.objects.about(change).current().filter(kind__in=ProjectChangeFile.values)
    return rows.order_by("kind", "pk")


def change_papers(change: ProjectChange) -> QuerySet[Document]:
    return Document.objects.about(change).in_force().order_by("pk")


def history_of_changes(project: Project) -> QuerySet[ProjectChange]:
    """What the project was and became: the changes carried out, the latest first."""
    return project.changes.carried_out().order_by("-state_since", "-pk")


def times_carried_out(change: ProjectChange) -> int:
    """How often this kind of change was carried out for the project before."""
    return change.project.changes.carried_out().filter(kind=change.kind).exclude(pk=change.pk).count()


def moved_alone_before(change: ProjectChange) -> Decimal:
    """How much of the grant the unit moved between lines by itself so far."""
    rows = change.project.changes.filter(state=ProjectChangeState.NOTED).exclude(pk=change.pk)
    return rows.aggregate(all=Sum("shifted"))["all"] or Decimal(0)


# --- what stands, and what is asked for -----------------------------------------------------------------------------


def partners_of(project: Project) -> QuerySet[ContractParty]:
    """The partners that take part now."""
    return project.parties.taking_part().filter(role=PartyRole.PARTNER).order_by("order")


def units_taking_part(project: Project) -> list[str]:
    """The names of the units a leader may come from: the leading one first."""
    return [project.host.name, *(party.name for party in partners_of(project))]


def lines_now(project: Project) -> dict[str, Line]:
    """The budget as the contract has it, by the codes of its lines."""
    return {row.code: Line(row.grant, row.own) for row in project.lines.order_by("pk")}


def lines_asked(change: ProjectChange) -> dict[str, Line]:
    """The budget as it is asked for."""
    rows: Mapping[str, Mapping[str, str]] = change.asked.get("lines", {})
    return {
        code: Line(Decimal(row.get("grant") or 0), Decimal(row.get("own") or 0)) for code, row in rows.items()
    }


def stages_to_move(project: Project) -> QuerySet[ProjectStage]:
    """The stages that are still ahead: what was reported keeps its day."""
    return project.stages.filter(reported_at__isnull=True).order_by("due_on", "pk")


def stage_days_asked(change: ProjectChange) -> list[tuple[ProjectStage, date]]:
    """The stages ahead, each with the day that is asked for; those without one are left out."""
    days: Mapping[str, str] = change.asked.get("stages", {})
    rows = stages_to_move(change.project)
    return [(row, date.fromisoformat(days[str(row.pk)])) for row in rows if days.get(str(row.pk))]


def end_asked(change: ProjectChange) -> date:
    """The last day of the term as it is asked for: so many months after the one that holds now."""
    return last_day(change.project.ends_on + timedelta(days=1), change.months)


def compared_change(change: ProjectChange) -> list[dict[str, str]]:
    """What stands beside what is asked for, in words, as a record that can be frozen; what stays is left out."""
    found = {K.LEADER: _leaders, K.PARTNER: _partners, K.BUDGET: _lines, K.TERM: _term}[K(change.kind)](
        change
    )
    return [{"item": item, "before": before, "after": after} for item, before, after in found]


Told = Iterator[tuple[str, str, str]]


def _leaders(change: ProjectChange) -> Told:
    asked = change.asked
    said = "，".join(text for text in (asked.get("name"), asked.get("unit"), asked.get("title")) if text)
    yield "项目负责人", change.project.leader_name, said


def _partners(change: ProjectChange) -> Told:
    leaving = change.asked.get("leaving", [])
    for party in partners_of(change.project).filter(pk__in=leaving):
        yield "联合单位", party.name, "退出"
    for row in change.asked.get("joining", []):
        yield "联合单位", "—", f"{row['name']}（{row['uscc']}）加入，承担：{row['task']}"
    yield "分工调整", "按任务书", change.asked.get("division", "")


def _lines(change: ProjectChange) -> Told:
    now, asked = lines_now(change.project), lines_asked(change)
    for one in change.edition.terms["budget_lines"]:
        old, new = now.get(one["code"], Line()), asked.get(one["code"], Line())
        if old.grant != new.grant:
            yield f"{one['label']}（财政资金）", f"{grouped(old.grant)} 元", f"{grouped(new.grant)} 元"
        if old.own != new.own:
            yield f"{one['label']}（自筹资金）", f"{grouped(old.own)} 元", f"{grouped(new.own)} 元"


def _term(change: ProjectChange) -> Told:
    project, end = change.project, end_asked(change)
    yield "实施期限", f"{project.months} 个月", f"{project.months + change.months} 个月"
    yield "期满日", day_in_words(project.ends_on), day_in_words(end)
    for stage, day in stage_days_asked(change):
        if day != stage.due_on:
            yield f"阶段目标：{stage.title}", day_in_words(stage.due_on), day_in_words(day)


def change_as_it_stands(change: ProjectChange) -> list[dict[str, Any]]:
    """What pages and papers show: as frozen where it is closed, else against the project as it stands today."""
    return compared_change(change) if change.is_open else change.comparison
