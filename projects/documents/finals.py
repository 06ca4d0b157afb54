"""The papers of a final acceptance: the certificate (结题证书) of what passed, the notice of what did not yet."""

from decimal import Decimal

from institutes.documents import ISSUER, POLICY
from institutes.documents import in_words as day_in_words
from projects.enums.final import FinalOutcome
from projects.models import ProjectFinal
from records.amounts import grouped, in_wan
from records.models import AuditEvent
from records.words import paragraphs_of

CERTIFICATE, NOTICE = "project_certificate", "project_final_notice"


def _common(final: ProjectFinal, event: AuditEvent) -> dict:
    project = final.project
    met = [one["met"] for one in final.comparison]
    return {
        "number": event.data["paper"]["number"],
        "issued_on": day_in_words(event.at),
        "issuer": ISSUER,
        "policy": POLICY,
        "addressee": final.host.name,
        "title": project.title,
        "project_number": project.number,
        "contract_number": project.contract_number,
        "final_number": final.number,
        "host": final.host.name,
        "institute": project.institute.name,
        "leader": project.leader_name,
        "partners": "、".join(
            project.parties.taking_part()
            .filter(role="partner")
            .order_by("order")
            .values_list("name", flat=True)
        ),
        "starts_on": day_in_words(project.starts_on),
        "ends_on": day_in_words(project.ends_on),
        "grant": in_wan(project.grant),
        "targets": [
            {"name": one["name"], "planned": one["planned"], "reached": one["reached"], "met": one["met"]}
            for one in final.comparison
        ],
        "met": sum(met),
        "counted": len(met),
        "spent": grouped(sum((Decimal(row["grant_spent"]) for row in final.budget), Decimal(0))),
        "left": grouped(sum((Decimal(row["grant_left"]) for row in final.budget), Decimal(0))),
        "score": str(final.score),
        "minute": final.minute_number,
        "grounds": paragraphs_of(final.grounds),
    }


def certificate(final: ProjectFinal, event: AuditEvent) -> dict:
    """That the project was accepted, with what it reached."""
    return _common(final, event)


def notice(final: ProjectFinal, event: AuditEvent) -> dict:
    """What the final acceptance came to, and what comes next."""
    mend = final.outcome == FinalOutcome.CONDITIONAL
    day = event.data.get("mend_by", "")
    follows = (
        f"请于{day}前完成整改并重新申请结题验收，重新验收只有一次。"
        if mend
        else "项目未通过结题验收，后续财政资金不再拨付；结余财政资金按任务书约定退回。"
    )
    return _common(final, event) | {
        "result": str(FinalOutcome(final.outcome).label),
        "requirements": paragraphs_of(final.requirements),
        "next": follows,
    }


PAPERS = {
    CERTIFICATE: ("联合攻关项目结题证书", "projects/print/certificate.html", certificate),
    NOTICE: ("联合攻关项目结题验收通知书", "projects/print/final_notice.html", notice),
}


def paper_of_final(final: ProjectFinal, event: AuditEvent) -> dict:
    """Everything by which the promised paper is issued."""
    kind = event.data["paper"]["kind"]
    title, template, context = PAPERS[kind]
    return {
        "kind": kind,
        "title": f"{title}：{final.project.title}",
        "template": template,
        "context": context(final, event),
    }
