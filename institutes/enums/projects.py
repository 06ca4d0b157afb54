"""Science and technology projects that institutes undertake beside the programme of the city (四(七))."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProjectLevel(TextChoices):
    """By whom a project was approved."""

    NATIONAL = "national", _("国家级")
    PROVINCIAL = "provincial", _("省级")
    MUNICIPAL = "municipal", _("市级")


class ProjectPart(TextChoices):
    """In which part an institute undertakes a project."""

    LEADS = "leads", _("牵头承担")
    JOINS = "joins", _("参加承担")
