"""Questions that are asked again and again: about what, and how far an answer is on its way to the public."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionTopic(TextChoices):
    """What a question is about, in the order of an institute's life."""

    CONDITIONS = "conditions", _("申报条件")
    PROCEDURE = "procedure", _("申报和评审")
    MONEY = "money", _("资金兑现")
    EVALUATION = "evaluation", _("验收、考核和评价")
    PROJECTS = "projects", _("联合攻关")
    OTHER = "other", _("其他")


class QuestionState(TextChoices):
    """Where a question with its answer stands."""

    DRAFT = "draft", _("草稿")
    PROPOSED = "proposed", _("待审定发布")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤下")
