"""The desks of this room: what pages and API need to let a person act on a call, a case, a decision, an objection."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.enums import OFFICE_KINDS, CountyFile, CountyProposal, FormalFinding, ProposalFinding
from institutes.forms import chain_proposals as proposal_forms
from institutes.forms import chains as chain_forms
from institutes.forms import officers as forms
from institutes.forms.decisions import ReleaseForm
from institutes.lifecycle import APPLICATION, CALL, CHAIN, CHAIN_PROPOSAL, DECISION_BATCH
from institutes.models import Application, Call, ChainProposal, DecisionBatch, IndustryChain
from notices.enums import InquiryState
from notices.lifecycle import INQUIRY, OBJECTION
from notices.models import Inquiry, Objection
from notices.permissions import WHO_INQUIRY, WHO_OBJECTION
from notices.selectors import inquiries_visible_to, objections_visible_to
from notices.services import (
    answer_inquiry,
    ask_for_original,
    ask_unit,
    extend_objection,
    propose_finding,
    receive_original,
    send_back_finding,
)
from records.desk import Desk, Step, register

CALL_DESK = register(
    Desk(
        name="call",
        model=Call,
        lifecycle=CALL,
        who=permissions.CALL_WHO,
        visible=selectors.calls_visible_to,
        page="institutes:call",
        move_page="institutes:call-move",
        resource="calls",
        steps={
            "publish": Step(
                services.publish_call,
                primary=True,
                consequence=_("通知全部申报单位和县级科技管理部门\n到申报开始时间即可填报"),
            ),
            "discard": Step(
                services.discard_call, forms.ReasonForm, danger=True, consequence=_("草稿作废，不可恢复")
            ),
        },
    )
)


def _not_proposed(proposal: str):
    """Hides a signature that does not follow the draft; the service refuses it all the same."""
    return lambda application: application.county_proposal != proposal


def _not_found(finding: str):
    """Hides the confirmations that do not follow the finding."""
    return lambda application: application.formal_finding != finding


def _history(user, application):
    """The unit and the agency do not read what officers draft among themselves; nor, blinded, any reasons."""
    outside = application.is_blinded or permissions.may_apply_for(user, application.host)
    for line in APPLICATION_DESK.told(user, application):
        if not (outside and line.action in selectors.INTERNAL_MOVES):
            yield replace(line, reason="") if application.is_blinded else line


def _history_of_objection(user, objection):
    """Who made it stands nowhere in its history: it came in by itself."""
    for line in OBJECTION_DESK.told(user, objection):
        yield line if line.from_state else replace(line, actor=str(_("异议人")))


def _opens(user, application, kind: str) -> bool:
    """Annexes say whose application it is; what an agency brought back from the visit is for the offices."""
    if kind in OFFICE_KINDS:
        own = kind in CountyFile.values and not permissions.may_read_integrity(user, application)
        return not own and not permissions.may_apply_for(user, application.host)
    return not application.is_blinded


def _never(user, objection, kind: str) -> bool:
    """What came with an objection may name its author: it is opened on a page of its own, which records it."""
    return False


def _is_asking(objection) -> bool:
    """Whether a question to the unit is open: there is one at a time."""
    return objection.inquiries.filter(state=InquiryState.ASKED).exists()


def _was_asked_for(objection) -> bool:
    return objection.original_asked_at is not None


def _runs(application) -> bool:
    """Whether the public notice still runs: recognition is no button before its end."""
    return not selectors.is_publicity_over(application)


APPLICATION_DESK = register(
    Desk(
        name="application",
        model=Application,
        lifecycle=APPLICATION,
        who=permissions.APPLICATION_WHO,
        visible=selectors.applications_visible_to,
        page="institutes:application",
        move_page="institutes:application-move",
        resource="applications",
        begun=_("开始填报"),
        history=_history,
        opens_files=_opens,
        reads_papers=selectors.applications_read_openly_by,
        kept_papers={"application_book": selectors.applications_with_book},
        hidden={
            "sign_recommendation": _not_proposed(CountyProposal.RECOMMEND),
            "refuse_recommendation": _not_proposed(CountyProposal.REFUSE),
            "confirm_pass": _not_found(FormalFinding.PASS),
            "confirm_supplement": _not_found(FormalFinding.SUPPLEMENT),
            "confirm_fail": _not_found(FormalFinding.FAIL),
            "recognise": _runs,
        },
        steps={
            "submit": Step(
                services.submit_application,
                primary=True,
                consequence=_("锁定申报书，生成版本快照\n交本单位管理员审核"),
            ),
            "unit_approve": Step(
                services.approve_application,
                primary=True,
                consequence=_("生成受理号\n报送县级科技管理部门，并通知其经办人员"),
            ),
            "unit_return": Step(
                services.return_to_filler, forms.ReturnForm, consequence=_("申报书解锁，由填报人修改")
            ),
            "propose_recommendation": Step(
                services.propose_recommendation,
                forms.RecommendationForm,
                primary=True,
                consequence=_("交县（市、区）分管领导签发\n原办理时限不变"),
            ),
            "county_return": Step(
                services.county_return,
                forms.ReturnForm,
                consequence=_("申报书解锁，退回申报单位修改\n通知申报单位，逐条列明理由"),
            ),
            "sign_recommendation": Step(
                services.sign_recommendation,
                primary=True,
                consequence=_("出具推荐函并编号\n送市科技局形式审查，开始计时\n通知申报单位和市科技局经办"),
            ),
            "refuse_recommendation": Step(
                services.refuse_recommendation,
                forms.ReasonForm,
                danger=True,
                consequence=_("本次申报结束，不可恢复\n出具结果告知书，告知申报单位理由"),
            ),
            "send_back_recommendation": Step(
                services.send_back_recommendation,
                forms.ReasonForm,
                consequence=_("退回县级经办重拟意见\n原办理时限不变"),
            ),
            "propose_formal": Step(
                services.propose_formal,
                forms.FormalForm,
                primary=True,
                consequence=_("交市科技局审批人审定\n原办理时限不变"),
            ),
            "confirm_pass": Step(
                services.confirm_pass,
                forms.EngageForm,
                primary=True,
                consequence=_("交第三方机构组织评审，开始计时\n通知申报单位和第三方机构"),
            ),
            "confirm_supplement": Step(
                services.confirm_supplement,
                primary=True,
                consequence=_("出具补正通知书，一次性告知全部事项\n申报书解锁，开始补正计时；逾期视为放弃"),
            ),
            "confirm_fail": Step(
                services.confirm_fail,
                danger=True,
                consequence=_("本次申报结束，不可恢复\n出具结果告知书，告知申报单位理由"),
            ),
            "send_back_formal": Step(
                services.send_back_formal,
                forms.ReasonForm,
                consequence=_("退回市科技局经办复核\n原办理时限不变"),
            ),
            "resubmit": Step(
                services.resubmit_application,
                primary=True,
                consequence=_("锁定申报书，生成新版本\n市科技局继续形式审查；补正只有一次机会"),
            ),
            "record_visit": Step(
                services.record_visit,
                forms.VisitForm,
                primary=True,
                consequence=_("提交市科技局局务会审议，开始计时\n通知申报单位"),
            ),
            "recognise": Step(
                services.recognise_application,
                primary=True,
                consequence=_("认定为市级产业技术研究院，生成证书编号和认定证书\n列入名录，系统提出建设资金"),
            ),
            "withdraw": Step(
                services.withdraw_application,
                forms.ReasonForm,
                danger=True,
                consequence=_("本次申报结束，不可恢复\n通知当前办理人"),
            ),
        },
    )
)


DECISION_DESK = register(
    Desk(
        name="batch",
        model=DecisionBatch,
        lifecycle=DECISION_BATCH,
        who=permissions.BATCH_WHO,
        visible=selectors.batches_visible_to,
        page="institutes:decision-batch",
        move_page="institutes:decision-batch-move",
        resource="decisions",
        begun=_("拟定审议决定"),
        steps={
            "release": Step(
                services.release_decisions,
                ReleaseForm,
                primary=True,
                keyed=True,
                consequence=_(
                    "列入名单的各项即日公示，公示期满无异议的自动认定\n不予认定的各项结束，出具结果告知书\n通知同时发给各申报单位，不可撤回"
                ),
            ),
            "discard": Step(
                services.discard_decisions,
                forms.ReasonForm,
                danger=True,
                consequence=_("本份决定作废，所列申报可另行拟定\n申报单位不会收到任何通知"),
            ),
        },
    )
)


OBJECTION_DESK = register(
    Desk(
        name="objection",
        model=Objection,
        lifecycle=OBJECTION,
        who=WHO_OBJECTION,
        visible=objections_visible_to,
        page="notices:objection",
        move_page="notices:objection-move",
        resource="objections",
        begun=_("收到异议"),
        history=_history_of_objection,
        opens_files=_never,
        hidden={"ask_unit": _is_asking, "ask_original": _was_asked_for},
        steps={
            "accept": Step(
                services.take_up_objection,
                primary=True,
                consequence=_("该公示事项暂停计时，其他事项不受影响\n通知申报单位（不透露异议人）"),
            ),
            "ask_original": Step(
                ask_for_original,
                forms.OriginalForm,
                consequence=_("受理审查暂停，另行计算补交期限\n异议人在回执页面看到要求"),
            ),
            "receive_original": Step(
                receive_original, primary=True, consequence=_("恢复受理审查，期限重新计算")
            ),
            "refuse": Step(
                services.refuse_objection,
                forms.RequiredReplyForm,
                danger=True,
                consequence=_("答复异议人，公示照常进行"),
            ),
            "ask_unit": Step(
                ask_unit,
                forms.QuestionForm,
                consequence=_("通知单位管理员在期限内说明\n单位只看到您写的文字；查核期限不变"),
            ),
            "extend": Step(extend_objection, forms.ReasonForm, consequence=_("查核期限顺延一次")),
            "propose": Step(propose_finding, forms.FindingForm, primary=True, consequence=_("交审批人审定")),
            "send_back": Step(send_back_finding, forms.ReasonForm, consequence=_("退回经办重新查核")),
            "dismiss": Step(
                services.dismiss_objection,
                forms.ReplyForm,
                primary=True,
                consequence=_("答复异议人\n公示恢复计时"),
            ),
            "partly": Step(
                services.partly_uphold_objection,
                forms.PartlyForm,
                consequence=_("答复异议人\n该事项更正后重新公示，公示期重新计算"),
            ),
            "uphold": Step(
                services.uphold_objection,
                forms.ReplyForm,
                danger=True,
                consequence=_("答复异议人\n该申报不予认定，从公示中撤下，不可恢复"),
            ),
        },
    )
)


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


INQUIRY_DESK = register(
    Desk(
        name="inquiry",
        model=Inquiry,
        lifecycle=INQUIRY,
        who=WHO_INQUIRY,
        visible=inquiries_visible_to,
        page="notices:inquiry",
        move_page="notices:inquiry-move",
        resource="inquiries",
        begun=_("请单位说明情况"),
        steps={
            "answer": Step(
                answer_inquiry,
                forms.AnswerForm,
                primary=True,
                consequence=_("提交市科技局查核，提交后不能修改"),
            )
        },
    )
)
