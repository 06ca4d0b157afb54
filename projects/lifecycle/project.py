"""The table of moves of an approved project: its contract is negotiated, signed and confirmed (domain B6)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from projects.enums.running import CONTRACTING
from projects.enums.running import ProjectState as S
from records.lifecycle import Lifecycle, Move, State

AT_THE_BUREAU = _("市科技局核对任务书")

PROJECT = Lifecycle(
    name="project",
    states={
        S.CONTRACT_UNIT: State(
            _("任务书待单位核对"),
            role=Role.ENT_ADMIN,
            limit="contract_turn",
            applicant_label=_("请核对任务书"),
        ),
        S.CONTRACT_BUREAU: State(
            _("任务书待市科技局核对"),
            role=Role.BUREAU_CLERK,
            limit="contract_turn",
            applicant_label=AT_THE_BUREAU,
        ),
        # Due on the day by which the contract is to be signed: its service says which.
        S.SIGNING: State(_("任务书待签署"), role=Role.ENT_ADMIN, applicant_label=_("请各方签署任务书并上传")),
        S.COPIES_CHECK: State(
            _("签署文本待核对"),
            role=Role.BUREAU_CLERK,
            limit="contract_check",
            applicant_label=_("市科技局核对签署文本"),
        ),
        S.CONFIRMATION: State(
            _("任务书待审定"),
            role=Role.BUREAU_APPROVER,
            continues=True,
            applicant_label=_("市科技局核对签署文本"),
        ),
        S.RUNNING: State(_("实施中")),
        S.SUSPENDED: State(_("已中止")),
        S.ACCEPTED: State(_("已结题"), final=True),
        S.FAILED: State(_("未通过结题"), final=True),
        S.TERMINATED: State(_("已终止"), final=True),
    },
    moves={
        "hand_over": Move(_("确认文本，送市科技局"), frozenset({S.CONTRACT_UNIT}), S.CONTRACT_BUREAU),
        "hand_back": Move(_("送单位核对"), frozenset({S.CONTRACT_BUREAU}), S.CONTRACT_UNIT, reason=True),
        "agree": Move(_("同意文本，交各方签署"), frozenset({S.CONTRACT_BUREAU}), S.SIGNING),
        "reopen": Move(_("重新协商文本"), frozenset({S.SIGNING}), S.CONTRACT_UNIT, reason=True),
        "hand_in_copies": Move(_("报送签署文本"), frozenset({S.SIGNING}), S.COPIES_CHECK),
        "return_copies": Move(_("退回重新上传"), frozenset({S.COPIES_CHECK}), S.SIGNING, reason=True),
        "check_copies": Move(_("核对无误，送审定"), frozenset({S.COPIES_CHECK}), S.CONFIRMATION),
        "return_check": Move(_("退回经办复核"), frozenset({S.CONFIRMATION}), S.COPIES_CHECK, reason=True),
        "confirm_contract": Move(
            _("审定任务书"), frozenset({S.CONFIRMATION}), S.RUNNING, unlike=("copies_checked_by",)
        ),
        "accept": Move(_("通过结题验收"), frozenset({S.RUNNING}), S.ACCEPTED, system=True),
        "fail": Move(_("未通过结题验收"), frozenset({S.RUNNING}), S.FAILED, system=True),
        "suspend": Move(_("中止项目"), frozenset({S.RUNNING}), S.SUSPENDED, system=True),
        "resume": Move(_("恢复实施"), frozenset({S.SUSPENDED}), S.RUNNING, system=True),
        "terminate": Move(
            _("终止项目"), frozenset({*CONTRACTING, S.RUNNING, S.SUSPENDED}), S.TERMINATED, system=True
        ),
    },
)
