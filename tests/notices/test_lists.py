"""Lists of objections and of public notices: searched, filtered, sorted, turned over, and taken away as they are."""

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_token
from records import clock
from tests.factories.accounts import person
from tests.factories.notices import MONDAY, ObjectionFactory, PublicNoticeFactory, PublicNoticeItemFactory
from tests.factories.records import DeadlineFactory
from tests.notices.test_views import SECRETS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
OBJECTIONS, NOTICES = "/api/v1/objections/", "notices:publicity-list"


@pytest.fixture(autouse=True)
def _monday():
    with clock.at(MONDAY):
        yield


@pytest.fixture
def clerk(client):
    user = person(Role.BUREAU_CLERK)
    client.force_login(user)
    return user


def table(client, name: str, **asked) -> list[list[str]]:
    """The rows of an export, without its head."""
    answer = client.get(reverse(name, args=["csv"]), asked)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))[1:]


def due(objection, days: int) -> None:
    DeadlineFactory(subject=objection, due_on=clock.today() + timedelta(days=days))


# --- objections -----------------------------------------------------------------------------------------------------


def three():
    """One received and late, one being looked into, one decided."""
    late = ObjectionFactory(item__name="示例甲院", filed_at=MONDAY - timedelta(days=3))
    due(late, -1)
    handled = ObjectionFactory(item__name="示例乙院", accepted=True, filed_at=MONDAY - timedelta(days=2))
    due(handled, 5)
    decided = ObjectionFactory(item__name="示例丙院", decided=True, filed_at=MONDAY - timedelta(days=1))
    return late, handled, decided


ASKED = [
    ({}, [2, 1, 0]),
    ({"q": "甲院"}, [0]),
    ({"state": "accepted"}, [1]),
    ({"finding": "dismiss"}, [2]),
    ({"overdue": "yes"}, [0]),
    ({"q": "示例", "state": "dismissed", "finding": "dismiss"}, [2]),
    ({"q": "甲院", "state": "accepted"}, []),
    ({"sort": "filed"}, [0, 1, 2]),
    ({"sort": "due", "q": "院", "overdue": "yes"}, [0]),
]


@pytest.mark.parametrize(("asked", "wanted"), ASKED)
def test_objections_are_narrowed_alike_on_page_in_export_and_by_program(client, clerk, asked, wanted):
    rows = three()
    numbers = [rows[n].number for n in wanted]

    page = client.get(reverse("notices:objection-list"), asked).text
    shown = sorted((page.index(row.number), row.number) for row in rows if row.number in page)
    api = APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=clerk)}")

    assert [number for _place, number in shown] == numbers
    assert [row[0] for row in table(client, "notices:objection-export", **asked)] == numbers
    assert [row["number"] for row in api.get(OBJECTIONS, asked).json()["results"]] == numbers


def test_the_export_of_objections_tells_what_the_list_does_and_names_nobody(client, clerk):
    _late, _handled, decided = three()
    item = decided.item

    row = table(client, "notices:objection-export", state="dismissed")[0]
    book = b"".join(client.get(reverse("notices:objection-export", args=["xlsx"])))

    assert row[:6] == [decided.number, item.notice.number, item.name, item.host_name, item.county, "个人"]
    assert row[6:] == ["2026-11-22 09:00", "异议不成立", "", "异议不成立", "2026-11-23 09:00"]
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    told = str(table(client, "notices:objection-export")) + sheet
    assert decided.number in sheet
    assert [secret for secret in (*SECRETS, decided.grounds, decided.receipt_code) if secret in told] == []


def test_a_search_finds_nobody_by_name(client, clerk):
    three()

    for secret in SECRETS:
        assert table(client, "notices:objection-export", q=secret) == []


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.SYSTEM, Role.BUREAU_CLERK, Role.BUREAU_APPROVER)]
)
def test_nobody_else_takes_objections_away(client, role):
    ObjectionFactory()
    client.force_login(person(role))

    assert client.get(reverse("notices:objection-export", args=["csv"])).status_code == 403


def test_more_objections_than_a_page_holds_are_turned_over(client, clerk):
    ObjectionFactory.create_batch(26)

    first, second = (client.get(reverse("notices:objection-list"), {"page": n}).text for n in (1, 2))

    assert (first.count("<tr data-href"), second.count("<tr data-href")) == (25, 1)
    assert len(table(client, "notices:objection-export")) == 26


@pytest.mark.parametrize("name", ["notices:objection-export", "notices:publicity-export"])
def test_another_kind_of_file_is_not_found(client, clerk, name):
    assert client.get(reverse(name, args=["pdf"])).status_code == 404


# --- public notices -------------------------------------------------------------------------------------------------


def notices():
    """One that runs with two items, one that ended last month, one of another kind that ended the year before."""
    running = PublicNoticeFactory(number="SJZ-GS-2026-900", title="示例甲公示", posted_at=MONDAY)
    PublicNoticeItemFactory.create_batch(2, notice=running, name="示例甲院")
    over = PublicNoticeFactory(
        number="SJZ-GS-2026-800", title="示例乙公示", posted_at=MONDAY - timedelta(days=30)
    )
    PublicNoticeItemFactory(notice=over, host_name="示例乙公司")
    old = PublicNoticeFactory(
        number="SJZ-GS-2025-001",
        title="示例丙公示",
        kind="evaluation",
        posted_at=MONDAY - timedelta(days=400),
    )
    PublicNoticeItemFactory.create_batch(3, notice=old, name="示例丙院")
    return running, over, old


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, [0, 1, 2]),
        ({"q": "乙公司"}, [1]),
        ({"kind": "evaluation"}, [2]),
        ({"period": "running"}, [0]),
        ({"period": "over"}, [1, 2]),
        ({"year": "2026"}, [0, 1]),
        ({"year": "2026", "period": "over", "kind": "recognition", "q": "乙"}, [1]),
        ({"year": "2025", "period": "running"}, []),
        ({"sort": "items"}, [1, 0, 2]),
        ({"sort": "-number"}, [0, 1, 2]),
        ({"sort": "last"}, [2, 1, 0]),
    ],
)
def test_everybody_narrows_public_notices_on_page_and_in_export(client, asked, wanted):
    rows = notices()
    numbers = [rows[n].number for n in wanted]

    page = client.get(reverse(NOTICES), asked).text
    shown = sorted((page.index(row.number), row.number) for row in rows if row.number in page)

    assert [number for _place, number in shown] == numbers
    assert [row[1] for row in table(client, "notices:publicity-export", **asked)] == numbers


def test_the_export_of_public_notices_tells_what_the_list_does(client):
    running, _over, _old = notices()

    row = table(client, "notices:publicity-export", period="running")[0]

    assert row == [
        "示例甲公示",
        "SJZ-GS-2026-900",
        "认定公示",
        "2",
        str(running.first_day),
        str(running.last_day),
        "",
        str(running.working_days),
        "公示中",
    ]
