from records.attachments import Limits
from records.models import Edition


class RecognitionEdition(Edition):
    """The rules of recognition from a day on: criteria, time limits, checklist, numbering (四(二))."""

    class Meta(Edition.Meta):
        verbose_name = "认定办法版本"
        verbose_name_plural = "认定办法版本"

    def working_days(self, key: str) -> int | None:
        """The time limit ``key`` in working days; None where the edition sets none."""
        days = self.terms.get("time_limits", {}).get(key)
        return int(days) if days is not None else None

    @property
    def upload_limits(self) -> Limits:
        """How large annexes may be, with what that rests on."""
        return Limits.of(self.terms["uploads"], self.citations.get("uploads.file_max_mb", {}))
