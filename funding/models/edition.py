"""What the policy file says about money."""

from datetime import date

from records.models import Edition

DISBURSEMENT = "disbursement"


class GrantEdition(Edition):
    """The terms of one kind of grant, or of paying grants out, from a day on (四(三) to 四(六))."""

    class Meta(Edition.Meta):
        verbose_name = "资金政策版本"
        verbose_name_plural = "资金政策版本"

    @classmethod
    def paying_out(cls, on: date) -> dict:
        """The terms of disbursement in force on that day; fails loudly where no policy is loaded."""
        return cls.objects.in_force(DISBURSEMENT, on).terms

    @classmethod
    def working_days(cls, key: str, *, on: date) -> int | None:
        """The time limit ``key`` in working days; None where the policy sets none."""
        days = cls.paying_out(on)["time_limits"].get(key)
        return int(days) if days is not None else None

    @classmethod
    def number_pattern(cls, series: str, *, on: date) -> str:
        """How numbers of ``series`` are printed."""
        return cls.paying_out(on)["numbers"][series]
