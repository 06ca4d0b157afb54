from records.models import Edition


class ReviewEdition(Edition):
    """How is reviewed from a day on: composition of panels, the sheet, the pass mark (四(二), domain B1a)."""

    class Meta(Edition.Meta):
        verbose_name = "评审办法版本"
        verbose_name_plural = "评审办法版本"

    @property
    def sheet(self) -> list[dict]:
        """What experts give points for: the dimensions, or the part of them that is theirs to judge."""
        return self.terms.get("sheet") or self.terms["dimensions"]

    @property
    def anchored_sheet(self) -> list[dict]:
        """The sheet with what earns how many points on each item (``anchors``), the best level first."""
        found: dict[str, list[dict]] = {}
        for anchor in self.terms.get("anchors", ()):
            found.setdefault(anchor["dimension"], []).append(anchor)
        return [item | {"anchors": found.get(item["code"], [])} for item in self.sheet]

    @property
    def sizes(self) -> list[int]:
        """Of how many experts a panel may be, the usual number first."""
        terms = self.terms["panel"]
        return list(dict.fromkeys([int(terms["size"]), *map(int, terms.get("sizes", []))]))

    @property
    def is_blind(self) -> bool:
        """Whether experts and agency must not know whose case it is; so it is where the edition is silent."""
        return bool(self.terms.get("panel", {}).get("blind", True))

    @property
    def needs_visit(self) -> bool:
        """Whether who passes is visited before anything is decided."""
        return "site_visit" in self.terms

    def working_days(self, key: str) -> int | None:
        """The time limit ``key`` in working days; None where the edition sets none."""
        days = self.terms.get("time_limits", {}).get(key)
        return int(days) if days is not None else None
