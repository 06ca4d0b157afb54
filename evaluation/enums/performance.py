"""Closed lists of the three-year performance evaluation: how far it is, how a round stands, what was granted apart."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EvaluationState(TextChoices):
    """The states of one evaluation (domain B4). Two officers' steps are two states."""

    SELF_REPORT = "self_report", _("单位自评")
    UNIT_REVIEW = "unit_review", _("单位审核")
    EXEMPTION = "exemption", _("缓评、视同合格待审定")
    COUNTY_REVIEW = "county_review", _("县级审核")
    COUNTY_SIGNING = "county_signing", _("县级意见待签发")
    TAX_FILL = "tax_fill", _("税务填报")
    FINANCE_FILL = "finance_fill", _("财政核查")
    CHECKING = "checking", _("诚信核查")
    PANEL_REVIEW = "panel_review", _("专家评分")
    GRADING = "grading", _("评定等次")
    CONFIRMATION = "confirmation", _("等次待审定")
    PUBLICITY = "publicity", _("公示")
    FINAL = "final", _("已公布")
    RECTIFY = "rectify", _("限期整改")
    FAILED = "failed", _("再评不合格")
    DEFERRED = "deferred", _("缓评")
    ABSENT = "absent", _("未参加评价")
    WITHDRAWN = "withdrawn", _("已终止")


UNWRITTEN_EVALUATIONS = (EvaluationState.SELF_REPORT, EvaluationState.UNIT_REVIEW, EvaluationState.EXEMPTION)
"""Still with the unit: nothing was handed in."""
GRADED_STATES = (EvaluationState.FINAL, EvaluationState.RECTIFY, EvaluationState.FAILED)
"""Ended with a grade that was published."""
CLOSED_EVALUATIONS = (
    *GRADED_STATES,
    EvaluationState.DEFERRED,
    EvaluationState.ABSENT,
    EvaluationState.WITHDRAWN,
)
OPEN_EVALUATIONS = tuple(state for state in EvaluationState if state not in CLOSED_EVALUATIONS)


class RoundState(TextChoices):
    """How far a yearly round is: its evaluations are under way, graded together, shown to everybody, released; or it
    ended with nobody left to grade.
    """

    OPEN = "open", _("评价中")
    GRADING = "grading", _("等次待审定")
    PUBLICITY = "publicity", _("公示中")
    FINAL = "final", _("已公布")
    CLOSED = "closed", _("已结束，无评价结果")


class EvaluationGrade(TextChoices):
    """What an evaluation can come to; which of them there are, and from how many points, an edition says."""

    EXCELLENT = "excellent", _("优秀")
    GOOD = "good", _("良好")
    PASS = "pass", _("合格")
    FAIL = "fail", _("不合格")


class Exemption(TextChoices):
    """Why an institute is not scored in a round: it is put off once, or the province evaluated it in the cycle."""

    DEFERRAL = "deferral", _("缓评")
    PROVINCIAL = "provincial", _("周期内已参加省级评价，视同合格")


class EvaluationFile(TextChoices):
    """What is brought to an evaluation; the kinds under which it is kept."""

    EVIDENCE = "evaluation_evidence", _("自评佐证材料")
    EXEMPTION = "evaluation_exemption", _("缓评、视同合格依据")
    PROOF = "evaluation_integrity", _("信用查询凭证")
    ACCIDENT = "evaluation_accident", _("事故认定材料")
