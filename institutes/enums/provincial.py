"""The way to the province (四(五)): where a filing stands, what an inspection concluded, what proves it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FilingState(TextChoices):
    """Where an institute stands on its way to provincial recognition."""

    DRAFT = "draft", _("草拟")
    UNIT_REVIEW = "unit_review", _("待单位报送")
    COUNTY_OPINION = "county_opinion", _("待县级意见")
    COUNTY_SIGNING = "county_signing", _("待县级签发")
    ACCEPTANCE = "acceptance", _("待受理报备")
    FILED = "filed", _("已报备，待安排考察论证")
    SCHEDULED = "inspection_scheduled", _("待考察论证")
    CONCLUDING = "concluding", _("考察论证结论待审批")
    IMPROVING = "improving", _("待单位完善")
    INSPECTED = "inspected", _("考察论证支持，待报省")
    NOT_SUPPORTED = "not_supported", _("考察论证不予支持")
    APPLIED = "applied_to_province", _("已报省，等待结果")
    RESULT_CHECK = "result_check", _("省级结果待复核")
    RECOGNISED = "province_recognised", _("省级已认定")
    NOT_RECOGNISED = "not_recognised", _("省级未认定")
    WITHDRAWN = "withdrawn", _("已撤回")


class InspectionConclusion(TextChoices):
    """What an inspection came to."""

    SUPPORT = "support", _("支持申报")
    IMPROVE = "improve", _("完善后再论证")
    NOT_SUPPORT = "not_support", _("不予支持")


class ProvincialOutcome(TextChoices):
    """What the province decided."""

    RECOGNISED = "recognised", _("认定")
    NOT_RECOGNISED = "not_recognised", _("未认定")


class FilingFile(TextChoices):
    """What proves a filing and what became of it; the kinds under which it is kept."""

    MATERIALS = "materials", _("省级产业技术研究院申报材料")
    SUPPORT = "support_letter", _("拟落地政府支持意见")
    SIGN_IN = "sign_in_sheet", _("参加人员签到表")
    RECORD = "inspection_record", _("考察论证记录和照片")
    IMPROVEMENT = "improvement_report", _("完善情况报告")
    DISPATCH = "dispatch", _("报省文件")
    PROVINCE_DOCUMENT = "province_document", _("省级文件")


class Level(TextChoices):
    """By whom an institute is recognised; what is provincial is municipal, too."""

    MUNICIPAL = "municipal", _("市级")
    PROVINCIAL = "provincial", _("省级")
