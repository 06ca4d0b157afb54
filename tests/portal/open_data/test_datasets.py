"""Open data: every dataset as its schema says, at addresses that stay, the same in every form, and nothing else."""

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from institutes.models import Institute
from portal.selectors.open_data import DATASETS, Column
from records import audit, clock, heads
from tests.factories.accounts import system_user
from tests.factories.institutes import InstituteFactory, RecognitionFactory
from tests.portal.open_data.world import City

pytestmark = pytest.mark.django_db
SUMS = {"payments-by-county", "targets", "targets-by-year", "service-promise"}


def body_of(response) -> str:
    return b"".join(response).decode() if response.streaming else response.content.decode()


def rows_of(client: Client, name: str, **asked) -> list[dict]:
    return json.loads(body_of(client.get(f"/open-data/{name}.json", asked)))["rows"]


def table_of(client: Client, name: str, **asked) -> list[list[str]]:
    return list(
        csv.reader(io.StringIO(body_of(client.get(f"/open-data/{name}.csv", asked)).removeprefix("\ufeff")))
    )


FITS = {
    "string": lambda cell: isinstance(cell, str),
    "integer": lambda cell: type(cell) is int,
    "year": lambda cell: type(cell) is int and 1900 < cell < 2200,
    "number": lambda cell: Decimal(cell) == Decimal(cell).quantize(Decimal("0.01")) and isinstance(cell, str),
    "boolean": lambda cell: type(cell) is bool,
    "date": lambda cell: date.fromisoformat(cell).isoformat() == cell,
    "datetime": lambda cell: parse_datetime(cell).utcoffset() == timedelta(hours=8),
}


@pytest.mark.parametrize("name", DATASETS)
def test_the_rows_are_what_the_schema_says(city, client, name):
    schema, rows = client.get(f"/open-data/{name}.schema.json").json(), rows_of(client, name)

    assert rows
    fields = {field["name"]: field for field in schema["fields"]}
    assert list(rows[0]) == list(fields)
    for row in rows:
        for column, cell in row.items():
            limits = fields[column]["constraints"]
            assert cell not in (None, "") if limits["required"] else True, (column, row)
            assert cell in (None, "") or FITS[fields[column]["type"]](cell), (column, cell)
            assert cell in limits.get("enum", [cell]), (column, cell)
    keys = [tuple(row[part] for part in schema["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", DATASETS)
def test_csv_and_json_say_the_same_and_the_csv_of_people_says_it_in_words(city, client, name):
    rows, table, words = rows_of(client, name), table_of(client, name), table_of(client, name, head="zh")
    columns = DATASETS[name].columns

    assert table[0] == [column.name for column in columns]
    assert words[0] == [column.label for column in columns]
    assert len(table) == len(words) == len(rows) + 1
    for row, cells, said in zip(rows, table[1:], words[1:], strict=True):
        assert cells == [as_cell(value) for value in row.values()]
        for column, cell, word in zip(columns, cells, said, strict=True):
            assert word == (str(column.choices(cell).label) if column.choices and cell else word)
            assert (cell == "") == (word == "")


def as_cell(value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith("=") else text


def test_what_everybody_may_know_stands_there(city: City, client):
    institutes = {row["certificate_number"]: row for row in rows_of(client, "institutes")}
    revoked = institutes[city.revoked.certificate_number]
    (award,) = rows_of(client, "awards")
    (payment,) = rows_of(client, "payments-by-county")
    (evaluation,) = rows_of(client, "evaluations")
    (project,) = rows_of(client, "projects")

    assert institutes[city.recognition.certificate_number]["host"] == "=示例公开企业"
    assert (revoked["standing"], revoked["standing_since"] is None) == ("revoked", False)
    assert (award["amount"], award["issued"], award["paid"]) == ("200000.00", "200000.00", "200000.00")
    assert (award["kind"], award["programme"]) == ("construction", "institutes")
    assert (payment["instalments"], payment["paid"]) == (1, "200000.00")
    assert (evaluation["grade"], evaluation["deemed"]) == ("good", False)
    assert (project["number"], project["partners"]) == (city.project.number, "示例大学；示例上游企业")
    assert city.call.number in {row["number"] for row in rows_of(client, "calls")}
    assert city.project_call.number in {row["number"] for row in rows_of(client, "project-calls")}
    assert [row["code"] for row in rows_of(client, "targets")] == ["institutes", "achievements", "transfers"]
    assert all(row["record_url"].endswith("/record.json") for row in rows_of(client, "draws"))


def test_formulas_are_text_in_the_csv_and_themselves_in_json(city, client):
    hosts = [row["host"] for row in rows_of(client, "awards")]
    cells = [row[table_of(client, "awards")[0].index("host")] for row in table_of(client, "awards")[1:]]

    assert (hosts, cells) == (["=示例公开企业"], ["'=示例公开企业"])


def test_the_csv_begins_with_the_mark_of_its_encoding_unless_asked_otherwise(city, client):
    assert body_of(client.get("/open-data/calls.csv")).startswith("\ufeffnumber,")
    assert body_of(client.get("/open-data/calls.csv?bom=no")).startswith("number,")


@pytest.mark.parametrize("name", sorted(set(DATASETS) - SUMS))
def test_since_a_moment_only_what_the_register_touched_since(city, client, name):
    whole = rows_of(client, name)
    tomorrow = f"{clock.today() + timedelta(days=1):%Y-%m-%d}"

    assert rows_of(client, name, since=tomorrow) == []
    touched = rows_of(client, name, since="2020-01-01")
    assert all(row in whole for row in touched)


def test_a_change_is_news_and_nothing_else_is(city: City, client):
    moment = timezone.now() + timedelta(days=2)
    institute = city.revoked.institute
    with clock.at(moment):
        audit.record("institutes.recognition.revoke", city.revoked, by=system_user())
        audit.chain_now()

    news = rows_of(client, "institutes", since=f"{timezone.localdate(moment):%Y-%m-%d}")
    exact = rows_of(client, "institutes", since=(moment + timedelta(seconds=1)).isoformat())

    assert [row["institute"] for row in news] == [institute.name]
    assert exact == []


@pytest.mark.parametrize("name", sorted(SUMS))
def test_a_sum_cannot_be_asked_what_is_new(city, client, name):
    answer = client.get(f"/open-data/{name}.json", {"since": "2026-01-01"})

    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert "请下载全部" in answer.json()["title"]


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "2026-11-27T25:00"])
def test_a_moment_that_is_none_is_malformed(city, client, since):
    answer = client.get("/open-data/calls.csv", {"since": since})

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["nothing.csv", "calls.xlsx", "nothing.schema.json", "nothing/"])
def test_what_there_is_not_is_not_found(city, client, path):
    assert client.get(f"/open-data/{path}").status_code == 404


@pytest.mark.parametrize("path", ["awards.csv", "catalog.json", "common-grants/awards", "verify_register.py"])
def test_files_are_read_and_never_written(city, client, path):
    assert client.post(f"/open-data/{path}").status_code == 405
    head = client.head(f"/open-data/{path}")
    assert (head.status_code, head["Access-Control-Allow-Origin"]) == (200, "*")
    assert head["Cache-Control"] == "public, max-age=300"


def test_what_is_known_already_is_not_sent_again_until_it_changes(city: City, client):
    first = client.get("/open-data/institutes.csv")
    known = {"HTTP_IF_NONE_MATCH": first["ETag"]}

    assert client.get("/open-data/institutes.csv", **known).status_code == 304
    assert (
        client.get("/open-data/institutes.csv", HTTP_IF_MODIFIED_SINCE=first["Last-Modified"]).status_code
        == 304
    )
    assert client.get("/open-data/institutes.csv?head=zh", **known).status_code == 200
    assert client.get("/open-data/awards.csv", **known).status_code == 200
    audit.record("institutes.recognition.stop", city.recognition, by=system_user())
    audit.chain_now()
    again = client.get("/open-data/institutes.csv", **known)
    assert (again.status_code, again["ETag"] != first["ETag"]) == (200, True)


@pytest.mark.parametrize("path", ["catalog.json", "awards.schema.json", "common-grants/opportunities"])
def test_descriptions_have_a_version_of_their_own(city, client, path):
    first = client.get(f"/open-data/{path}")

    assert client.get(f"/open-data/{path}", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    assert client.get(f"/open-data/{path}", HTTP_IF_NONE_MATCH='"other"').status_code == 200


def test_whoever_is_signed_in_gets_the_same_for_themselves_alone(city, client):
    stranger = body_of(client.get("/open-data/awards.csv"))
    client.force_login(system_user())

    answer = client.get("/open-data/awards.csv")

    assert (body_of(answer), answer["Cache-Control"]) == (stranger, "private, max-age=300")


def test_files_stream_and_ask_the_database_as_often_for_many_rows_as_for_few(city, client):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/open-data/institutes.json")
            assert answer.streaming
            body_of(answer)
        return len(queries)

    few = asked()
    RecognitionFactory.create_batch(5)
    assert asked() == few


def test_the_catalogue_leads_programs_to_everything(city, client):
    catalogue = client.get("/open-data/catalog.json").json()

    assert catalogue["@type"] == "dcat:Catalog"
    assert (catalogue["dct:license"], catalogue["dct:title"]) == (
        "https://licence.example/by/",
        "示例市开放数据",
    )
    assert [entry["dct:identifier"] for entry in catalogue["dcat:dataset"]] == list(DATASETS)
    for entry in catalogue["dcat:dataset"]:
        for file in entry["dcat:distribution"]:
            path = file["dcat:downloadURL"].removeprefix("http://127.0.0.1:8000")
            answer = client.head(path)
            assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, file["dcat:mediaType"])
            schema = client.get(file["dct:conformsTo"].removeprefix("http://127.0.0.1:8000"))
            assert schema.json()["name"] == entry["dct:identifier"]


def test_people_read_what_there_is_and_what_every_column_means(city, client):
    page = client.get("/open-data/").content.decode()

    for name, dataset in DATASETS.items():
        assert f'href="/open-data/{name}.csv?head=zh"' in page
        one = client.get(f"/open-data/{name}/").content.decode()
        assert all(f"<code>{column.name}</code>" in one for column in dataset.columns)
    assert "示例许可" in page
    assert "=示例公开企业" in client.get("/open-data/awards/").content.decode()


def test_the_register_page_shows_the_last_head_and_offers_the_program(city, client):
    page = client.get("/open-data/register/").content.decode()
    program = body_of(client.get("/open-data/verify_register.py"))

    assert heads.last_head().seal in page
    assert "登记簿日链头 register-heads" in program
    assert heads.last_head().secret not in page


def test_every_dataset_hears_of_each_kind_of_row_that_it_reads():
    """A table from which a column comes changes by lines of the register that the dataset hears of."""
    deaf = {}
    for name, dataset in DATASETS.items():
        if dataset.rows is None:
            continue
        heard = {touch.kind for touch in dataset.touches} | STILL
        read = {
            kind for column in dataset.columns for kind in kinds_on(dataset.rows(clock.today()).model, column)
        }
        if missing := read - heard:
            deaf[name] = missing
    assert deaf == {}


STILL = {
    "accounts.division": "the table of counties changes by migrations",
    "projects.guide": "a guide stays as it is from its first call on",
    "institutes.recognition": "a certificate's number and year never change; how it stands, its own datasets hear",
    "evaluation.cycle": "its years never change",
    "projects.project": "its number never changes; whatever else does, its own dataset hears",
}.keys()


def kinds_on(model, column: Column) -> set[str]:
    """The models that a column's path goes through."""
    found = {model._meta.label_lower} if column.path == "pk" else set()
    for step in column.path.split("__"):
        names = {each.name: each for each in model._meta.get_fields()}
        if step not in names:
            break
        found.add(model._meta.label_lower)
        if not names[step].is_relation:
            break
        model = names[step].related_model
        found.add(model._meta.label_lower)
    return found


def test_institutes_without_a_recognition_are_no_institutes_yet(city, client):
    InstituteFactory(name="石家庄市未认定产业技术研究院")

    assert Institute.objects.filter(recognition__isnull=True).exists()
    assert "未认定" not in body_of(client.get("/open-data/institutes.csv"))


RECORDED = {
    "institutes": (
        "recognition.application",
        "recognition.institute",
        "recognition",
        "revoked.institute.host",
    ),
    "recognitions": ("recognition.application", "recognition"),
    "awards": ("award", "order"),
    "payments-by-county": ("order",),
    "evaluations": ("evaluation",),
    "projects": ("project",),
    "calls": ("call",),
    "project-calls": ("project_call",),
    "targets": ("recognition.application", "recognition"),
    "targets-by-year": ("recognition.application",),
}


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name, paths in RECORDED.items() for path in paths]
)
def test_what_is_recorded_about_its_cases_gives_a_file_another_version(city: City, client, name, path):
    subject = attrgetter(path)(city)
    first = client.head(f"/open-data/{name}.csv")["ETag"]
    assert client.head(f"/open-data/{name}.csv")["ETag"] == first

    audit.record("sample.done", subject, by=system_user())
    audit.chain_now()

    assert client.head(f"/open-data/{name}.csv")["ETag"] != first
