"""The city's targets: totals for everybody, rows for officers; what was due in a year stays as that year left it."""

import re
from datetime import UTC, date, datetime

import pytest

from accounts.models import Division
from accounts.roles import Role
from institutes.enums import AchievementKind as K
from institutes.enums import AchievementState as A
from institutes.models import Achievement
from portal.selectors import targets
from portal.views.targets import years_chart
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.achievements import AchievementFactory, publish_achievement_rules
from tests.factories.earlier import EarlierRecognitionFactory
from tests.factories.institutes import InstituteFactory, RecognitionEditionFactory, RecognitionFactory
from tests.factories.provincial import FilingFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
GROUNDS = {
    f"total.{code}": {"label": f"示例{code}", "unit": "项", "clause": "三"}
    for code in ("institutes", "achievements", "transfers")
}


@pytest.fixture(autouse=True)
def editions(db):
    publish_achievement_rules()
    RecognitionEditionFactory(kind="targets", citations=GROUNDS)


def goals() -> dict[str, targets.Goal]:
    return {goal.code: goal for goal in targets.totals(on=TODAY).goals}


def moment(year: int) -> datetime:
    return datetime(year, 6, 1, tzinfo=UTC)


def test_the_three_cumulative_targets_of_the_policy():
    assert {code: (goal.wanted, goal.due_year) for code, goal in goals().items()} == {
        "institutes": (50, 2025),
        "achievements": (100, 2025),
        "transfers": (40, 2025),
    }


def test_only_verified_achievements_of_the_right_kinds_count():
    for kind in (K.NEW_TECHNOLOGY, K.NEW_PRODUCT, K.KILLER_PRODUCT, K.TRANSFER, K.INVENTION_PATENT):
        AchievementFactory(kind=kind, state=A.VERIFIED)
    AchievementFactory(kind=K.TRANSFER, state=A.BUREAU_REVIEW)
    AchievementFactory(kind=K.NEW_PRODUCT, state=A.ANNULLED)

    found = goals()
    assert (found["achievements"].today, found["transfers"].today) == (3, 1)


def test_institutes_are_counted_net_with_the_gross_number_beside():
    RecognitionFactory()
    RecognitionFactory(suspended=True)
    RecognitionFactory(revoked=True)
    RecognitionFactory(withdrawn=True)

    assert (goals()["institutes"].today, goals()["institutes"].gross) == (2, 4)


def test_what_the_page_counts_is_what_its_link_lists(client):
    """A stopped institute counts: the directory behind the number shows it beside the others."""
    RecognitionFactory()
    RecognitionFactory(suspended=True)
    RecognitionFactory(revoked=True)

    page = client.get("/targets/").content.decode()

    [(link, number)] = re.findall(r'<a href="(/directory/[^"]*)">(\d+) ', page)
    assert int(number) == 2 == client.get(link).context["page"].paginator.count


@pytest.mark.parametrize(
    ("verified", "annulled", "at_due", "today"),
    [(2025, None, 1, 1), (2026, None, 0, 1), (2025, 2026, 1, 0), (2024, 2025, 0, 0)],
)
def test_what_was_due_stays_as_its_year_left_it(verified, annulled, at_due, today):
    case = AchievementFactory(kind=K.TRANSFER, state=A.ANNULLED if annulled else A.VERIFIED)
    row = Achievement.objects.filter(pk=case.pk)
    row.update(verified_at=moment(verified), **({"annulled_at": moment(annulled)} if annulled else {}))

    goal = goals()["transfers"]
    assert (goal.at_due, goal.today) == (at_due, today)


def test_an_institute_that_ended_after_the_due_year_stays_in_its_result():
    ended = RecognitionFactory(revoked=True)
    type(ended).objects.filter(pk=ended.pk).update(recognised_at=moment(2024))

    assert (goals()["institutes"].at_due, goals()["institutes"].today) == (1, 0)


def test_each_year_stands_against_its_band_this_one_too():
    RecognitionFactory(year=2024)

    assert [(row.year, row.recognised, row.least, row.most) for row in targets.totals(on=TODAY).years] == [
        (2026, 0, 10, 20),
        (2024, 1, 10, 20),
    ]


def test_years_before_the_policy_have_no_band_and_the_province_is_counted_by_its_documents(client):
    EarlierRecognitionFactory(state="recorded", recognised_on=date(2021, 3, 1))
    filing = FilingFactory(state="province_recognised")
    FilingFactory(state="applied_to_province")
    year = filing.document_on.year

    rows = {row.year: row for row in targets.totals(on=TODAY).years}
    assert (rows[2021].recognised, rows[2021].least, rows[2021].most) == (1, None, None)
    assert (rows[year].provincial, rows[2021].provincial) == (1, 0)
    assert targets.provincial_institutes() == 1
    client.force_login(person(Role.BUREAU_CLERK))
    page = client.get("/targets/").text
    assert "省级产业技术研究院" in page
    assert "政策施行前" in page


def test_breakdowns_add_up_to_the_total():
    AchievementFactory(state=A.VERIFIED, achieved_on=date(2025, 1, 1))
    AchievementFactory(kind=K.TRANSFER, state=A.VERIFIED)
    elsewhere = RecognitionFactory(
        institute=InstituteFactory(host=OrganisationFactory(division=Division.objects.get(code="130104")))
    )
    AchievementFactory(recognition=elsewhere, state=A.VERIFIED)
    everywhere = Division.objects.active()

    for rows in targets.breakdowns(everywhere).values():
        assert sum(row.achievements for row in rows) == goals()["achievements"].today == 2
        assert sum(row.transfers for row in rows) == goals()["transfers"].today == 1
    own = everywhere.filter(code="130104")
    assert [row.achievements for row in targets.breakdowns(own)["division"]] == [1]


def test_everybody_reads_the_totals_and_no_more(client):
    AchievementFactory(state=A.VERIFIED, title="示例不公开的名称")

    page = client.get("/targets/")

    assert page.status_code == 200
    assert "示例不公开的名称" not in page.content.decode()
    assert "achievements/?counted" not in page.content.decode()


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.COUNTY_LEAD, Role.AUDITOR, Role.FINANCE])
def test_each_number_leads_to_as_many_rows(client, role):
    case = AchievementFactory(state=A.VERIFIED)
    AchievementFactory(kind=K.TRANSFER, recognition=case.institute.recognition, state=A.VERIFIED)
    AchievementFactory(recognition=case.institute.recognition, state=A.BUREAU_REVIEW)
    client.force_login(person(role, division=case.division.code))

    page = client.get("/targets/")

    assert [table["name"] for table in page.context["tables"]] == ["division", "chain", "year"]
    for table in page.context["tables"]:
        for row in table["rows"]:
            for goal in ("achievements", "transfers"):
                asked = {"counted": "yes", "goal": goal, table["name"]: row.key}
                listed = client.get("/achievements/", asked)
                assert listed.context["total"] == getattr(row, goal)


def test_the_chart_of_years_leaves_none_out_and_says_which_came_before_the_policy():
    rows = [
        targets.Year(2026, 3, 1, 10, 20),
        targets.Year(2024, 2, 0, 10, 20),
        targets.Year(2021, 5, 0, None, None),
    ]

    chart = years_chart(rows, began=2022)

    assert [(name, [cell.said for cell in cells]) for name, cells in chart.rows] == [
        ("2021 年（政策施行前）", ["5", "0"]),
        ("2022 年", ["0", "0"]),
        ("2023 年", ["0", "0"]),
        ("2024 年", ["2", "0"]),
        ("2025 年", ["0", "0"]),
        ("2026 年", ["3", "1"]),
    ]
    assert chart.note == "政策三：每年新认定 10–20 家。"
    assert years_chart([], began=2022).rows == []


@pytest.mark.parametrize("name", ["division", "chain", "year"])
def test_the_breakdowns_are_downloaded_by_who_reads_them(client, name):
    AchievementFactory(state=A.VERIFIED, achieved_on=date(2025, 1, 1))
    address = f"/charts/targets-{name}/csv/"

    assert client.get(address).status_code == 403
    client.force_login(person(Role.AUDITOR))
    lines = b"".join(client.get(address)).decode().splitlines()
    assert lines[0].endswith(",新技术、新产品、杀手锏产品（项）,转化科技成果（项）")
    assert [line.split(",")[1:] for line in lines[1:]] == [["1", "0"]]


def test_the_page_asks_the_same_few_questions_whatever_there_is(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    client.force_login(person(Role.BUREAU_CLERK))
    AchievementFactory(state=A.VERIFIED)
    client.get("/targets/")
    with django_assert_max_num_queries(12) as few:
        client.get("/targets/")
    for kind in (K.TRANSFER, K.NEW_PRODUCT):
        AchievementFactory(kind=kind, state=A.VERIFIED)

    with django_assert_num_queries(len(few)):
        client.get("/targets/")
