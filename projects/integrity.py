"""Invariants of the joint research programme. A finding is an alarm, never a repair."""

from django.db.models import Count, F, Q, Sum

from projects.enums import ProposalState
from projects.enums.running import Source
from projects.models import Project, ProjectCall, ProjectLine, Proposal
from projects.selectors import committed_of
from records.integrity import check


@check("I24", "每次专项已定金额等于公示中和已立项项目的支持金额之和，不超过额度")
def calls_bind_what_their_proposals_get() -> list[str]:
    found = []
    for call in ProjectCall.objects.published().order_by("pk"):
        if call.committed != (total := committed_of(call)):
            found.append(f"{call}：已定 {call.committed} 元，各项目合计 {total} 元")
    return found


@check("I24", "每个已立项的申报有且只有一个项目，金额、编号、负责人一致")
def approved_proposals_are_projects() -> list[str]:
    approved = Proposal.objects.filter(state=ProposalState.APPROVED)
    lacking = approved.filter(project__isnull=True)
    loose = Project.objects.exclude(proposal__state=ProposalState.APPROVED)
    unlike = Project.objects.exclude(
        grant=F("proposal__grant"),
        number=F("proposal__project_number"),
        leader_mark=F("proposal__leader_mark"),
    )
    return [
        *(f"{one}：已立项，没有项目" for one in lacking),
        *(f"{one}：有项目，申报未立项" for one in loose),
        *(f"{one}：项目与申报不一致" for one in unlike),
    ]


@check("I24", "每个项目有且只有一个中期检查节点")
def projects_have_one_midterm() -> list[str]:
    rows = Project.objects.filter(stages__is_midterm=True).annotate(n=Count("stages")).exclude(n=1)
    without = Project.objects.exclude(pk__in=Project.objects.filter(stages__is_midterm=True).values("pk"))
    return [f"{one}：中期检查节点不是一个" for one in (*rows, *without)]


@check("I24", "任务书各科目预算之和等于项目的财政资金")
def budgets_of_projects_add_up() -> list[str]:
    rows = Project.objects.annotate(all=Sum("lines__grant")).exclude(all=F("grant")).filter(all__isnull=False)
    return [f"{one}：财政资金 {one.grant} 元，各科目合计 {one.all} 元" for one in rows]


@check("I24", "已审定的任务书各方均已签署，审定与核对不是同一人")
def confirmed_contracts_are_signed_by_all() -> list[str]:
    rows = Project.objects.contracted()
    unsigned = rows.filter(parties__signed_on__isnull=True).distinct()
    alone = rows.filter(copies_checked_by=F("contract_confirmed_by"))
    return [
        *(f"{one}：有一方没有签署文本" for one in unsigned),
        *(f"{one}：核对和审定是同一人" for one in alone),
    ]


@check("I24", "项目各科目财政资金列支不超过预算")
def no_line_is_overdrawn() -> list[str]:
    live = Q(expenses__source=Source.GRANT, expenses__voided_at__isnull=True)
    rows = ProjectLine.objects.annotate(spent=Sum("expenses__amount", filter=live)).filter(
        spent__gt=F("grant")
    )
    return [
        f"{one.project} {one}：列支 {one.spent} 元，预算 {one.grant} 元"
        for one in rows.select_related("project")
    ]
