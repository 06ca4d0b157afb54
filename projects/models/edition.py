from decimal import Decimal

from records.attachments import Limits
from records.models import Edition


class ProjectEdition(Edition):
    """The rules of the joint research programme from a day on: grant, partners, months, instalments (四(六))."""

    class Meta(Edition.Meta):
        verbose_name = "联合攻关专项办法版本"
        verbose_name_plural = "联合攻关专项办法版本"

    def working_days(self, key: str) -> int | None:
        """The time limit ``key`` in working days; None where the edition sets none."""
        days = self.terms.get("time_limits", {}).get(key)
        return int(days) if days is not None else None

    @property
    def upload_limits(self) -> Limits:
        """How large files of a proposal may be, with what that rests on."""
        return Limits.of(self.terms["uploads"], self.citations.get("uploads.file_max_mb", {}))

    def money(self, key: str) -> Decimal:
        """An amount of the grant in yuan: the usual one, the least, the most."""
        return Decimal(str(self.terms["grant"][key]))
