"""Invariants of the joint research programme. A finding is an alarm, never a repair."""

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from projects.enums import ProposalState
from projects.enums.changes import CARRIED_OUT, ProjectChangeKind
from projects.enums.running import Source
from projects.models import ContractVersion, Project, ProjectCall, ProjectChange, ProjectLine, Proposal
from projects.selectors import committed_of
from records.integrity import check


@check("I24", "每次专项已定金额等于公示中和已立项项目的支持金额之和，不超过额度")
def calls_bind_what_their_proposals_get() -> list[str]:
    found = []
    for call in ProjectCall.objects.published().order_by("pk"):
        if call.committed != (total := committed_of(call)):
            found.append(f"{call}：已定 {call.committed} 元，各项目合计 {total} 元")
    return found


@check("I24", "每个已立项的申报有且只有一个项目，金额、编号一致")
def approved_proposals_are_projects() -> list[str]:
    approved = Proposal.objects.filter(state=ProposalState.APPROVED)
    lacking = approved.filter(project__isnull=True)
    loose = Project.objects.exclude(proposal__state=ProposalState.APPROVED)
    unlike = Project.objects.exclude(grant=F("proposal__grant"), number=F("proposal__project_number"))
    return [
        *(f"{one}：已立项，没有项目" for one in lacking),
        *(f"{one}：有项目，申报未立项" for one in loose),
        *(f"{one}：项目与申报不一致" for one in unlike),
    ]


@check("I24", "项目负责人、期限与立项或者最近一次变更一致，变更前后有两版任务书")
def projects_are_what_their_changes_made_them() -> list[str]:
    """The leader of the approval or of the last change, the months of the approval and of all that was added."""
    carried_out = ProjectChange.objects.carried_out().filter(project=OuterRef("pk")).order_by("-state_since")
    named = carried_out.filter(kind=ProjectChangeKind.LEADER).values("leader_mark")[:1]
    added = Sum("changes__months", filter=Q(changes__state__in=CARRIED_OUT))
    rows = Project.objects.annotate(
        should=Coalesce(Subquery(named), "proposal__leader_mark"), added=Coalesce(added, 0)
    )
    versions = ContractVersion.objects.filter(
        project=OuterRef("project"), number=OuterRef("contract_version")
    )
    return [
        *(f"{one}：负责人与立项、变更不一致" for one in rows.exclude(leader_mark=F("should"))),
        *(
            f"{one}：实施期限与立项、变更不一致"
            for one in rows.exclude(months=F("proposal__months") + F("added"))
        ),
        *(
            f"{one}：变更后没有新一版任务书"
            for one in ProjectChange.objects.carried_out().exclude(Exists(versions))
        ),
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
