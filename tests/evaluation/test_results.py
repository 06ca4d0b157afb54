"""What a panel came to, by program: what the pages show, to the same readers, and to nobody before."""

from decimal import Decimal

import pytest

from accounts.roles import Role
from evaluation import services
from evaluation.views.analysis import _bands
from tests.evaluation.test_rounds import FAR, NEAR, again, discussed, scored
from tests.factories.accounts import person
from tests.factories.evaluation import COMMENT, OPINION

pytestmark = pytest.mark.django_db


def address(panel, part):
    return f"/api/v1/panels/{panel.pk}/{part}/"


def test_scores_are_read_by_seat_once_the_panel_has_concluded(panel, manager, client):
    seats = scored(panel, manager, NEAR)
    readers = [manager, person(Role.BUREAU_CLERK), person(Role.AUDITOR), seats[0].expert.user]

    def statuses():
        found = []
        for reader in readers:
            client.force_login(reader)
            found.append(client.get(address(panel, "scores")).status_code)
        return found

    before = statuses()
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)
    after = statuses()

    client.force_login(manager)
    told = client.get(address(panel, "scores")).json()
    assert (before, after) == ([403, 403, 403, 404], [200, 200, 200, 404])
    assert [row["total"] for row in told["totals"]] == ["85.00", "82.00", "80.00", "78.00", "75.00"]
    assert [row["dimension"] for row in told["rows"]] == [item["code"] for item in panel.edition.sheet]
    team = next(row for row in told["rows"] if row["dimension"] == "team")
    assert team["scores"][0] == {"seat": str(seats[0]), "points": "12.75", "comment": COMMENT}
    assert seats[0].expert.user.name not in str(told)


def test_both_versions_are_read_with_what_was_talked_over(panel, manager, client):
    seats = discussed(panel, manager)
    client.force_login(manager)
    none = client.get(address(panel, "scores")).status_code
    for seat in seats[1:]:
        again(seat, "0.80")
    services.keep_scores(assignment=seats[0], by=seats[0].expert.user)
    panel.refresh_from_db()
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    first = client.get(address(panel, "scores"), {"round": 1}).json()
    second = client.get(address(panel, "scores")).json()
    wrong = client.get(address(panel, "scores"), {"round": 3})
    talk = client.get(address(panel, "discussion")).json()

    assert (none, wrong.status_code, first["round"], second["round"]) == (403, 422, 1, 2)
    assert [row["total"] for row in first["totals"]] == [f"{Decimal(share) * 100:.2f}" for share in FAR]
    assert [(row["total"], row["kept"]) for row in second["totals"]] == [
        ("90.00", True),
        *[("80.00", False)] * 4,
    ]
    assert (talk["text"], talk["participants"]) == (COMMENT, [str(seat) for seat in seats])


def test_the_analysis_is_that_of_the_page_and_opens_as_the_page_does(panel, manager, client):
    seats = scored(panel, manager, NEAR)
    clerk, call = person(Role.BUREAU_CLERK), {"call": panel.call_id}
    client.force_login(clerk)
    early = [
        client.get(address(panel, "analysis")).status_code,
        client.get("/api/v1/panels/analysis/", call).status_code,
    ]
    client.force_login(manager)
    agency = client.get(address(panel, "analysis"))
    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)
    client.force_login(clerk)
    one, of_call = (
        client.get(address(panel, "analysis")).json(),
        client.get("/api/v1/panels/analysis/", call).json(),
    )

    assert (early, agency.status_code) == ([403, 404], 200)
    # 85, 82, 80, 78, 75: their mean is 80; without the first 78.75.
    assert (one["scores"], one["pass_mark"]) == ({panel.code: "80.00"}, "60.00")
    first = next(row for row in one["without"] if row["expert"] == str(seats[0]))
    assert (first["scores"], first["crossed"]) == ({panel.code: ["80.00", "78.75"]}, [])
    assert {row["expert"] for row in one["severity"]} == {str(seat) for seat in seats}
    assert (of_call["ranks"], len(of_call["severity"])) == ({panel.code: 1}, 5)
    assert client.get("/api/v1/panels/analysis/", {"call": "x"}).status_code == 422
    for stranger in (person(Role.EXPERT), person(Role.ENT_ADMIN)):
        client.force_login(stranger)
        assert client.get("/api/v1/panels/analysis/", call).status_code == 403


@pytest.mark.parametrize(
    ("totals", "full", "bands"),
    [
        (["85", "82", "100"], "100.00", [("80–90", 2), ("90–100", 1)]),
        (
            ["4.2", "5.5", "8"],
            "8.00",
            [("4–4.8", 1), ("4.8–5.6", 1), ("5.6–6.4", 0), ("6.4–7.2", 0), ("7.2–8", 1)],
        ),
        ([], "100.00", []),
    ],
)
def test_sums_are_counted_by_tenths_of_the_full_mark(totals, full, bands):
    assert _bands([Decimal(total) for total in totals], Decimal(full)) == bands
