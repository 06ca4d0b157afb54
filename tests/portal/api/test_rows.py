"""Filling in by program: rows as objects or a workbook, all or nothing, with row and column of every problem."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.roles import Role
from institutes.enums import ApplicationState as S
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, fill

pytestmark = pytest.mark.django_db
ROW = {
    "name": "示例电镜",
    "bought_on": "2024-03-05",
    "original_value": "865000.00",
    "owner": "示例单位",
    "open_share": "yes",
}


@pytest.fixture
def filler():
    return person(Role.ENT_FILLER)


@pytest.fixture
def application(filler):
    return ApplicationFactory(host=filler.organisations[0])


@pytest.fixture
def address(application):
    return f"/api/v1/applications/{application.pk}/tables/premises/equipment/"


def post(client, address, rows, mode="add", version="0", **more):
    body = {"mode": mode, "version": version, "rows": rows}
    return client.post(address, body, format="json", **more)


def stored(application):
    row = application.sections.filter(code="premises").first()
    return row.answers.get("equipment", []) if row else []


def test_rows_are_added_in_yuan_and_answered_with_the_section(program, filler, application, address):
    answer = post(program(filler), address, [ROW, ROW | {"name": "示例光谱仪", "open_share": "否"}])

    assert (answer.status_code, answer.json()["version"]) == (200, "1")
    assert [{n: c for n, c in row.items() if n != "key"} for row in stored(application)] == [
        ROW,
        ROW | {"name": "示例光谱仪", "open_share": "no"},
    ]


def test_every_problem_names_its_row_and_column_and_nothing_is_stored(program, filler, application, address):
    answer = post(program(filler), address, [ROW, ROW | {"bought_on": "去年", "original_value": "很多"}])

    problem = answer.json()
    assert (answer.status_code, set(problem["errors"])) == (422, {"2.bought_on", "2.original_value"})
    assert problem["cells"][0] == {
        "row": 2,
        "column": "bought_on",
        "label": "购置日期",
        "text": "请按 2026-11-23 的格式填写日期。",
    }
    assert stored(application) == []


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ("x", {"rows": ["须为对象的列表。"]}),
        ([["x"]], {"rows": ["须为对象的列表。"]}),
        ([{"colour": "x"}], {"1.colour": ["表中没有这一列。"]}),
        ([], {"rows": ["没有可以加入的内容：请从表格中复制数据行，或在模板的示例行下面填写。"]}),
    ],
)
def test_what_are_no_rows(program, filler, address, rows, errors):
    answer = post(program(filler), address, rows)

    assert (answer.status_code, answer.json()["errors"]) == (422, errors)


def test_the_version_and_the_mode_must_be_told(program, filler, address):
    client = program(filler)

    assert post(client, address, [ROW], version="").json()["errors"] == {"version": ["请写明所依据的版本。"]}
    assert set(post(client, address, [ROW], mode="x").json()["errors"]) == {"mode"}


def test_replacing_changes_the_rows_that_are_named_and_drops_the_others(
    program, filler, application, address
):
    client = program(filler)
    post(client, address, [ROW, ROW | {"name": "示例光谱仪"}])
    key = stored(application)[1]["key"]

    post(client, address, [{"key": key, "name": "示例质谱仪"}], mode="replace", version="1")

    assert [(row["key"], row["name"], row["owner"]) for row in stored(application)] == [
        (key, "示例质谱仪", "示例单位")
    ]


def test_a_repeated_request_with_its_key_is_stored_once(program, filler, application, address):
    client = program(filler)
    for _time in range(2):
        answer = post(client, address, [ROW], headers={"Idempotency-Key": "示例".encode().hex()})

    assert (answer.status_code, len(stored(application))) == (200, 1)


def test_a_clash_carries_both_values(program, filler, application, address):
    client = program(filler)
    post(client, address, [ROW])
    key = stored(application)[0]["key"]

    answer = post(client, address, [{"key": key, "name": "另一份"}], mode="replace", version="0")

    clash = answer.json()["clashes"][0]
    assert (answer.status_code, clash["mine"], clash["theirs"]) == (409, "另一份", "示例电镜")


def test_the_workbook_goes_out_and_comes_back(program, filler, application, address):
    client = program(filler)
    post(client, address, [ROW])
    book = load_workbook(io.BytesIO(client.get(f"{address}?filled=true").content))
    book.active["B4"] = "示例质谱仪"
    target = io.BytesIO()
    book.save(target)
    upload = SimpleUploadedFile("示例.xlsx", target.getvalue())

    answer = client.post(address, {"mode": "replace", "file": upload}, format="multipart")

    assert answer.status_code == 200
    assert [(row["name"], row["original_value"]) for row in stored(application)] == [
        ("示例质谱仪", "865000.00")
    ]
    template = load_workbook(io.BytesIO(client.get(address).content)).active
    assert [cell.value for cell in template["A"]] == ["行标识（第 2 版，勿改）", "说明", "示例"]


def test_only_its_unit_while_it_is_a_draft_and_only_tables(program, filler, application, address):
    assert post(program(person(Role.ENT_FILLER)), address, [ROW]).status_code == 404
    assert post(program(filler), address.replace("equipment", "area_m2"), [ROW]).status_code == 404
    locked = ApplicationFactory(state=S.COUNTY_REVIEW)
    there = f"/api/v1/applications/{locked.pk}/tables/premises/equipment/"
    assert post(program(person(Role.COUNTY_STAFF)), there, [ROW]).status_code == 403
    unit = program(person(Role.ENT_FILLER, organisation=locked.host))
    assert post(unit, there, [ROW]).status_code == 409


def test_the_last_application_is_taken_over_and_progress_told(program, filler):
    last = fill(ApplicationFactory(host=filler.organisations[0], state=S.WITHDRAWN))
    application = ApplicationFactory(host=last.host)
    client, address = program(filler), f"/api/v1/applications/{application.pk}"
    before = client.get(f"{address}/book/").json()["progress"]
    offered = client.get(f"{address}/prefill/").json()["sections"]

    answer = client.post(f"{address}/prefill/", {"sections": ["partners"]}, format="json")

    book = client.get(f"{address}/book/").json()
    section = next(each for each in book["sections"] if each["code"] == "partners")
    assert answer.json() == {"sections": {"partners": offered["partners"]}}
    assert section["progress"]["filled"] > 0
    assert book["progress"]["filled"] > before["filled"]
    assert client.post(f"{address}/prefill/", {"sections": []}, format="json").status_code == 422
    assert program(person(Role.ENT_FILLER)).get(f"{address}/prefill/").status_code == 404
