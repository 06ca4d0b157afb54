"""What the policy file says about reminders, public notices and objections."""

from datetime import date
from typing import Any

from records.models import Edition

REMINDERS = "reminders"
PUBLICITY = "publicity"
OBJECTIONS = "objections"


class ReminderEdition(Edition):
    """Offsets of reminders; how public notices are numbered and answered for; time limits of objections."""

    class Meta(Edition.Meta):
        verbose_name = "通知与公示规则"
        verbose_name_plural = "通知与公示规则"

    @classmethod
    def term(cls, kind: str, group: str, key: str, *, on: date) -> Any:
        """One value in force on that day; fails loudly where no policy is loaded."""
        return cls.objects.in_force(kind, on).terms[group][key]
