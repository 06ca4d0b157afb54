"""Making a running project what a change asked for: its own columns, the clauses of its contract, a new version."""

from collections.abc import Callable
from datetime import datetime

from accounts.models import User
from projects import selectors
from projects.enums.changes import ProjectChangeFile, ProjectChangeKind
from projects.enums.final import FinalState
from projects.enums.running import ContractSide, PartyRole
from projects.models import ClauseChange, ContractClause, ContractParty, Project, ProjectChange, ProjectLine
from projects.policy.changes import Line
from projects.services.contract_text import redraw_clauses
from projects.services.contracts import freeze_text
from records import audit, deadlines

K = ProjectChangeKind
CLAUSES = {K.LEADER: "parties", K.PARTNER: "parties", K.BUDGET: "budget", K.TERM: "stages"}
"""Which clause of the contract says what each kind changes."""


def carry_out(change: ProjectChange, project: Project, *, by: User, at: datetime) -> int:
    """Make the project what was asked for; payments stay as they are. Returns the version of the contract's text."""
    deeds: dict[K, Callable[..., None]] = {
        K.LEADER: _name_leader,
        K.PARTNER: _take_partners,
        K.BUDGET: _move_money,
        K.TERM: _lengthen,
    }
    kind = K(change.kind)
    deeds[kind](change, project, by=by, at=at)
    _redraw(change, project, CLAUSES[kind], by=by, at=at)
    side = ContractSide.BUREAU if change.proposed_at else ContractSide.UNIT
    version = freeze_text(project, side, by=by, at=at)
    project.contract_version, project.changed_at, project.last_change = version.number, at, change
    project.save(update_fields=["contract_version", "changed_at", "last_change"])
    said = {"kind": change.kind, "change": change.number, "version": version.number}
    audit.record("projects.project.change", project, by=by, at=at, **said)
    return version.number


def _redraw(change: ProjectChange, project: Project, code: str, *, by: User, at: datetime) -> None:
    """Write the clause anew from the project's rows; what it said before stays beside it, with the change."""
    clause = ContractClause.objects.filter(project=project, code=code).first()
    text = redraw_clauses(project, [code]).get(code, "")
    if clause is None or not text or text == clause.text:
        return
    ClauseChange.objects.create(
        clause=clause,
        number=clause.changes.count() + 1,
        side=ContractSide.BUREAU if change.proposed_at else ContractSide.UNIT,
        before=clause.text,
        after=text,
        reason=f"{change.get_kind_display()}（{change.number or change.pk}）：{change.grounds}"[:500],
        changed_at=at,
        changed_by=by,
        project_change=change,
    )
    clause.text = text
    clause.save(update_fields=["text"])


def _name_leader(change: ProjectChange, project: Project, *, by: User, at: datetime) -> None:
    project.leader_name, project.leader_mark = change.asked["name"], change.leader_mark
    project.save(update_fields=["leader_name", "leader_mark"])


def _take_partners(change: ProjectChange, project: Project, *, by: User, at: datetime) -> None:
    """Who leaves stays on record; who joins has signed the agreement that was brought."""
    selectors.partners_of(project).filter(pk__in=change.asked.get("leaving", [])).update(left_by=change)
    signed = selectors.change_files(change).filter(kind=ProjectChangeFile.AGREEMENT).last()
    last = project.parties.order_by("-order").values_list("order", flat=True).first() or 0
    for order, row in enumerate(change.asked.get("joining", []), last + 1):
        ContractParty.objects.create(
            project=project,
            order=order,
            role=PartyRole.PARTNER,
            name=row["name"],
            uscc=row["uscc"],
            task=row["task"],
            joined_by=change,
            signatory=row["signatory"],
            signed_on=row["signed_on"],
            copy=signed,
            recorded_at=at,
            recorded_by=by,
        )


def _move_money(change: ProjectChange, project: Project, *, by: User, at: datetime) -> None:
    asked, labels = selectors.lines_asked(change), _labels(project)
    held = {row.code: row for row in project.lines.all()}
    for code, line in asked.items():
        row = held.pop(code, None)
        if row is None:
            if line != Line():
                ProjectLine.objects.create(
                    project=project, code=code, label=labels[code], grant=line.grant, own=line.own
                )
            continue
        row.grant, row.own = line.grant, line.own
        row.save(update_fields=["grant", "own"])
    ProjectLine.objects.filter(pk__in=[row.pk for row in held.values()]).update(grant=0, own=0)
    project.own = sum((line.own for line in asked.values()), Line().own)
    project.save(update_fields=["own"])


def _labels(project: Project) -> dict[str, str]:
    return {one["code"]: one["label"] for one in project.edition.terms["budget_lines"]}


def _lengthen(change: ProjectChange, project: Project, *, by: User, at: datetime) -> None:
    """A longer term, with the days of the stages ahead and the day by which the final acceptance is asked for."""
    for stage, day in selectors.stage_days_asked(change):
        stage.due_on = day
        stage.save(update_fields=["due_on"])
        deadlines.move(project, due_on=day, kind=stage.deadline_kind)
    project.months, project.ends_on = project.months + change.months, selectors.end_asked(change)
    project.save(update_fields=["months", "ends_on"])
    final = project.finals.filter(state=FinalState.PREPARING, attempt=1).first()
    if final is not None:
        final.due_by = project.ends_on
        final.save(update_fields=["due_by"])
        deadlines.move(final, due_on=project.ends_on)
