"""The papers of a change of a project: the reply that approves it (变更批复), the notice that does not."""

from institutes.documents import ADVICE, ISSUER, POLICY
from institutes.documents import in_words as day_in_words
from projects.enums.changes import ProjectChangeKind
from projects.models import ProjectChange
from records.models import AuditEvent
from records.words import paragraphs_of

REPLY, REFUSAL = "project_change_reply", "project_change_refusal"
FOLLOWS = {
    ProjectChangeKind.LEADER: "请做好工作交接，新负责人自本批复印发之日起承担任务书约定的责任。",
    ProjectChangeKind.PARTNER: "请按照变更后的分工组织实施，退出单位已形成的成果和经费按协议处理。",
    ProjectChangeKind.BUDGET: "请按照调剂后的预算列支，财政资金总额不变，专款专用。",
    ProjectChangeKind.TERM: "考核指标和财政资金不变，请按照调整后的阶段目标组织实施，并在期满前申请结题验收。",
}


def _common(change: ProjectChange, event: AuditEvent) -> dict:
    project = change.project
    return {
        "number": event.data["paper"]["number"],
        "issued_on": day_in_words(event.at),
        "issuer": ISSUER,
        "policy": POLICY,
        "addressee": change.host.name,
        "title": project.title,
        "project_number": project.number,
        "contract_number": project.contract_number,
        "change_number": change.number,
        "kind": str(ProjectChangeKind(change.kind).label),
        "handed_in_on": day_in_words(change.handed_in_at) if change.handed_in_at else "",
        "with_county": change.opined_at is not None,
        "rows": change.comparison,
    }


def reply(change: ProjectChange, event: AuditEvent) -> dict:
    """What was approved, what stood before and what stands now, and what follows."""
    found = {"version": change.contract_version, "next": FOLLOWS[ProjectChangeKind(change.kind)]}
    return _common(change, event) | found


def refusal(change: ProjectChange, event: AuditEvent) -> dict:
    """That it was not approved, with the reasons and what can be done."""
    reasons = paragraphs_of(event.reason)
    return _common(change, event) | {"reasons": reasons, "advice": ADVICE}


PAPERS = {
    REPLY: ("联合攻关项目变更批复", "projects/print/change_reply.html", reply),
    REFUSAL: ("联合攻关项目不予变更告知书", "projects/print/change_refusal.html", refusal),
}


def paper_of_change(change: ProjectChange, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued."""
    kind = event.data["paper"]["kind"]
    title, template, context = PAPERS[kind]
    return {
        "kind": kind,
        "title": f"{title}：{change.project.title}"[:200],
        "template": template,
        "context": context(change, event),
    }
