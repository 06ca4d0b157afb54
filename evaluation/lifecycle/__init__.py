"""The tables of moves of panels and of experts' assignments (domain B1a)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from evaluation.enums import AssignmentState as A
from evaluation.enums import EngagementState as E
from evaluation.enums import PackageState as B
from evaluation.enums import PanelState as P
from evaluation.enums import ReportState as R
from evaluation.enums import VisitState as V
from evaluation.lifecycle.acceptance import ACCEPTANCE
from evaluation.lifecycle.assessment import ASSESSMENT
from evaluation.lifecycle.performance import EVALUATION, ROUND
from records.lifecycle import Lifecycle, Move, State

__all__ = [
    "ACCEPTANCE",
    "ASSESSMENT",
    "ASSIGNMENT",
    "ENGAGEMENT",
    "EVALUATION",
    "PACKAGE",
    "PANEL",
    "REPORT",
    "ROUND",
    "VISIT",
]

ENGAGEMENT = Lifecycle(
    name="engagement",
    states={
        E.DRAFT: State(_("待审批"), role=Role.BUREAU_APPROVER, limit="engagement"),
        E.IN_FORCE: State(_("已生效")),
        E.ENDED: State(_("已结束")),
        E.DISCARDED: State(_("已作废"), final=True),
    },
    moves={
        "approve": Move(_("批准委托"), frozenset({E.DRAFT}), E.IN_FORCE, unlike=("drafted_by",)),
        "discard": Move(_("作废草稿"), frozenset({E.DRAFT}), E.DISCARDED, reason=True),
        "end": Move(_("提前结束委托"), frozenset({E.IN_FORCE}), E.ENDED, reason=True),
        "expire": Move(_("委托期满"), frozenset({E.IN_FORCE}), E.ENDED, system=True),
        "hand_over": Move(_("移交未完成的评审"), frozenset({E.ENDED}), E.ENDED, reason=True),
    },
)

PANEL = Lifecycle(
    name="panel",
    states={
        P.FORMING: State(_("待公布抽取承诺"), role=Role.AGENCY, limit="forming"),
        P.PLEDGED: State(_("待抽取专家"), role=Role.AGENCY, limit="forming", continues=True),
        P.SCORING: State(_("专家评分中"), role=Role.AGENCY, limit="scoring"),
        P.DISCUSSING: State(_("分差过大，待合议"), role=Role.AGENCY, limit="discussion"),
        P.CONCLUDED: State(_("评审已汇总"), final=True),
        P.CANCELLED: State(_("评审已终止"), final=True),
    },
    moves={
        "pledge": Move(_("公布抽取承诺"), frozenset({P.FORMING}), P.PLEDGED),
        "draw": Move(_("随机抽取专家"), frozenset({P.PLEDGED}), P.SCORING),
        "pledge_refill": Move(_("公布补抽承诺"), frozenset({P.SCORING}), P.SCORING),
        "refill": Move(_("补抽专家"), frozenset({P.SCORING}), P.SCORING),
        "flag": Move(_("分差超过提示线，转入合议"), frozenset({P.SCORING}), P.DISCUSSING, system=True),
        "resume": Move(_("专家变动，恢复评分"), frozenset({P.DISCUSSING}), P.SCORING, system=True),
        "discuss": Move(_("记录合议并开始重新评分"), frozenset({P.DISCUSSING}), P.SCORING),
        "conclude": Move(_("汇总评审结果"), frozenset({P.SCORING}), P.CONCLUDED),
        "reopen": Move(
            _("存在利益冲突，重新评定"), frozenset({P.CONCLUDED}), P.SCORING, reason=True, system=True
        ),
        "cancel": Move(
            _("申报已撤回，终止评审"),
            frozenset({P.FORMING, P.PLEDGED, P.SCORING, P.DISCUSSING}),
            P.CANCELLED,
            reason=True,
            system=True,
        ),
    },
)

PREPARING, FROZEN = frozenset({B.PREPARING}), frozenset({B.FROZEN})
PACKAGE = Lifecycle(
    name="package",
    states={
        B.PREPARING: State(_("盲审包待核对"), role=Role.BUREAU_CLERK, limit="blinding"),
        B.FROZEN: State(_("盲审包已冻结")),
    },
    moves={
        "scan": Move(_("重新扫描"), PREPARING, B.PREPARING),
        "mask": Move(_("替换检出内容"), PREPARING, B.PREPARING),
        "ask_waiver": Move(_("申请保留原文"), PREPARING, B.PREPARING, reason=True),
        "waive": Move(_("同意保留原文"), PREPARING, B.PREPARING),
        "ask_file": Move(_("申请放行附件"), PREPARING, B.PREPARING, reason=True),
        "open_file": Move(_("同意放行附件"), PREPARING, B.PREPARING),
        "withhold_file": Move(_("不提供附件"), PREPARING, B.PREPARING, reason=True),
        "freeze": Move(_("冻结并放行盲审包"), PREPARING, B.FROZEN),
        "reopen": Move(_("收回盲审包重新核对"), FROZEN, B.PREPARING, reason=True),
    },
)

UNSIGNED = frozenset({A.INVITED, A.ACCEPTED})
WRITING = frozenset({A.COMMITTED, A.RESCORING})
ASSIGNMENT = Lifecycle(
    name="assignment",
    states={
        A.INVITED: State(_("待应邀"), role=Role.EXPERT, limit="invitation"),
        A.ACCEPTED: State(_("待签署保密与回避承诺"), role=Role.EXPERT, limit="commitment"),
        A.COMMITTED: State(_("待评分"), role=Role.EXPERT, limit="scoring"),
        A.RESCORING: State(_("合议后待重新评分"), role=Role.EXPERT, limit="rescoring"),
        A.LOCKED: State(_("评分已锁定"), final=True),
        A.DECLINED: State(_("已谢绝"), final=True),
        A.RECUSED: State(_("已回避"), final=True),
        A.REPLACED: State(_("已更换"), final=True),
        A.LAPSED: State(_("逾期未应邀"), final=True),
        A.RELEASED: State(_("评审已终止"), final=True),
    },
    moves={
        "accept": Move(_("接受邀请"), frozenset({A.INVITED}), A.ACCEPTED),
        "commit": Move(_("签署保密与回避承诺"), UNSIGNED, A.COMMITTED),
        "decline": Move(_("谢绝本次评审"), UNSIGNED, A.DECLINED, reason=True),
        "recuse": Move(_("申报利益冲突并回避"), UNSIGNED | WRITING | {A.LOCKED}, A.RECUSED, reason=True),
        "declare": Move(_("汇总后申报利益冲突"), frozenset({A.LOCKED}), A.LOCKED, reason=True),
        "keep_result": Move(_("维持评审结果"), frozenset({A.LOCKED}), A.LOCKED, reason=True),
        "redo": Move(_("重新评定"), frozenset({A.LOCKED}), A.RECUSED, reason=True),
        "lock": Move(_("提交并锁定评分"), WRITING, A.LOCKED),
        "reopen": Move(_("合议后重新评分"), frozenset({A.LOCKED}), A.RESCORING, system=True),
        "keep": Move(_("维持原评分"), frozenset({A.RESCORING}), A.LOCKED),
        "replace": Move(_("更换专家"), UNSIGNED | WRITING, A.REPLACED, reason=True),
        "lapse": Move(_("逾期未应邀，由下一位递补"), UNSIGNED, A.LAPSED, system=True),
        "release": Move(_("评审终止，任务解除"), UNSIGNED | WRITING, A.RELEASED, reason=True, system=True),
    },
)

_LIVE_VISITS = frozenset({V.PLANNED, V.WITNESSING, V.WITNESSED, V.DECLINED})
VISIT = Lifecycle(
    name="site visit",
    states={
        V.PLANNED: State(_("已安排，待考察"), role=Role.AGENCY, applicant_label=_("已安排现场考察")),
        V.WITNESSING: State(
            _("待县级见证人确认"),
            role=Role.COUNTY_STAFF,
            limit="visit_witness",
            applicant_label=_("现场考察整理中"),
        ),
        V.WITNESSED: State(
            _("待登记考察结果"),
            role=Role.AGENCY,
            limit="visit_record",
            applicant_label=_("现场考察整理中"),
        ),
        V.RECORDED: State(_("考察已登记"), final=True, applicant_label=_("现场考察已完成")),
        V.DECLINED: State(
            _("单位不接受考察，待处理"),
            role=Role.BUREAU_APPROVER,
            limit="visit_refusal",
            applicant_label=_("未接受现场考察，市科技局处理中"),
        ),
        V.GIVEN_UP: State(_("拒绝考察，视为放弃申报"), final=True),
        V.CANCELLED: State(_("考察已取消"), final=True),
    },
    moves={
        "accept": Move(_("接受考察邀请"), frozenset({V.PLANNED}), V.PLANNED),
        "excuse": Move(_("不能参加考察"), frozenset({V.PLANNED}), V.PLANNED, reason=True),
        "reschedule": Move(_("改期或更换人员"), frozenset({V.PLANNED}), V.PLANNED, reason=True),
        "hand_over": Move(_("送县级见证人确认"), frozenset({V.PLANNED}), V.WITNESSING),
        "recall": Move(_("撤回修改"), frozenset({V.WITNESSING, V.WITNESSED}), V.PLANNED, reason=True),
        "confirm": Move(_("确认考察属实"), frozenset({V.WITNESSING}), V.WITNESSED),
        "send_back": Move(_("退回第三方机构更正"), frozenset({V.WITNESSING}), V.PLANNED, reason=True),
        "record": Move(_("登记考察，提交审议"), frozenset({V.WITNESSED}), V.RECORDED),
        "repeat": Move(
            _("签字专家应当回避，重新考察"), frozenset({V.RECORDED}), V.PLANNED, reason=True, system=True
        ),
        "refuse": Move(_("登记单位不接受考察"), frozenset({V.PLANNED}), V.DECLINED, reason=True),
        "resume": Move(_("责成配合，重新安排"), frozenset({V.DECLINED}), V.PLANNED, reason=True),
        "give_up": Move(
            _("认定拒绝考察，终止申报"),
            frozenset({V.DECLINED}),
            V.GIVEN_UP,
            unlike=("refused_by",),
            reason=True,
        ),
        "cancel": Move(_("申报已不在考察环节"), _LIVE_VISITS, V.CANCELLED, reason=True, system=True),
    },
)

REPORT = Lifecycle(
    name="agency report",
    states={
        # Its clock starts when the last case of the batch has left the agency, drafted or not.
        R.DRAFT: State(_("起草中"), role=Role.AGENCY),
        R.HANDED: State(_("待市科技局审核"), role=Role.BUREAU_CLERK, limit="report_check"),
        R.RETURNED: State(_("退回，待逐条答复"), role=Role.AGENCY, limit="report_answer"),
        R.ACCEPTED: State(_("已接收"), final=True),
    },
    moves={
        "hand_over": Move(_("提交评审报告"), frozenset({R.DRAFT, R.RETURNED}), R.HANDED),
        "send_back": Move(_("退回并提出问题"), frozenset({R.HANDED}), R.RETURNED),
        "accept": Move(_("接收评审报告"), frozenset({R.HANDED}), R.ACCEPTED),
        "reopen": Move(
            _("评审重新评定，报告退回更新"),
            frozenset({R.HANDED, R.ACCEPTED}),
            R.RETURNED,
            reason=True,
            system=True,
        ),
    },
)
