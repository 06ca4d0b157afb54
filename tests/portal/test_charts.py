"""Charts: plain data, a table that says all of it, and a download that is read anew with the same rights."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory

from portal import charts
from portal.charts import Chart, Series
from tests.portal.test_ui import themes

YEARS = ("2025 年", "2026 年")
OPEN_TO_ALL = {"map", "targets-years"}
"""Charts that everybody may read; what reads any other refuses a visitor."""


def chart(**given) -> Chart:
    fields = {
        "name": "example",
        "title": "按年度认定",
        "unit": "家",
        "kind": "bar",
        "categories": YEARS,
        "series": (
            Series("新认定", (11, 1200), ("/?year=2025", "/?year=2026")),
            Series("拨付", (Decimal("1.50"), None)),
        ),
        "head": "年度",
    }
    return Chart(**(fields | given))


def shown(figure: Chart, address: str = "/") -> str:
    request = RequestFactory().get(address)
    return Template("{% load ui %}{% chart figure %}").render(Context({"request": request, "figure": figure}))


def test_the_table_says_every_figure_and_leads_to_its_rows():
    assert [(name, [(cell.said, cell.url) for cell in cells]) for name, cells in chart().rows] == [
        ("2025 年", [("11", "/?year=2025"), ("1.5", "")]),
        ("2026 年", [("1,200", "/?year=2026"), ("—", "")]),
    ]


def test_the_drawing_reads_plain_numbers_from_the_table():
    assert re.findall(r'data-value="([^"]*)"', shown(chart())) == ["11", "1.50", "1200", ""]


def test_the_sentence_says_the_most_of_each_series():
    assert chart().sentence == (
        "按年度认定，柱状图，2 项；新认定最高为2026 年 1,200 家；拨付最高为2025 年 1.5 家。完整数据见下方数据表。"
    )


@pytest.mark.parametrize(
    "given",
    [{"kind": "pie"}, {"series": (Series("少一个", (1,)),)}, {"series": (Series("少地址", (1, 2), ("/",)),)}],
    ids=["no-such-kind", "a-figure-is-lacking", "an-address-is-lacking"],
)
def test_a_chart_that_does_not_add_up_is_not_made(given):
    with pytest.raises(ValueError, match=r"kind of chart|as many figures"):
        chart(**given)


@pytest.mark.parametrize("figures", [(), (0, None)], ids=["no-category", "noughts"])
def test_nothing_is_drawn_where_there_is_nothing(figures):
    empty = chart(categories=YEARS[: len(figures)], series=(Series("新认定", figures),))

    assert empty.empty
    assert "chart__drawing" not in shown(empty)
    assert "<table" in shown(empty)


@pytest.fixture
def known(monkeypatch):
    """A chart that members alone may read, and that tells what it was asked."""
    monkeypatch.setattr(charts, "_REGISTERED", {})

    @charts.registered("example")
    def example(user, query):
        if query.get("refuse"):
            raise PermissionDenied
        return chart(title=query.urlencode(), asked=(("county", "130102"),))

    return example


def test_the_download_asks_what_the_page_asks(known):
    drawn = known(None, QueryDict("year=2026"))

    assert 'href="/charts/example/xlsx/?year=2026&amp;county=130102"' in shown(drawn, "/?year=2026")
    assert 'href="/charts/example/xlsx/?county=130102"' in shown(drawn)
    assert "/charts/" not in shown(chart(name="unknown"))


@pytest.mark.django_db
@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/charts/example/csv/", 200),
        ("/charts/example/xlsx/", 200),
        ("/charts/example/pdf/", 404),
        ("/charts/other/xlsx/", 404),
        ("/charts/example/xlsx/?refuse=yes", 403),
    ],
)
def test_a_chart_is_downloaded_with_the_rights_of_who_reads_it(client, address, status):
    assert client.get(address).status_code == status


@pytest.mark.django_db
@pytest.mark.usefixtures("known")
def test_the_downloaded_table_has_the_units_and_the_plain_figures(client):
    text = b"".join(client.get("/charts/example/csv/")).decode()

    assert text.splitlines() == ["\ufeff年度,新认定（家）,拨付（家）", "2025 年,11,1.50", "2026 年,1200,"]


def test_two_charts_never_share_a_name(known):
    with pytest.raises(ValueError, match="two charts"):
        charts.registered("example")(known)


@pytest.mark.django_db
def test_a_visitor_reads_only_charts_that_are_open_to_all():
    refused = set()
    for name, drawn in charts._REGISTERED.items():
        try:
            drawn(AnonymousUser(), QueryDict())
        except PermissionDenied:
            refused.add(name)

    assert set(charts._REGISTERED) - refused == OPEN_TO_ALL


# --- colours --------------------------------------------------------------------------------------------------------

# How people see who lack one kind of cone: Machado, Oliveira and Fernandes 2009, severity 1.0, in linear light.
CONES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
APART = 15
"""How far apart two colours are at least, in CIELAB; a difference of 2 can just be seen."""


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def lab(light: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(1, max(0, part)) for part in light)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", ["normal", "high"])
@pytest.mark.parametrize("sight", CONES)
def test_the_colours_of_charts_are_told_apart_by_everybody(theme, sight):
    colours = [themes()[theme][f"--chart-{number}"] for number in range(1, 7)]
    seen = [
        lab([sum(a * b for a, b in zip(row, linear(one), strict=True)) for row in CONES[sight]])
        for one in colours
    ]

    close = {
        (one + 1, other + 1): round(gap)
        for one in range(6)
        for other in range(one)
        if (gap := sum((a - b) ** 2 for a, b in zip(seen[one], seen[other], strict=True)) ** 0.5) < APART
    }

    assert close == {}
