"""The contract of a project as a paper (任务书): the clauses both sides agreed on, who signs, the money in words."""

from decimal import Decimal

from institutes.documents import ISSUER, POLICY
from institutes.documents import in_words as day_in_words
from projects.enums.running import PartyRole
from projects.models import Project
from projects.policy import instalments
from records.amounts import grouped, in_capitals
from records.models import AuditEvent
from records.words import paragraphs_of

CONTRACT = "project_contract"


def contract(project: Project, event: AuditEvent) -> dict:
    """The text of the version agreed on, clause by clause, and a line for each party to sign."""
    version = project.contract_versions.get(number=event.data["paper"]["version"])
    return {
        "number": event.data["paper"]["number"],
        "issued_on": day_in_words(event.at),
        "issuer": ISSUER,
        "policy": POLICY,
        "title": project.title,
        "project_number": project.number,
        "host": project.host.name,
        "institute": project.institute.name,
        "division": project.division.name,
        "chain": project.chain.name,
        "leader": project.leader_name,
        "starts_on": day_in_words(project.starts_on),
        "ends_on": day_in_words(project.ends_on),
        "grant": grouped(project.grant),
        "grant_in_capitals": in_capitals(project.grant),
        "version": version.number,
        "digest": version.digest,
        "clauses": [_clause(n, one) for n, one in enumerate(version.clauses, 1)],
        "lines": _lines(project),
        "payments": _payments(project),
        "parties": [
            {"role": str(PartyRole(party.role).label), "name": party.name}
            for party in project.parties.order_by("order")
        ],
    }


def _clause(number: int, one: dict) -> dict:
    lines = paragraphs_of(one["text"])
    return {"number": number, "title": one["title"], "lines": lines, "code": one["code"]}


def _lines(project: Project) -> dict:
    rows = list(project.lines.order_by("pk"))
    grant, own = sum(row.grant for row in rows), sum(row.own for row in rows)
    return {
        "rows": [
            {
                "label": row.label,
                "grant": grouped(row.grant),
                "own": grouped(row.own),
                "sum": grouped(row.grant + row.own),
            }
            for row in rows
        ],
        "grant": grouped(grant),
        "own": grouped(own),
        "sum": grouped(grant + own),
    }


def _payments(project: Project) -> list[dict]:
    declared = project.edition.terms["instalments"]
    parts = instalments(project.grant, [Decimal(str(one["share"])) for one in declared])
    return [
        {
            "label": one["label"],
            "share": str(one["share"]),
            "amount": grouped(part),
            "in_capitals": in_capitals(part),
        }
        for one, part in zip(declared, parts, strict=True)
    ]


PAPERS = {CONTRACT: ("联合攻关项目任务书", "projects/print/contract.html", contract)}


def paper_of_project(project: Project, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued; a text agreed on anew is a paper like the first."""
    kind = event.data["paper"]["kind"]
    title, template, context = PAPERS[kind if kind in PAPERS else kind.rpartition("_")[0]]
    return {
        "kind": kind,
        "title": f"{title}：{project.title}",
        "template": template,
        "context": context(project, event),
    }
