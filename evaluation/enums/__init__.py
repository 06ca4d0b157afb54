"""Closed lists of the room: kinds of seat on a panel, and the states of panels and of experts' assignments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Seat(TextChoices):
    """What an expert judges by; a panel is composed of these (domain B1a)."""

    TECHNICAL = "technical", _("技术专家")
    FINANCE = "finance", _("财务专家")
    MANAGEMENT = "management", _("平台与管理专家")


class TieKind(TextChoices):
    """What an expert may have had to do with a unit or a person; each is a ground of recusal."""

    EMPLOYMENT = "employment", _("曾任职")
    SHARES = "shares", _("持股")
    BOARD = "board", _("任董事、监事")
    ADVICE = "advice", _("有偿顾问")
    PUBLICATION = "publication", _("合作发表论文、共有专利")
    PROJECT = "project", _("共同承担项目")
    RELATIVE = "relative", _("亲属关系")


GROUND_OF_TIE = {
    TieKind.EMPLOYMENT: "same_employer",
    TieKind.SHARES: "interest",
    TieKind.BOARD: "interest",
    TieKind.ADVICE: "interest",
    TieKind.PUBLICATION: "cooperation",
    TieKind.PROJECT: "cooperation",
    TieKind.RELATIVE: "relative",
}
"""Under which of the edition's recusals a tie falls."""

GROUNDS_DECLARED = ("same_employer", "interest", "named", "cooperation", "relative", "staff")
"""The edition's recusals that an expert can declare; what the applicant asked for the draw alone knows."""


class ReplaceGround(TextChoices):
    """Why an expert within a panel may be replaced. Each is a fact that the portal itself can find."""

    OVERDUE = "overdue", _("时限已过而未办理")
    SUSPENDED = "suspended", _("已被暂停参加评审")
    ABSENT = "absent", _("已登记请假，至时限届满不能评审")
    NO_EXPERT = "no_expert", _("账号停用或专家资格已终止")
    CONFLICT = "conflict", _("按专家库登记须回避")


class LateAnswer(TextChoices):
    """What the bureau made of a conflict that was declared after the conclusion."""

    KEPT = "kept", _("维持评审结果")
    REDONE = "redone", _("由其他专家补评，重新汇总")


class Language(TextChoices):
    CHINESE = "zh", _("中文")
    ENGLISH = "en", _("英语")
    JAPANESE = "ja", _("日语")
    GERMAN = "de", _("德语")
    RUSSIAN = "ru", _("俄语")


class ReviewKind(TextChoices):
    """What is reviewed, by the code of its review edition; an engagement covers calls, or a kind without calls."""

    RECOGNITION = "recognition", _("认定评审")
    ACCEPTANCE = "acceptance", _("建设期验收")
    PERFORMANCE = "performance", _("三年绩效评价")
    PROJECT = "joint_project", _("联合攻关项目评审")
    PROJECT_MIDTERM = "project_midterm", _("联合攻关项目中期检查")
    PROJECT_FINAL = "project_final", _("联合攻关项目结题验收")


class EngagementState(TextChoices):
    DRAFT = "draft", _("待审批")
    IN_FORCE = "in_force", _("已生效")
    ENDED = "ended", _("已结束")
    DISCARDED = "discarded", _("已作废")


class PanelState(TextChoices):
    FORMING = "forming", _("组建中")
    PLEDGED = "pledged", _("待抽取")
    SCORING = "scoring", _("评审中")
    DISCUSSING = "discussing", _("待合议")
    CONCLUDED = "concluded", _("已汇总")
    CANCELLED = "cancelled", _("已终止")


class PackageState(TextChoices):
    PREPARING = "preparing", _("待核对")
    FROZEN = "frozen", _("已冻结")


class FileFinding(TextChoices):
    """What the search of an annex came to."""

    CLEAR = "clear", _("未检出")
    HITS = "hits", _("检出标识信息")
    UNKNOWN = "unknown", _("无法检查")


class FileChoice(TextChoices):
    """What people decided about an annex; nothing where the search alone decides."""

    ASKED = "asked", _("待第二人同意放行")
    OPENED = "opened", _("经两人同意放行")
    WITHHELD = "withheld", _("不提供")


class HitAnswer(TextChoices):
    OPEN = "open", _("待处理")
    ASKED = "asked", _("待第二人同意保留")
    MASKED = "masked", _("已替换")
    WAIVED = "waived", _("经两人同意保留")


OPEN_HITS = (HitAnswer.OPEN, HitAnswer.ASKED)


class AssignmentState(TextChoices):
    INVITED = "invited", _("待应邀")
    ACCEPTED = "accepted", _("已应邀")
    COMMITTED = "committed", _("评分中")
    RESCORING = "rescoring", _("重新评分中")
    LOCKED = "locked", _("已锁定")
    DECLINED = "declined", _("已谢绝")
    RECUSED = "recused", _("已回避")
    REPLACED = "replaced", _("已更换")
    LAPSED = "lapsed", _("逾期未应邀")
    RELEASED = "released", _("评审已终止")


WRITING_STATES = (AssignmentState.COMMITTED, AssignmentState.RESCORING)
OPEN_ASSIGNMENTS = (AssignmentState.INVITED, AssignmentState.ACCEPTED, *WRITING_STATES)
LIVE_ASSIGNMENTS = (*OPEN_ASSIGNMENTS, AssignmentState.LOCKED)
UNSIGNED_ASSIGNMENTS = (AssignmentState.INVITED, AssignmentState.ACCEPTED)
DRAWN_PANELS = (PanelState.SCORING, PanelState.DISCUSSING, PanelState.CONCLUDED)
OPEN_PANELS = (PanelState.FORMING, PanelState.PLEDGED, PanelState.SCORING, PanelState.DISCUSSING)
READING_STATES = (*WRITING_STATES, AssignmentState.LOCKED)
LEFT_ASSIGNMENTS = (
    AssignmentState.DECLINED,
    AssignmentState.RECUSED,
    AssignmentState.REPLACED,
    AssignmentState.LAPSED,
    AssignmentState.RELEASED,
)


class VisitState(TextChoices):
    PLANNED = "planned", _("已安排")
    WITNESSING = "witnessing", _("待县级见证人确认")
    WITNESSED = "witnessed", _("待登记")
    RECORDED = "recorded", _("已登记")
    DECLINED = "declined", _("单位不接受考察")
    GIVEN_UP = "given_up", _("视为放弃申报")
    CANCELLED = "cancelled", _("已取消")


class Part(TextChoices):
    """As what somebody goes to a site visit; the record of the visit in the case has the same words."""

    AGENCY = "agency", _("第三方机构")
    EXPERT = "expert", _("专家")
    COUNTY = "county", _("县级见证人")
    HOST = "host", _("申报单位")
    OTHER = "other", _("其他")


class Answer(TextChoices):
    ACCEPTED = "accepted", _("参加")
    EXCUSED = "excused", _("不能参加")


class Finding(TextChoices):
    """What was found at the place, item by item."""

    CONSISTENT = "consistent", _("符合")
    INCONSISTENT = "inconsistent", _("不符合")


class ReportState(TextChoices):
    DRAFT = "draft", _("起草中")
    HANDED = "handed", _("待审核")
    RETURNED = "returned", _("待答复")
    ACCEPTED = "accepted", _("已接收")


class AcceptanceState(TextChoices):
    """The states of an acceptance (domain B2). Two officers' steps are two states; what time alone changes is none."""

    PREPARING = "preparing", _("待申请验收")
    UNIT_REVIEW = "unit_review", _("单位审核")
    COUNTY_REVIEW = "county_review", _("县级审核")
    COUNTY_SIGNING = "county_signing", _("县级意见待签发")
    CHECKING = "checking", _("材料核查")
    PANEL_REVIEW = "panel_review", _("专家验收")
    DECISION = "decision", _("拟定结论")
    CONFIRMATION = "confirmation", _("结论待审定")
    PASSED = "passed", _("通过验收")
    CONDITIONAL = "conditional", _("限期整改")
    FAILED = "failed", _("未通过验收")
    WITHDRAWN = "withdrawn", _("已终止")


class AcceptanceOutcome(TextChoices):
    """What an acceptance can come to; the states that end it so have the same codes."""

    PASSED = "passed", _("通过验收")
    CONDITIONAL = "conditional", _("限期整改")
    FAILED = "failed", _("未通过验收")


class AcceptanceFile(TextChoices):
    """What is brought to an acceptance; the kinds under which it is kept."""

    SUMMARY = "summary_report", _("建设总结报告")
    PLAN = "implementation_plan", _("建设与运行实施方案")
    EVIDENCE = "acceptance_evidence", _("佐证材料")
    PROOF = "acceptance_integrity", _("信用查询凭证")


UNITS_FILES = (AcceptanceFile.SUMMARY, AcceptanceFile.PLAN, AcceptanceFile.EVIDENCE)
"""What the unit brings; the rest are the offices'."""
CLOSED_ACCEPTANCES = (
    AcceptanceState.PASSED,
    AcceptanceState.CONDITIONAL,
    AcceptanceState.FAILED,
    AcceptanceState.WITHDRAWN,
)
OPEN_ACCEPTANCES = tuple(state for state in AcceptanceState if state not in CLOSED_ACCEPTANCES)
