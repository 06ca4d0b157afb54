"""The desks of the map of chains and of the proposals to change it."""

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.enums import ProposalFinding
from institutes.forms import chain_proposals as proposal_forms
from institutes.forms import chains as chain_forms
from institutes.forms import officers as forms
from institutes.lifecycle import CHAIN, CHAIN_PROPOSAL
from institutes.models import ChainProposal, IndustryChain
from records.desk import Desk, Step, register

CHAIN_DESK = register(
    Desk(
        name="chain",
        model=IndustryChain,
        lifecycle=CHAIN,
        who=permissions.CHAIN_WHO,
        visible=selectors.chains_visible_to,
        page="institutes:chain",
        move_page="institutes:chain-move",
        resource="chains",
        begun=_("列入图谱"),
        steps={
            "enter_member": Step(services.enter_member, chain_forms.EnterMemberForm, primary=True),
            "import_members": Step(services.import_members, chain_forms.ImportForm),
            "add_segment": Step(services.add_segment, chain_forms.AddSegmentForm),
            "revise": Step(
                services.revise_chain,
                chain_forms.ReviseChainForm,
                consequence=_("公开图谱随即更新\n已报送的申报书仍按报送时的名称显示"),
            ),
            "revise_segment": Step(services.revise_segment, chain_forms.ReviseSegmentForm),
            "merge_segment": Step(
                services.merge_segment,
                chain_forms.MergeSegmentForm,
                danger=True,
                consequence=_("环节停用，在列企业转入并入的环节，研究院计入并入的环节\n申报书中的选择不变"),
            ),
            "retire_segment": Step(
                services.retire_segment,
                chain_forms.RetireSegmentForm,
                danger=True,
                consequence=_("环节从图谱上撤下，新的申报不能再选"),
            ),
            "revise_member": Step(
                services.revise_member,
                chain_forms.ReviseMemberForm,
                consequence=_("只更正登记错误；地位变化请用“变更企业地位”"),
            ),
            "change_role": Step(
                services.change_role,
                chain_forms.ChangeRoleForm,
                consequence=_("原地位保留起止日期，新地位从变更日期起算"),
            ),
            "end_member": Step(
                services.end_member,
                chain_forms.EndMemberForm,
                danger=True,
                consequence=_("企业从图谱上撤下，记录保留"),
            ),
            "retire": Step(
                services.retire_chain,
                forms.ReasonForm,
                danger=True,
                consequence=_("产业链从图谱上撤下，新的申报不能再选；记录保留，可以恢复"),
            ),
            "restore": Step(services.restore_chain, consequence=_("产业链连同其环节、企业恢复公开")),
        },
    )
)


def _not_favoured(finding: str):
    """Hides a decision that does not follow the check; the service refuses it all the same."""
    return lambda proposal: proposal.finding != finding


CHAIN_PROPOSAL_DESK = register(
    Desk(
        name="proposal",
        model=ChainProposal,
        lifecycle=CHAIN_PROPOSAL,
        who=permissions.PROPOSAL_WHO,
        visible=selectors.proposals_visible_to,
        page="institutes:chain-proposal",
        move_page="institutes:chain-proposal-move",
        resource="chain-proposals",
        begun=_("起草建议"),
        hidden={
            "accept": _not_favoured(ProposalFinding.ADOPT),
            "refuse": _not_favoured(ProposalFinding.REFUSE),
        },
        steps={
            "hand_up": Step(
                services.hand_up_proposal, primary=True, consequence=_("交县（市、区）分管领导审签，开始计时")
            ),
            "propose": Step(
                services.submit_proposal,
                primary=True,
                consequence=_("报送市科技局审核，开始计时\n通知市科技局经办"),
            ),
            "send_back": Step(
                services.send_back_proposal, forms.ReasonForm, consequence=_("退回县级经办修改")
            ),
            "check": Step(
                services.check_proposal,
                proposal_forms.CheckForm,
                primary=True,
                consequence=_("交市科技局另一人审定\n原办理时限不变"),
            ),
            "accept": Step(
                services.accept_proposal,
                primary=True,
                consequence=_("图谱随即按建议更新，以本建议为依据文件\n通知县级科技管理部门"),
            ),
            "refuse": Step(
                services.refuse_proposal,
                forms.ReasonForm,
                danger=True,
                consequence=_("图谱不变\n通知县级科技管理部门，告知理由"),
            ),
            "return_check": Step(
                services.return_proposal_check,
                forms.ReasonForm,
                consequence=_("退回市科技局经办重新审核\n原办理时限不变"),
            ),
            "withdraw": Step(
                services.withdraw_proposal, forms.ReasonForm, danger=True, consequence=_("建议作废，不可恢复")
            ),
        },
    )
)
