from records.models import Edition


class ReviewEdition(Edition):
    """How is reviewed from a day on: composition of panels, the sheet, the pass mark (四(二), domain B1a)."""

    class Meta(Edition.Meta):
        verbose_name = "评审办法版本"
        verbose_name_plural = "评审办法版本"

    def working_days(self, key: str) -> int | None:
        """The time limit ``key`` in working days; None where the edition sets none."""
        days = self.terms.get("time_limits", {}).get(key)
        return int(days) if days is not None else None
