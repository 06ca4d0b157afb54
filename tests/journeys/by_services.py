"""The steps of a joint project by the services that its pages call: for the many, where one has walked each page."""

from decimal import Decimal

from portal.demo.books import sample_pdf
from portal.demo.programme import identity
from projects import selectors, services
from projects.enums import CountyStand
from projects.models import Project, ProjectFinal, Proposal
from projects.services.running import Invoice
from records import clock
from tests.factories.records import pdf_upload
from tests.journeys.programme import FINANCE_EXPERT, Programme, written
from tests.journeys.units import Unit
from tests.journeys.walk import OPINION


def propose(walk: Programme, unit: Unit, n: int, *, like: int | None = None) -> Proposal:
    """Everything written and brought, handed up and handed in by the unit's two people."""
    filler, admin = unit.firm.filler, unit.firm.admin
    with walk.hour(10, n):
        begun = services.begin_proposal(call=walk.call, institute=unit.institute, by=filler)
        proposal = Proposal.objects.select_related("call__edition", "call__guide", "host").get(pk=begun.pk)
        topic = proposal.call.guide.topics.get(chain=unit.firm.segment.chain)
        for code, typed in written(n, topic.pk, like=like).items():
            services.save_proposal_section(
                proposal=proposal, section=code, changes=typed, version=0, by=filler
            )
        services.name_leader(proposal=proposal, id_number=identity(n), by=filler)
        for kind in ("agreement", "commitment", "funds"):
            uploads = [sample_pdf(f"{kind}{n}")]
            services.attach_proposal_files(proposal=proposal, kind=kind, uploads=uploads, by=filler)
    with walk.hour(16, n):
        services.hand_up_proposal(project_proposal=proposal, by=filler)
        return services.hand_in_proposal(project_proposal=proposal, by=admin)


def recommend(walk: Programme, proposal: Proposal) -> None:
    """The county looks the unit up in every list and recommends; its leader signs."""
    county = walk.unit_of(proposal).county
    with walk.hour(12):
        for item in proposal.call.edition.terms["lookups"]:
            services.record_project_lookup(
                proposal=proposal,
                item=item["code"],
                result="clear",
                checked_on=clock.today(),
                source="示例信用查询平台",
                evidence=sample_pdf(f"{item['label']}查询{proposal.pk}"),
                by=county.staff,
            )
        facts = {"stand": CountyStand.RECOMMEND, "opinion": OPINION}
        services.give_project_opinion(project_proposal=proposal, **facts, by=county.staff)
        services.sign_project_opinion(project_proposal=proposal, by=county.lead)


def examine(walk: Programme, proposal: Proposal) -> None:
    """In order by the checklist, confirmed by another person and handed to the agency."""
    marks = {item["code"]: ("met", "") for item in proposal.call.edition.terms["checklist"]}
    with walk.hour(16):
        services.propose_project_formal(
            project_proposal=proposal, marks=marks, finding="pass", by=walk.world["bureau_clerk"]
        )
        services.confirm_project_pass(
            project_proposal=proposal, agency=walk.world.agency, by=walk.world["bureau_approver"]
        )


def judge(walk: Programme, proposal: Proposal, score: Decimal, *, accepted: Decimal | None = None) -> None:
    """What a panel's conclusion would record, and the budget review; ``accepted`` is left of the equipment."""
    agency = walk.world["agency"]
    proposal.refresh_from_db()
    with walk.hour(16):
        services.record_project_review(
            proposal=proposal,
            score=score,
            passed=True,
            opinion="选题符合指南，技术路线可行。",
            tie_break=Decimal("20.00"),
            by=agency,
        )
        lines = {line.code: (line.grant, "") for line in proposal.budget_lines.all()}
        if accepted is not None:
            lines["equipment"] = (accepted, "测算依据不足，核减。")
        services.review_budget(
            project_proposal=proposal,
            lines=lines,
            reviewer=FINANCE_EXPERT,
            opinion="预算与任务相称。",
            by=agency,
        )


def sign_the_contract(walk: Programme, project: Project) -> None:
    """Both sides stand by the same text, every party signs, two people check and confirm."""
    unit, clerk = walk.unit_of(project.proposal).firm, walk.world["bureau_clerk"]
    with walk.hour(10):
        services.hand_over_contract(project=project, by=unit.admin)
        services.agree_contract(project=project, by=clerk)
        parties = list(project.parties.order_by("order"))
        for party in (one for one in parties if one.role != "bureau"):
            sign(project, party, unit.filler)
        services.hand_in_copies(project=project, by=unit.admin)
        sign(project, next(one for one in parties if one.role == "bureau"), clerk)
        services.check_copies(project=project, by=clerk)
        services.confirm_contract(project=project, by=walk.world["bureau_approver"])


def sign(project: Project, party, by) -> None:
    facts = {"signatory": "示例法人", "signed_on": clock.today(), "copy": pdf_upload()}
    services.record_copy(project=project, party=party, **facts, by=by)


def work(walk: Programme, project: Project) -> None:
    """Every stage reported and confirmed, the whole grant spent on its lines."""
    unit = walk.unit_of(project.proposal).firm
    with walk.hour(11):
        for stage in project.stages.order_by("due_on"):
            services.report_stage(
                project=project,
                stage=stage,
                report="已完成。",
                uploads=[sample_pdf("阶段证明")],
                by=unit.filler,
            )
            services.confirm_stage(project=project, stage=stage, by=walk.world["bureau_clerk"])
        invoices = [
            Invoice(
                line=line,
                source="grant",
                number=f"FP-{project.pk}-{line.code}",
                paid_on=clock.today(),
                payee="示例供应商",
                purpose="示例用途",
                amount=line.grant,
            )
            for line in project.lines.all()
            if line.grant
        ]
        services.enter_expenses(project=project, invoices=invoices, by=unit.filler)


def accept(walk: Programme, project: Project) -> ProjectFinal:
    """Its final acceptance from the unit's words to the certificate."""
    unit, world = walk.unit_of(project.proposal), walk.world
    final = ProjectFinal.objects.select_related("project__proposal__call__edition", "host").get(
        project=project
    )
    with walk.hour(12):
        texts = {part["code"]: "示例内容。" for part in final.edition.terms["final_parts"]}
        reached = [
            {"item": str(one["order"]), "reached": "达到", "met": "yes", "said": "检测报告"}
            for one in selectors.compared_targets(final)
        ]
        services.save_final(final=final, texts=texts, reached=reached, by=unit.firm.filler)
        for kind in ("final_report", "final_accounts", "final_evidence"):
            services.attach_final_files(
                final=final, kind=kind, uploads=[sample_pdf(kind)], by=unit.firm.filler
            )
        services.hand_up_final(final=final, by=unit.firm.filler)
        services.hand_in_final(final=final, by=unit.firm.admin)
        services.give_final_opinion(
            final=final, position="agrees", opinion="情况属实。", by=unit.county.staff
        )
        services.sign_final_opinion(final=final, by=unit.county.lead)
        services.entrust_final(final=final, agency=world.agency, by=world["bureau_clerk"])
        services.record_final_review(
            final=final, score=Decimal("86.50"), passed=True, opinion="建议通过。", by=world["agency"]
        )
        facts = {"outcome": "passed", "minute_number": "示例纪要〔2026〕19号", "grounds": "完成任务书约定。"}
        services.propose_final(final=final, **facts, by=world["bureau_clerk"])
        return services.pass_final(final=final, by=world["bureau_approver"])
