"""Time limits of this room, as the policy file gives them."""

from datetime import date

from records.models import Edition

TIME_LIMITS = "time_limits"
LETTERS = "letters"


class AccountEdition(Edition):
    """Working days for confirming registrations and approving roles; how long mailed links hold."""

    class Meta(Edition.Meta):
        verbose_name = "账户时限"
        verbose_name_plural = "账户时限"

    @classmethod
    def working_days(cls, key: str, *, on: date) -> int:
        """The time limit ``key`` in force on that day; without a loaded policy this fails loudly."""
        return cls.objects.in_force(TIME_LIMITS, on).terms[key]
