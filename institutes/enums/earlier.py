"""Institutes that the city had before the portal: how far their entry is, what proves it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EarlierState(TextChoices):
    """Where the entry of an earlier recognition stands."""

    DRAFT = "draft", _("登记中")
    CONFIRMATION = "confirmation", _("待确认")
    RECORDED = "recorded", _("已登记")
    DISCARDED = "discarded", _("已作废")


class EarlierFile(TextChoices):
    """What proves an entry."""

    RECOGNITION = "earlier_recognition", _("认定文件")
    ACCEPTANCE = "earlier_acceptance", _("验收文件")
