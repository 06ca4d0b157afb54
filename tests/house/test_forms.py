"""What a reviewer would otherwise have to remember about forms."""

from collections.abc import Iterator
from datetime import date

from django import forms
from django.urls import get_resolver
from django.utils import translation
from django_filters import DateFilter, FilterSet, NumberFilter, OrderingFilter

from accounts.forms.filters import SortFilter, YearFilter
from tests.house.sources import ROOMS

DAY = date(2026, 3, 9)


def descendants(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from descendants(each)


def fields_of_the_house() -> Iterator[tuple[str, forms.Field]]:
    """Every field that stands in a class of form of ours, or is a page's filter by day, with its place."""
    assert get_resolver().url_patterns  # every page is imported, and with it every form
    for form in descendants(forms.BaseForm):
        if form.__module__.split(".")[0] in ROOMS:
            for name, field in getattr(form, "base_fields", {}).items():
                yield f"{form.__module__}.{form.__name__}.{name}", field
    for filters in descendants(FilterSet):
        if filters.__module__.split(".")[0] in ROOMS and "api" not in filters.__module__.split("."):
            for name, each in filters.base_filters.items():
                if isinstance(each, DateFilter):
                    yield f"{filters.__module__}.{filters.__name__}.{name}", each.field


def boxes_for_days() -> dict[str, forms.Widget]:
    return {
        place: field.widget
        for place, field in fields_of_the_house()
        if isinstance(field.widget, forms.DateInput) or getattr(field.widget, "input_type", "") == "date"
    }


def test_the_house_asks_for_days():
    rooms = {place.split(".")[0] for place in boxes_for_days()}

    assert rooms == {"accounts", "evaluation", "funding", "institutes", "notices", "portal", "projects"}


def test_a_box_for_a_day_shows_it_as_browsers_read_it():
    """``<input type=date>`` throws away what is not ISO 8601, and a locale would write 2026/3/9."""
    with translation.override("zh-hans"):
        lost = {
            place: widget.format_value(DAY)
            for place, widget in boxes_for_days().items()
            if widget.format_value(DAY) != "2026-03-09" or widget.input_type != "date"
        }

    assert lost == {}


def test_every_list_is_sorted_so_that_its_pages_fit_together():
    assert get_resolver().url_patterns
    loose = {
        f"{filters.__module__}.{filters.__name__}.{name}"
        for filters in descendants(FilterSet)
        if filters.__module__.split(".")[0] in ROOMS
        for name, each in filters.base_filters.items()
        if isinstance(each, OrderingFilter) and not isinstance(each, SortFilter)
    }

    assert loose == set()


def test_a_list_asked_for_a_year_takes_one_of_our_century():
    """What else the address says would be no day at all (year 0, year 99999999) where a day's year is asked for."""
    assert get_resolver().url_patterns
    years = {
        f"{filters.__module__}.{filters.__name__}.{name}": isinstance(each, YearFilter)
        for filters in descendants(FilterSet)
        if filters.__module__.split(".")[0] in ROOMS
        for name, each in filters.base_filters.items()
        if isinstance(each, NumberFilter) and ("year" in name or each.lookup_expr == "year")
    }

    assert len(years) >= 15
    assert [place for place, bounded in years.items() if not bounded] == []
