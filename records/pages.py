"""Pages of lists that may get very long: a page far down costs what the first one costs.

Counting stops at ``MOST``: up to there pages have numbers, and a number's rows are found by their keys before anything
else is read of them. Behind that, a list in its usual order, the newest first, goes on from key to key (``?before=``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.utils.functional import cached_property

MOST = 10_000
NEWEST_FIRST = ("-pk",)


class LongPage(Page):
    """Rows of a list with the keys from which earlier and later ones go on, where they have no number."""

    previous_key: int | None = None
    next_key: int | None = None

    @property
    def is_numbered(self) -> bool:
        return self.number > 0

    def has_next(self) -> bool:
        return self.next_key is not None or (self.is_numbered and super().has_next())

    def has_previous(self) -> bool:
        return self.previous_key is not None or (self.is_numbered and super().has_previous())


class LongPaginator(Paginator):
    """Pages of a queryset whose rows are counted up to ``MOST``."""

    @cached_property
    def _counted(self) -> int:
        return self.object_list.order_by().values("pk")[: MOST + 1].count()

    @property
    def count(self) -> int:
        return min(self._counted, MOST)

    @property
    def is_capped(self) -> bool:
        """Whether there are more than were counted."""
        return self._counted > MOST

    @property
    def goes_by_key(self) -> bool:
        """Whether the list is in its usual order, the newest first."""
        query = self.object_list.query
        return (
            query.default_ordering
            and not query.order_by
            and tuple(self.object_list.model._meta.ordering) == NEWEST_FIRST
        )

    def page(self, number: Any) -> LongPage:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        every = self.object_list
        rows = every.filter(pk__in=every.values("pk")[first:last]) if first else every[:last]
        page = LongPage(rows, number, self)
        if self.is_capped and self.goes_by_key and number == self.num_pages:
            page.object_list = list(rows)
            page.next_key = page.object_list[-1].pk
        return page

    def before(self, key: int) -> LongPage:
        """The rows that are older than that one."""
        rows = list(self.object_list.filter(pk__lt=key)[: self.per_page + 1])
        if not rows:
            return self.page(self.num_pages)
        more = len(rows) > self.per_page
        return self._keyed(rows[: self.per_page], newer=True, older=more)

    def after(self, key: int) -> LongPage:
        """The rows that are newer than that one; the first page where nothing is newer than they."""
        rows = list(self.object_list.filter(pk__gt=key).order_by("pk")[: self.per_page + 1])
        if len(rows) <= self.per_page:
            return self.page(1)
        return self._keyed(rows[self.per_page - 1 :: -1], newer=True, older=True)

    def _keyed(self, rows: Sequence[models.Model], *, newer: bool, older: bool) -> LongPage:
        page = LongPage(rows, 0, self)
        page.previous_key = rows[0].pk if newer else None
        page.next_key = rows[-1].pk if older else None
        return page


def page_of(rows: models.QuerySet, asked: Mapping[str, str], *, per_page: int) -> LongPage:
    """The page that an address asks for: by its number, or going on from a row."""
    paginator = LongPaginator(rows, per_page)
    for way in ("before", "after"):
        key = asked.get(way, "")
        if key.isdecimal() and len(key) < 19 and paginator.goes_by_key:
            return getattr(paginator, way)(int(key))
    return paginator.get_page(asked.get("page"))
