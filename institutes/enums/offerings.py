"""What institutes offer to others, and how far an offer is on its way to the public."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OfferingKind(TextChoices):
    """The services of clause 二(二): development, advice, testing, training, and what is needed for scaling up."""

    INSTRUMENT = "instrument", _("仪器设备共享")
    TESTING = "testing", _("分析检测")
    PILOT = "pilot", _("中试熟化")
    DEVELOPMENT = "development", _("技术开发")
    CONSULTING = "consulting", _("技术咨询")
    TRAINING = "training", _("技术培训")


class OfferingState(TextChoices):
    """Where an offer stands."""

    DRAFT = "draft", _("草稿")
    CHECKING = "checking", _("待县级核对")
    PUBLISHED = "published", _("已公开")
    WITHDRAWN = "withdrawn", _("已停止")
