"""The tile map: where each county lies, its classes, its ranking; and what whom it shows of each measure."""

import re
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from accounts.divisions import DIVISIONS, PLACES
from accounts.models import Division
from accounts.roles import Role
from institutes.models import Recognition
from portal.selectors import measures
from portal.tilemap import CLASSES, Figure, band_of, classes, drawn
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.funding import CountyBudgetFactory, DisbursementFactory, GrantEditionFactory
from tests.factories.institutes import ApplicationFactory, InstituteFactory, RecognitionFactory
from tests.factories.projects import ProjectFactory
from tests.factories.records import DeadlineFactory

TODAY = date(2026, 11, 27)
HERE = "130102"


# --- the map as it is drawn -----------------------------------------------------------------------------------------


def test_every_division_has_a_tile_of_its_own():
    assert set(PLACES) == {division.code for division in DIVISIONS}
    assert len({(place.column, place.row) for place in PLACES.values()}) == len(PLACES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("130102", "130123"),
        ("130108", "130111"),
        ("130121", "130107"),
        ("130183", "130181"),
        ("130108", "130171"),
    ],
    ids=["changan-zhengding", "yuhua-luancheng", "jingxing-and-its-mines", "jinzhou-xinji", "yuhua-gaoxin"],
)
def test_neighbours_touch(one, other):
    first, second = PLACES[one], PLACES[other]

    assert abs(first.column - second.column) + abs(first.row - second.row) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], []),
        ([None, None], []),
        ([0, 0], [(0, "0", 2)]),
        ([7, 7], [(4, "7", 2)]),
        ([0, 1, 3, None], [(0, "0", 1), (3, "1", 1), (4, "3", 1)]),
        ([1, 2, 3, 4], [(1, "1", 1), (2, "2", 1), (3, "3", 1), (4, "4", 1)]),
        ([1, 1, 1, 1, 1, 2, 3, 4, 50], [(1, "1", 5), (2, "2", 1), (3, "3", 1), (4, "4–50", 2)]),
        (
            [Decimal("1.50"), 2, 3, 4, 5, 6, 7, 8],
            [(1, "1.5–2", 2), (2, "3–4", 2), (3, "5–6", 2), (4, "7–8", 2)],
        ),
    ],
    ids=["none", "unknown", "noughts", "one-figure", "few", "four", "ties-stay-together", "quarters"],
)
def test_classes_are_said_in_numbers(values, expected):
    assert [(band.number, band.range, band.count) for band in classes(values)] == expected


@pytest.mark.parametrize("size", [5, 9, 24])
def test_every_figure_falls_into_one_class_and_higher_ones_never_lower(size):
    values = [(at * 7) % 13 for at in range(size)]
    bands = classes(values)

    numbers = [band_of(value, bands) for value in sorted(values)]

    assert numbers == sorted(numbers)
    assert sum(band.count for band in bands) == size
    assert len([band for band in bands if band.number]) <= CLASSES


def test_the_ranking_shares_places_and_ends_with_what_is_unknown():
    figures = {code: Figure(code, place.name, 0) for code, place in PLACES.items()}
    figures |= {
        HERE: Figure(HERE, "长安区", 5),
        "130104": Figure("130104", "桥西区", 5),
        "130181": Figure("130181", "辛集市", None),
    }

    ranking = drawn("map", "有效研究院", "家", figures).ranking

    assert [(rank, figure.name) for rank, figure in ranking[:3]] == [
        (1, "长安区"),
        (1, "桥西区"),
        (3, "新华区"),
    ]
    assert (ranking[-1][0], ranking[-1][1].name) == (None, "辛集市")


def test_a_tile_says_its_figure_its_unit_or_why_there_is_none():
    figures = {
        HERE: Figure(HERE, "长安区", Decimal("1234.5"), "/x/"),
        "130104": Figure("130104", "桥西区", None, reason="不在您的查看范围"),
    }

    tiles = {tile.figure.code: tile for tile in drawn("map", "已拨到企业", "万元", figures).tiles}

    assert (tiles[HERE].label, tiles[HERE].said) == ("长安区：1,234.5 万元", "1,234")
    assert (tiles["130104"].label, tiles["130104"].said, tiles["130104"].band) == (
        "桥西区：不在您的查看范围",
        "—",
        "unknown",
    )
    assert tiles["130133"].label == "赵县：没有数据"


# --- what it shows --------------------------------------------------------------------------------------------------


def institute_in(code: str, **standing) -> Recognition:
    host = OrganisationFactory(division__code=code)
    return RecognitionFactory(institute=InstituteFactory(host=host), **standing)


@pytest.fixture
def town(db):
    """One county with rows of what is compared, and another with an institute."""
    recognition = institute_in(HERE)
    institute_in("130104")
    for standing in ("suspended", "revoked"):
        institute_in(HERE, **{standing: True})
    here = recognition.institute.division
    ApplicationFactory(host=recognition.institute.host, state="county_review")
    DisbursementFactory(award__recognition=recognition)
    CountyBudgetFactory(division=here, year=2026)
    ProjectFactory(division=here, proposal__institute=recognition.institute)
    for kind in ("institutes.application", "accounts.membership"):
        DeadlineFactory(division=here, subject_type=kind, holder_role="county_staff", due_on=date(2026, 1, 5))
    return here


def counted(user, code, **asked):
    found = measures.map_of(user, code, on=TODAY, **asked)
    return {tile.figure.code: tile.figure for tile in found.tiles}


@pytest.mark.usefixtures("town")
def test_everybody_compares_by_public_measures_only():
    anonymous = AnonymousUser()

    assert [measure.code for measure in measures.measures_open_to(anonymous)] == [
        code for code, measure in measures.MEASURES.items() if not measure.readers
    ]
    assert {code for code, figure in counted(anonymous, "institutes").items() if figure.value} == {
        HERE,
        "130104",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code, measure in measures.MEASURES.items() if measure.readers])
def test_a_visitor_signs_in_before_an_internal_measure_and_a_unit_reads_none(client, code):
    assert client.get(f"/map/?measure={code}").url.startswith("/login/")
    assert client.get(f"/charts/map/csv/?measure={code}").status_code == 403
    client.force_login(person(Role.ENT_ADMIN))
    assert client.get(f"/map/?measure={code}").status_code == 403


def test_a_county_reads_its_own_figure_and_the_city_all(town):
    Division.objects.get(code="130104")
    unit = OrganisationFactory(division__code="130104")
    CountyBudgetFactory(division=unit.division, year=2026)
    officer = person(Role.COUNTY_FIN, organisation=OrganisationFactory(kind="finance", division=town))

    mine, all_of_them = (counted(user, "own_budget", year=2026) for user in (officer, person(Role.FINANCE)))

    assert mine[HERE].value
    assert (mine["130104"].value, mine["130104"].reason) == (None, "不在您的查看范围")
    assert mine["130104"].value is None
    assert all_of_them["130104"].value
    assert all_of_them["130181"].reason == "由省直接管理，不在本平台申报"


def rows_behind(client, url: str) -> int:
    """How many rows the page has to which a figure leads."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    found = re.search(r'page-head__count">\s*共 ([\d,]+)|共 ([\d,]+)', answer.text)
    return int((found[1] or found[2]).replace(",", ""))


@pytest.mark.parametrize(
    "code", [c for c, m in measures.MEASURES.items() if m.unit in ("家", "件", "项", "个")]
)
def test_every_count_is_that_of_the_rows_it_leads_to(client, town, code):
    auditor = person(Role.AUDITOR)
    client.force_login(auditor)
    year = 2026 if measures.MEASURES[code].by_year else None

    figures = counted(auditor, code, year=year)
    known = [figure for figure in figures.values() if figure.url]

    assert known or code in ("provincial", "enterprises", "policies", "pool", "achievements", "transfers")
    assert all(figure.url for figure in figures.values() if figure.value)
    assert [figure.value for figure in known] == [rows_behind(client, figure.url) for figure in known]


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("asked", ["", "?measure=recognised&year=2026", "?measure=nonsense&year=never"])
def test_the_page_shows_map_and_table_alike(client, asked):
    text = client.get(f"/map/{asked}").text

    assert text.count('class="tile tile--') == len(PLACES)
    assert text.count('<tr><td class="num">') == len(PLACES)


@pytest.mark.usefixtures("town")
def test_the_table_is_downloaded_as_it_is_shown(client):
    lines = b"".join(client.get("/charts/map/csv/?measure=institutes")).decode().splitlines()

    assert lines[:2] == ["\ufeff县（市、区）,有效研究院（家）", f"{Division.objects.get(code=HERE)},1"]
    assert len(lines) == 1 + len(PLACES)


@pytest.mark.usefixtures("town")
def test_one_question_to_the_database_whichever_the_measure(django_assert_max_num_queries):
    auditor = person(Role.AUDITOR)
    for code in measures.MEASURES:
        with django_assert_max_num_queries(4):
            measures.map_of(auditor, code, on=TODAY)


def test_what_is_late_is_what_the_reader_may_know_of(client, town):
    clerk, finance = person(Role.BUREAU_CLERK), person(Role.FINANCE)

    figures = [counted(one, "late")[HERE] for one in (clerk, finance)]

    assert [figure.value for figure in figures] == [1, 0]
    client.force_login(clerk)
    assert rows_behind(client, figures[0].url) == 1


def test_the_address_of_the_rows_asks_for_county_and_year():
    division = Division(pk=7, code=HERE)

    assert (
        measures.MEASURES["recognised"].rows_of(division, 2026)
        == f"/directory/?division={HERE}&standing=all&year=2026"
    )
    assert QueryDict(urlsplit(measures.MEASURES["applied"].rows_of(division, None)).query).dict() == {
        "division": "7",
        "standing": "received",
    }


@pytest.mark.parametrize(
    "code", [code for code, measure in measures.MEASURES.items() if measure.unit == "万元"]
)
def test_every_sum_is_that_of_the_rows_it_leads_to(client, town, code):
    GrantEditionFactory(kind="disbursement")
    auditor = person(Role.AUDITOR)
    client.force_login(auditor)

    figure, of_year = counted(auditor, code)[HERE], counted(auditor, code, year=2026)[HERE]
    rows = client.get(figure.url).context["page"].object_list if figure.url else []

    assert figure.value * 10_000 == sum(row.amount for row in rows)
    assert figure.value or code in ("at_county", "paid")
    assert of_year.value == figure.value
    if measures.MEASURES[code].by_year and code != "paid":
        assert "year=2026" in of_year.url
        assert counted(auditor, code, year=2025)[HERE].value == 0
