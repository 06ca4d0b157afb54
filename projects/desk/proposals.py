"""The desk of proposals: the unit fills in and hands in, county and bureau judge, agency and experts in between."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from projects import permissions, selectors, services
from projects.enums import OFFICE_FILES, CountyStand, FormalFinding
from projects.forms import ReasonForm
from projects.forms import proposals as forms
from projects.lifecycle import PROPOSAL
from projects.models import Proposal
from records.desk import Desk, Line, Step, register

AMONG_OFFICES = frozenset(
    {"give_opinion", "return_opinion", "propose_formal", "return_formal", "review_budget", "return_budget"}
)
"""What officers settle among themselves is not for the unit."""


def _history(user, proposal) -> Iterator[Line]:
    inside = permissions.is_inside(user, proposal)
    for line in PROPOSAL_DESK.told(user, proposal):
        if not (inside or proposal.is_blinded) or line.action not in AMONG_OFFICES:
            yield replace(line, reason="") if proposal.is_blinded else line


def _opens(user, proposal, kind: str) -> bool:
    """Annexes go with the book; what offices attached is theirs, the budget review the agency's too."""
    if kind not in OFFICE_FILES:
        return permissions.may_read_book(user, proposal)
    return permissions.may_read_lookups(user, proposal) or (
        kind == "project_budget_review" and permissions.AGENCY(user, proposal)
    )


def _papers(user):
    """Papers say whose proposal it is: not for an agency that must not learn it."""
    rows = selectors.proposals_visible_to(user)
    return rows.filter(is_blinded=False) if "is_blinded" in rows.query.annotations else rows


def _unless(column: str, value: str):
    """Hides a decision that does not follow the clerk's; the service refuses it all the same."""
    return lambda proposal: getattr(proposal, column) != value


PROPOSAL_DESK = register(
    Desk(
        name="project_proposal",
        model=Proposal,
        lifecycle=PROPOSAL,
        who=permissions.PROPOSAL_WHO,
        visible=selectors.proposals_visible_to,
        page="projects:project-proposal",
        move_page="projects:project-proposal-move",
        resource="project-proposals",
        begun=_("开始填报"),
        history=_history,
        opens_files=_opens,
        reads_papers=_papers,
        hidden={
            "sign": _unless("county_stand", CountyStand.RECOMMEND),
            "refuse": _unless("county_stand", CountyStand.REFUSE),
            "confirm_pass": _unless("formal_finding", FormalFinding.PASS),
            "confirm_supplement": _unless("formal_finding", FormalFinding.SUPPLEMENT),
            "confirm_fail": _unless("formal_finding", FormalFinding.FAIL),
        },
        steps={
            "hand_up": Step(
                services.hand_up_proposal, primary=True, consequence=_("内容锁定，交本单位管理员审核报送")
            ),
            "send_back": Step(services.send_back_proposal, ReasonForm),
            "hand_in": Step(
                services.hand_in_proposal,
                primary=True,
                consequence=_(
                    "以本单位名义报送县级科技管理部门，出具申报书，内容不能再改\n"
                    "研究内容与以往和同期的申报比对，相同较多的由县级和市科技局核实"
                ),
            ),
            "recall": Step(
                services.recall_proposal, ReasonForm, consequence=_("退回本单位修改，须在截止前重新报送")
            ),
            "county_return": Step(services.county_return_proposal, ReasonForm),
            "give_opinion": Step(
                services.give_project_opinion,
                forms.CountyStandForm,
                primary=True,
                consequence=_("送县级分管领导签发，原办理时限不变"),
            ),
            "return_opinion": Step(services.return_project_opinion, ReasonForm),
            "sign": Step(
                services.sign_project_opinion,
                primary=True,
                consequence=_("推荐意见签发，送市科技局形式审查，开始计时\n通知单位，单位可以看到意见"),
            ),
            "refuse": Step(
                services.refuse_project_opinion,
                danger=True,
                consequence=_("申报结束，出具告知书\n通知单位，单位可以看到理由"),
            ),
            "propose_formal": Step(
                services.propose_project_formal,
                forms.ProjectFormalForm,
                primary=True,
                consequence=_("交审批人员审定，原办理时限不变"),
            ),
            "return_formal": Step(services.return_project_formal, ReasonForm),
            "confirm_pass": Step(
                services.confirm_project_pass,
                forms.AgencyForm,
                primary=True,
                consequence=_("交第三方机构组织专家盲审和预算评审\n通知机构、单位和县级"),
            ),
            "confirm_supplement": Step(
                services.confirm_project_supplement,
                primary=True,
                consequence=_("一次性告知单位补正，逾期视为放弃\n补正以一次为限"),
            ),
            "confirm_fail": Step(
                services.confirm_project_fail,
                danger=True,
                consequence=_("申报结束，出具告知书，通知单位和县级"),
            ),
            "resubmit": Step(
                services.resubmit_proposal, primary=True, consequence=_("补正材料报市科技局，内容不能再改")
            ),
            "review_budget": Step(
                services.review_budget,
                forms.BudgetReviewForm,
                primary=True,
                consequence=_("预算评审意见送市科技局，供审议立项；不影响专家得分"),
            ),
            "return_budget": Step(services.return_budget_review, ReasonForm),
            "bar": Step(
                services.bar_proposal,
                ReasonForm,
                danger=True,
                consequence=_("申报终止，出具告知书；正在公示的从公示中撤下，占用的额度退回"),
            ),
            "withdraw": Step(
                services.withdraw_proposal,
                ReasonForm,
                danger=True,
                consequence=_("申报结束，不可恢复；可以另行申报"),
            ),
        },
    )
)
