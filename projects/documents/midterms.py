"""The paper of a mid-term check: what was found, and whether the project goes on (中期检查意见)."""

from decimal import Decimal

from institutes.documents import ISSUER
from institutes.documents import in_words as day_in_words
from institutes.selectors import move_of
from projects.enums.midterm import MidtermOutcome
from projects.models import ProjectMidterm
from records.amounts import grouped
from records.models import AuditEvent
from records.words import paragraphs_of

OPINION = "project_midterm_opinion"
TITLE, TEMPLATE = "联合攻关项目中期检查意见", "projects/print/midterm_opinion.html"
FOLLOWS = {
    MidtermOutcome.CONTINUE: "请按照任务书继续实施，在期满前申请结题验收。",
    MidtermOutcome.MEND: "请于{day}前完成整改，重新报送中期报告。",
    MidtermOutcome.STOP: "终止项目按规定程序另行办理，办理中将听取你单位的陈述申辩；在此之前请妥善保管财政资金。",
}


def opinion(midterm: ProjectMidterm, event: AuditEvent) -> dict:
    """What was checked, found and asked for, and what comes next; as it was decided by this very move."""
    project, outcome = midterm.project, MidtermOutcome(move_of(event))
    stages = [row for row in midterm.stages if row["reported"]]
    day = day_in_words(midterm.mend_by) if midterm.mend_by else ""
    mends = outcome == MidtermOutcome.MEND
    return {
        "number": event.data["paper"]["number"],
        "issued_on": day_in_words(event.at),
        "issuer": ISSUER,
        "addressee": midterm.host.name,
        "title": project.title,
        "project_number": project.number,
        "contract_number": project.contract_number,
        "midterm_number": midterm.number,
        "result": str(outcome.label),
        "grounds": paragraphs_of(midterm.grounds),
        "requirements": paragraphs_of(midterm.requirements) if mends else [],
        "reached": len(stages),
        "stages": len(midterm.stages),
        "spent": grouped(sum((Decimal(row["grant_spent"]) for row in midterm.budget), Decimal(0))),
        "grant": grouped(project.grant),
        "with_experts": midterm.reviewed_at is not None,
        "next": FOLLOWS[outcome].format(day=day),
    }


def paper_of_midterm(midterm: ProjectMidterm, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued; a second check has a paper like the first."""
    return {
        "kind": event.data["paper"]["kind"],
        "title": f"{TITLE}：{midterm.project.title}"[:200],
        "template": TEMPLATE,
        "context": opinion(midterm, event),
    }
