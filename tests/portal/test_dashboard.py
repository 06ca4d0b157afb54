"""Figures: of one's own county, or of the city."""

import re
from datetime import timedelta

import pytest

from accounts.divisions import PLACES
from accounts.models import Division
from accounts.roles import Role
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.funding import CountyBudgetFactory, a_disbursement, load_terms
from tests.factories.institutes import ApplicationFactory, RecognitionFactory
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db
HOME, AWAY = "130102", "130104"
ROLES = {
    Role.COUNTY_STAFF: 200,
    Role.COUNTY_LEAD: 200,
    Role.COUNTY_FIN: 200,
    Role.BUREAU_CLERK: 200,
    Role.BUREAU_APPROVER: 200,
    Role.FINANCE: 200,
    Role.AUDITOR: 200,
    Role.ENT_FILLER: 403,
    Role.ENT_ADMIN: 403,
    Role.TAX: 403,
    Role.AGENCY: 403,
    Role.EXPERT: 403,
    Role.SYSADMIN: 403,
    Role.SECADMIN: 403,
}
OF_THE_CITY = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR)


@pytest.fixture(autouse=True)
def terms(db):
    """What the policy says about money that counties keep."""
    load_terms()


def lines_of(page, code: str) -> dict[str, list]:
    """The figures of a table of the page, line by line."""
    board = page.context["board"]
    tables = [*board.tables, *(question.table for question in board.questions)]
    (table,) = [table for table in tables if table.code == code]
    return {str(line.label): [one and one.value for one in line.figures] for line in table.lines}


def on_top(page) -> dict[str, int]:
    return {one.code: one.value for question in page.context["board"].questions for one in question.figures}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_who_reads_figures(role, status, client):
    client.force_login(person(role))

    assert client.get("/dashboard/").status_code == status
    assert client.get("/dashboard/export/csv/").status_code == status
    counties = 200 if role in OF_THE_CITY else 403
    assert client.get("/dashboard/counties/").status_code == counties
    assert client.get("/dashboard/counties/csv/").status_code == counties


def test_a_county_reads_its_own_and_no_other(client):
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))

    assert client.get(f"/dashboard/{HOME}/").status_code == 200
    assert client.get(f"/dashboard/{AWAY}/").status_code == 404
    assert client.get(f"/dashboard/{AWAY}/briefing/").status_code == 404


def test_the_city_reads_each(client):
    client.force_login(person(Role.BUREAU_APPROVER))

    assert client.get(f"/dashboard/{AWAY}/").status_code == 200
    assert client.get("/dashboard/000000/").status_code == 404


def test_the_three_questions_of_a_county(client):
    a_disbursement("county_received")
    for state, code in (("county_review", HOME), ("recognised", HOME), ("reviewing", AWAY), ("draft", HOME)):
        ApplicationFactory(state=state, host=OrganisationFactory(division__code=code))
    late = {"division": Division.objects.get(code=HOME), "due_on": clock.today().replace(year=2020)}
    DeadlineFactory(holder_role=Role.COUNTY_STAFF, label="示例逾期环节", **late)
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))

    page = client.get("/dashboard/")

    assert on_top(page) == {
        "overdue": 1,
        "soon": 0,
        "leg-at_county": 200_000,
        "leg-paid": 0,
        "institutes": 1,
        "under-way": 1,
    }
    assert "示例逾期环节 · 长安区科技管理部门经办" in page.text
    assert lines_of(page, "states") == {"待推荐": [1, 0], "已认定": [1, 0]} | lines_of(page, "states")


def test_money_comes_first_for_finance_and_what_it_does_not_read_is_left_out(client):
    ApplicationFactory(state="reviewing", host=OrganisationFactory(division__code=HOME))
    client.force_login(person(Role.COUNTY_FIN, division=HOME))

    page = client.get("/dashboard/")

    assert [question.code for question in page.context["board"].questions] == ["money", "stuck", "standing"]
    assert [table.code for table in page.context["board"].tables] == ["ranks"]
    assert "/applications/" not in page.text


def test_an_institute_without_a_date_is_named_beside_what_is_due_of_the_county_itself(client):
    bare, pressed = (
        RecognitionFactory(institute__host=OrganisationFactory(division__code=HOME)).institute
        for _one in "ab"
    )
    home, soon = Division.objects.get(code=HOME), clock.today() + timedelta(days=9)
    DeadlineFactory(division=home, host=pressed.host, due_on=soon, label="示例待报送")
    DeadlineFactory(division=home, host=None, due_on=soon, label="示例县级事项")
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))

    body = client.get("/dashboard/").text

    (card,) = re.findall(r'id="institutes".*?</table>', body, re.DOTALL)
    assert re.findall(r'<th scope="row"><a[^>]*>(.*?)</a>', card) == [str(pressed), str(bare)]
    assert "示例县级事项" not in card


def test_the_city_s_finance_begins_with_the_money_too(client):
    orders = []
    for role in (Role.FINANCE, Role.BUREAU_APPROVER):
        client.force_login(person(role))
        orders.append([question.code for question in client.get("/dashboard/").context["board"].questions])

    assert orders == [["money", "stuck", "targets"], ["stuck", "money", "targets"]]


def test_a_county_reads_its_place_among_the_counties(client):
    for code, count in ((HOME, 1), (AWAY, 2)):
        for _more in range(count):
            RecognitionFactory(institute__host=OrganisationFactory(division__code=code))
    RecognitionFactory(institute__host=OrganisationFactory(division__code=HOME), revoked=True)
    client.force_login(person(Role.COUNTY_STAFF, division=HOME))

    page = client.get("/dashboard/")

    assert "全市第 2 位" in page.text
    assert on_top(page)["institutes"] == 1
    assert lines_of(page, "ranks") == {
        "在册研究院": [1, 2, 2],
        f"{clock.today().year} 年新认定": [2, 2, 1],
        "历年共认定": [2, 2, 1],
    }


def test_a_county_without_an_institute_has_no_place(client):
    client.force_login(person(Role.COUNTY_STAFF, division=HOME))

    page = client.get("/dashboard/")

    assert lines_of(page, "ranks")["在册研究院"] == [0, 0, None]
    assert "全市第" not in page.text


def test_what_a_county_set_aside_stands_beside_what_it_promised(client):
    host = OrganisationFactory(division__code=HOME)
    ApplicationFactory(state="recognised", host=host, county_support_amount="800000")
    ApplicationFactory(state="reviewing", host=host, county_support_amount="100000")
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))
    year = clock.today().year

    without = lines_of(client.get("/dashboard/"), "legs")
    CountyBudgetFactory(division=host.division, paid="100000", paid_until=clock.today())
    having = lines_of(client.get("/dashboard/"), "legs")

    assert without[f"{year} 年本级预算"] == [None, 0]
    assert having[f"{year} 年本级预算"] == [None, 500_000]
    assert having["其中已拨付"] == [None, 100_000]
    assert having["推荐时承诺的支持"] == [None, 800_000]


def test_the_city_is_narrowed_by_the_address(client):
    for code in (HOME, AWAY):
        ApplicationFactory(state="reviewing", host=OrganisationFactory(division__code=code))
    client.force_login(person(Role.AUDITOR))
    home = Division.objects.get(code=HOME)

    whole, narrowed = client.get("/dashboard/"), client.get(f"/dashboard/?division={home.pk}&year=nonsense")

    year = str(clock.today().year)
    assert [lines_of(page, "years")[year][0] for page in (whole, narrowed)] == [2, 1]
    assert "长安区" in narrowed.context["board"].title


def test_the_city_s_questions_are_drawn_county_by_county_on_maps(client):
    home = Division.objects.get(code=HOME)
    for _one in "ab":
        RecognitionFactory(institute__host=OrganisationFactory(division__code=HOME))
    DeadlineFactory(holder_role=Role.COUNTY_STAFF, division=home, due_on=clock.today().replace(year=2020))
    CountyBudgetFactory(division=home)
    client.force_login(person(Role.BUREAU_APPROVER))

    page, narrowed = client.get("/dashboard/"), client.get(f"/dashboard/?division={home.pk}")

    maps = {one.code: dict(one.figures) for one in page.context["board"].maps}
    assert {code: figures[home].value for code, figures in maps.items()} == {
        "overdue": 1,
        "own-budget": 500_000,
        "institutes": 2,
    }
    assert [figure.url for figures in maps.values() for figure in figures.values() if not figure.value] == [
        ""
    ] * (3 * (Division.objects.active().count() - 1))
    assert re.search(r'<a class="tile tile--4"[^>]*aria-label="长安区：50 万元"', page.text)
    assert page.text.count('class="tile tile--') == 3 * len(PLACES)
    assert narrowed.context["board"].maps == []


def test_a_county_that_opens_a_link_of_the_city_is_told_what_it_reads(client):
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))

    narrowed, plain = (client.get(f"/dashboard/{asked}").text for asked in ("?year=2025&chain=1", ""))

    assert "这个链接里的筛选条件没有采用，下面是长安区的全部情况。" in narrowed
    assert "没有采用" not in plain


def test_the_export_has_every_figure_of_the_page(client):
    a_disbursement("county_received")
    client.force_login(person(Role.FINANCE))

    board = client.get("/dashboard/").context["board"]
    lines = b"".join(client.get("/dashboard/export/csv/")).decode().splitlines()

    assert len(lines) == 1 + len(list(board.figures()))
    assert "钱在哪里,县级到账待拨,县级到账待拨,20.00,万元" in lines
    assert client.get("/dashboard/export/xlsx/").content[:2] == b"PK"
    assert client.get("/dashboard/export/pdf/").status_code == 404


def test_counties_that_lack_something_are_found(client):
    CountyBudgetFactory(division__code=HOME)
    client.force_login(person(Role.BUREAU_CLERK))

    whole = client.get("/dashboard/counties/?sort=-own_budget").context["table"]
    bare = client.get("/dashboard/counties/?without=budget").context["table"]

    assert str(whole.lines[0].label) == "长安区"
    assert len(bare.lines) == len(whole.lines) - 1
    assert "长安区" not in [str(line.label) for line in bare.lines]


@pytest.mark.parametrize("url", ["/dashboard/", f"/dashboard/{HOME}/", "/dashboard/counties/"])
def test_more_rows_ask_no_more_of_the_database(
    client, django_assert_num_queries, django_assert_max_num_queries, url
):
    client.force_login(person(Role.BUREAU_APPROVER))
    ApplicationFactory(state="county_review")
    client.get(url)
    with django_assert_max_num_queries(12) as few:
        client.get(url)
    for _more in range(9):
        ApplicationFactory(state="county_review")

    with django_assert_num_queries(len(few)):
        client.get(url)


def test_the_first_screen_has_six_figures(client):
    client.force_login(person(Role.COUNTY_LEAD, division=HOME))

    assert len(re.findall(r'class="stat__way"', client.get("/dashboard/").text)) == 6
