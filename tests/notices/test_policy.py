from datetime import datetime, timedelta

import pytest

from notices import policy
from tests.factories.notices import RESIDENT_ID, TERMS

KNOWN = {
    "kind": "person",
    "name": "示例异议人甲",
    "contact_name": "",
    "phone": "13900005678",
    "id_kind": "resident",
    "id_number": RESIDENT_ID,
}
UNIT = KNOWN | {
    "kind": "unit",
    "name": "示例科技有限公司",
    "contact_name": "示例联系人",
    "id_kind": "uscc",
    "id_number": "91130102MA00000000",
}


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, None), (7, None)]
)
def test_waits_grow_and_end(attempts, minutes):
    assert policy.wait_after(attempts) == (timedelta(minutes=minutes) if minutes else None)


CHOICE = {"mail": "at_once", "daily_hour": 9, "quiet_from": None, "quiet_until": None}
NIGHT = {"quiet_from": 22, "quiet_until": 7}
NOON = {"quiet_from": 12, "quiet_until": 14}


@pytest.mark.parametrize(
    ("choice", "written", "sent"),
    [
        ({}, "03 03:15", "03 03:15"),
        ({"mail": "daily"}, "03 08:59", "03 09:00"),
        ({"mail": "daily"}, "03 09:00", "04 09:00"),
        ({"mail": "daily"} | NIGHT, "31 10:00", "01 09:00"),
        (NIGHT, "03 21:59", "03 21:59"),
        (NIGHT, "03 22:00", "04 07:00"),
        (NIGHT, "04 06:59", "04 07:00"),
        (NIGHT, "04 07:00", "04 07:00"),
        (NOON, "04 13:30", "04 14:00"),
        (NOON, "04 11:59", "04 11:59"),
    ],
)
def test_mail_leaves_when_its_reader_chose(choice, written, sent):
    moment = datetime.strptime(f"2026-12-{written}", "%Y-%m-%d %H:%M")

    found = policy.send_at(moment, **(CHOICE | choice))

    assert f"{found:%d %H:%M}" == sent


def test_rules_are_read_as_the_edition_writes_them():
    case, stage, overdue, deputy = policy.rules_of(TERMS["reminders"])

    assert (case.offsets, case.to, case.mail, case.days_from) == ((5, 2, 0, -1), "holder", True, None)
    assert (stage.kinds, stage.offsets, stage.mail, stage.days_from) == (("stage",), (10,), False, 60)
    assert (overdue.offsets, overdue.to) == ((-3, -10), "superior")
    assert (deputy.offsets, deputy.to) == ((0, -1), "deputy")
    assert policy.superiors_of(TERMS["reminders"])["county_staff"] == "county_lead"


def test_offsets_run_from_the_first_reminder_to_the_last():
    assert policy.offsets_of([2, 5, 0], [1, 3]) == (5, 2, 0, -1, -3)


@pytest.mark.parametrize("phone", ["13900005678", "139-0000-5678", "0311-88888888", "031188888888"])
def test_a_phone_that_can_be_called_is_known(phone):
    assert policy.identity_faults(**KNOWN | {"phone": phone}) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "匿名人"}, "name"),
        ({"name": "甲"}, "name"),
        ({"phone": "110"}, "phone"),
        ({"phone": "不便透露"}, "phone"),
        ({"id_number": RESIDENT_ID[:-1] + "2"}, "id_number"),
        ({"id_number": ""}, "id_number"),
        ({"id_kind": "uscc"}, "id_kind"),
        ({"id_kind": "passport", "id_number": "E1"}, "id_number"),
    ],
)
def test_who_is_not_known(changes, field):
    assert [name for name, _ in policy.identity_faults(**KNOWN | changes)] == [field]


def test_a_unit_names_its_code_and_a_person():
    faults = policy.identity_faults(**UNIT | {"contact_name": ""})

    assert [name for name, _ in faults] == ["contact_name", "id_number"]


def test_a_passport_is_known():
    assert policy.identity_faults(**KNOWN | {"id_kind": "passport", "id_number": "E12345678"}) == []


@pytest.mark.parametrize(
    ("late", "over"), [("已逾期", "到期，请尽快办理。"), ("已期满", "期满，请办理后续事项。")]
)
def test_what_is_said_of_a_day_that_is_over(late, over):
    """Where there was nothing to do before the day nobody was late."""
    rule = policy.Rule(code="a", kinds=("state",), offsets=(-1,), to="holder", mail=True, late=late)

    assert rule.over == over
