"""Achievements by program: entered in yuan, mended, moved with answers to what may be the same, imported."""

import pytest

from accounts.roles import Role
from institutes.enums import AchievementKind as K
from institutes.enums import AchievementState as A
from institutes.models import Achievement
from tests.factories.accounts import person
from tests.factories.achievements import (
    AchievementFactory,
    AchievementHintFactory,
    evidence_for,
    facts_for,
    publish_achievement_rules,
)
from tests.factories.institutes import RecognitionFactory
from tests.institutes.test_achievement_import import row, workbook

pytestmark = pytest.mark.django_db
ALL = "/api/v1/achievements/"


@pytest.fixture
def recognition():
    publish_achievement_rules()
    return RecognitionFactory()


def body(recognition, kind, **more) -> dict:
    files = {f"file_{code}": file for code, file in evidence_for(kind).items()}
    return facts_for(kind) | {"institute": recognition.institute.pk, "kind": kind} | files | more


def test_a_program_enters_mends_and_hands_in(program, recognition):
    client = program(person(Role.ENT_ADMIN, organisation=recognition.institute.host))

    made = client.post(ALL, body(recognition, K.TRANSFER), format="multipart")
    assert made.status_code == 201, made.data
    assert (made.data["amount"], made.data["goal"], made.data["counted"]) == ("120000.00", "transfers", False)
    one = f"{ALL}{made.data['id']}/"
    mended = client.patch(one, {"amount": "130000.00"}, format="json")
    assert (mended.status_code, mended.data["amount"]) == (200, "130000.00")
    for action in ("hand_up", "hand_in"):
        assert client.post(f"{one}moves/{action}/", {}, format="json").status_code == 200
    assert client.get(one).data["state"] == A.COUNTY_REVIEW
    assert [line["action"] for line in client.get(f"{one}history/").data] == ["begin", "hand_up", "hand_in"]
    assert client.patch(one, {"title": "示例"}, format="json").status_code == 403


def test_what_the_rules_refuse_is_a_problem_with_its_field(program, recognition):
    client = program(person(Role.ENT_FILLER, organisation=recognition.institute.host))

    answer = client.post(ALL, body(recognition, K.STANDARD, number="Q/示例 1-2026"), format="multipart")

    assert answer.status_code == 409
    assert [reason["field"] for reason in answer.data["reasons"]] == ["number"]
    assert not Achievement.objects.exists()


def test_officers_read_what_may_be_the_same_and_answer_it_and_the_unit_does_not(program, recognition):
    hint = AchievementHintFactory(achievement__recognition=recognition)
    case = hint.achievement
    county = program(person(Role.COUNTY_STAFF, division=case.division.code))

    (twin,) = county.get(f"{ALL}{case.pk}/twins/").data
    assert (twin["id"], twin["title"]) == (hint.pk, hint.other.title)
    (verify,) = [m for m in county.get(f"{ALL}{case.pk}/moves/").data if m["action"] == "county_verify"]
    assert {f"hint_{hint.pk}", f"note_{hint.pk}", "opinion"} == {f["name"] for f in verify["fields"]}
    given = {f"hint_{hint.pk}": "different", f"note_{hint.pk}": "示例：型号不同。", "opinion": "示例：属实。"}
    done = county.post(f"{ALL}{case.pk}/moves/county_verify/", given, format="json")
    assert (done.status_code, done.data["state"]) == (200, A.BUREAU_REVIEW)
    unit = program(person(Role.ENT_ADMIN, organisation=case.host))
    assert unit.get(f"{ALL}{case.pk}/twins/").status_code == 403


def test_the_list_is_filtered_as_its_page_and_closed_to_others(program, recognition):
    AchievementFactory(recognition=recognition, state=A.VERIFIED)
    AchievementFactory(kind=K.TRANSFER, state=A.VERIFIED)
    tax = program(person(Role.TAX))

    assert tax.get(ALL, {"goal": "transfers"}).data["count"] == 1
    assert tax.get(ALL).data["count"] == 2
    assert program(person(Role.EXPERT)).get(ALL).status_code == 403


def test_a_program_imports_a_table_or_hears_of_every_fault(program, recognition):
    client = program(person(Role.ENT_FILLER, organisation=recognition.institute.host))
    where = {"institute": recognition.institute.pk}

    brought = client.post(f"{ALL}import/", where | {"file": workbook(row(1), row(2))}, format="multipart")
    faulty = client.post(f"{ALL}import/", where | {"file": workbook(row(3, 编号=""))}, format="multipart")

    assert (brought.status_code, len(brought.data)) == (201, 2)
    assert faulty.status_code == 409
    assert "第 2 行“编号”" in faulty.data["reasons"][0]["text"]
