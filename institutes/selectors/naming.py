"""Whether the name that a book gives its institute is still free."""

from django.utils.translation import gettext as _

from institutes.book.values import Fault
from institutes.models import Application, Institute

PLACE = ("basics", "institute_name")


def name_faults(application: Application, name: str) -> list[Fault]:
    """The name belongs to no other institute and no other application under way."""
    others = Application.objects.open().exclude(pk=application.pk).filter(institute_name=name)
    led_by_others = Institute.objects.filter(name=name).exclude(host=application.host_id)
    if not name or not (others.exists() or led_by_others.exists()):
        return []
    words = _("已有研究院或正在办理的申报使用这一名称，请更换。")
    return [Fault(*PLACE, _("研究院名称"), words)]
