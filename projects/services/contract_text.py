"""The first text of a contract: clauses by the edition's templates and the approved proposal, who signs, the money."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import QuerySet

from institutes.documents import ISSUER
from institutes.documents import in_words as day_in_words
from projects import book, selectors
from projects.enums.running import PartyRole
from projects.models import BudgetLine, ContractClause, ContractParty, Project, ProjectLine, ProjectTarget
from projects.policy import instalments
from projects.policy.contract import fill, numbered, spread
from records.amounts import grouped, in_capitals

CONTENT = ("problems", "route", "outcome")
"""The texts of the proposal that the contract takes over."""


def draw_up_contract(project: Project, answers: Mapping[str, Mapping]) -> None:
    """Put down parties, budget, targets and clauses of a project that was just founded, from what was approved."""
    ContractParty.objects.bulk_create(_parties(project, answers))
    ProjectLine.objects.bulk_create(_lines(project, answers))
    ProjectTarget.objects.bulk_create(_targets(project, answers))
    facts = _facts(project, answers)
    ContractClause.objects.bulk_create(
        ContractClause(
            project=project,
            code=one["code"],
            order=order,
            title=one["label"],
            text=fill(one["text"], facts),
            is_fixed=one["fixed"],
        )
        for order, one in enumerate(project.edition.terms["contract_clauses"], 1)
    )


def redraw_clauses(project: Project, codes: Iterable[str]) -> dict[str, str]:
    """What these clauses say by the edition's templates and the project as it stands now, by their codes."""
    version = selectors.latest_version(project.proposal)
    facts, wanted = _facts(project, version.answers if version else {}), set(codes)
    declared = project.edition.terms["contract_clauses"]
    return {one["code"]: fill(one["text"], facts) for one in declared if one["code"] in wanted}


def _partners(answers: Mapping[str, Mapping]) -> list[Mapping]:
    rows = answers.get("partners", {}).get("partners") or ()
    return [row for row in rows if row.get("name")]


def _parties(project: Project, answers: Mapping[str, Mapping]) -> list[ContractParty]:
    host = project.host
    named = [(PartyRole.BUREAU, ISSUER, "", ""), (PartyRole.LEADER, host.name, host.uscc, "")]
    named += [
        (PartyRole.PARTNER, row["name"], row.get("uscc") or "", row.get("task") or "")
        for row in _partners(answers)
    ]
    return [
        ContractParty(project=project, order=order, role=role, name=name, uscc=uscc, task=task)
        for order, (role, name, uscc, task) in enumerate(named, 1)
    ]


def _lines(project: Project, answers: Mapping[str, Mapping]) -> list[ProjectLine]:
    """The budget by source: the grant that was decided lies on the lines as the budget review accepted them."""
    rows = {row.code: row for row in _reviewed(project)}
    asked = book.budget_of(answers, project.edition.terms)
    weights = [_accepted(rows.get(line.code), line.grant) for line in asked]
    if not any(weights):
        weights[-1] = project.grant
    grants = spread(project.grant, weights)
    return [
        ProjectLine(project=project, code=line.code, label=line.label, grant=grant, own=line.own)
        for line, grant in zip(asked, grants, strict=True)
        if grant or line.own
    ]


def _reviewed(project: Project) -> QuerySet[BudgetLine]:
    return project.proposal.budget_lines.all()


def _accepted(row: BudgetLine | None, asked: Decimal) -> Decimal:
    if row is None:
        return asked
    return row.grant if row.accepted is None else row.accepted


def _targets(project: Project, answers: Mapping[str, Mapping]) -> list[ProjectTarget]:
    kinds = {one["code"]: one["label"] for one in project.edition.terms["target_kinds"]}
    return [
        ProjectTarget(
            project=project,
            order=order,
            kind=kinds.get(row.get("kind", ""), ""),
            name=row["name"],
            value=row.get("value") or "",
            unit=row.get("unit") or "",
            proof=row.get("proof") or "",
        )
        for order, row in enumerate(book.targets_of(answers), 1)
    ]


def _facts(project: Project, answers: Mapping[str, Mapping]) -> dict[str, str]:
    """What the templates of the edition ask for, from the project's own rows; words from what was approved."""
    lines = list(project.lines.order_by("pk"))
    partners = project.parties.taking_part().filter(role=PartyRole.PARTNER).order_by("order")
    own = sum((line.own for line in lines), Decimal(0))
    return {
        "bureau": ISSUER,
        "host": project.host.name,
        "uscc": project.host.uscc,
        "institute": project.institute.name,
        "partners": "\n".join(_partner(row) for row in partners),
        "leader": project.leader_name,
        "title": project.title,
        "number": project.number,
        "content": _content(answers),
        "targets": numbered(_target(one) for one in project.targets.order_by("order")),
        "starts_on": day_in_words(project.starts_on),
        "ends_on": day_in_words(project.ends_on),
        "months": str(project.months),
        "stages": numbered(
            f"{stage.title}（{day_in_words(stage.due_on)}前{'，中期检查节点' if stage.is_midterm else ''}）"
            for stage in project.stages.all()
        ),
        "total": grouped(project.grant + own),
        "grant": grouped(project.grant),
        "grant_in_capitals": in_capitals(project.grant),
        "own": grouped(own),
        "lines": numbered(
            f"{line.label}：财政资金 {grouped(line.grant)} 元，自筹资金 {grouped(line.own)} 元"
            for line in lines
        ),
        "payments": numbered(
            f"{one['label']}，拨付 {one['share']}%，计 {grouped(part)} 元（大写：{in_capitals(part)}）"
            for one, part in payments_of(project)
        ),
        "sharing": answers.get("partners", {}).get("sharing") or "按各方联合协议的约定执行。",
    }


def payments_of(project: Project) -> list[tuple[dict, Decimal]]:
    """The instalments of the grant: each as the edition has it, with its amount."""
    declared = project.edition.terms["instalments"]
    parts = instalments(project.grant, [Decimal(str(one["share"])) for one in declared])
    return list(zip(declared, parts, strict=True))


def _partner(row: ContractParty) -> str:
    code = f"，统一社会信用代码 {row.uscc}" if row.uscc else ""
    task = f"，承担：{row.task.strip()}" if row.task else ""
    return f"{PartyRole.PARTNER.label}：{row.name}{code}{task}"


def _content(answers: Mapping[str, Mapping]) -> str:
    texts = book.texts_of(answers)
    said = [f"（{book.TEXTS[code]}）\n{texts[code].strip()}" for code in CONTENT if code in texts]
    return "\n".join(said) or "按批准的项目申报书执行。"


def _target(one: ProjectTarget) -> str:
    proof = f"（检验方法：{one.proof}）" if one.proof else ""
    return f"{one.name}：{one.value}{' ' + one.unit if one.unit else ''}{proof}"
