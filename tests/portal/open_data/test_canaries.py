"""Live bait: what is personal, and what is not public yet, is planted, and looked for in every byte that leaves."""

import dataclasses
import json

import pytest
from django.test import Client

from institutes.models import Institute
from portal.selectors.open_data import DATASETS, Column
from records.models import RegisterHead
from tests.portal.open_data.world import (
    CONTACT,
    DIRECTOR,
    GUESS,
    IN_PUBLICITY,
    LEADER,
    NEVER,
    NOT_HERE,
    OPINION,
    PHONE,
    City,
)

pytestmark = pytest.mark.django_db
OTHERS = ("", "register/", "catalog.json", "common-grants/opportunities?pageSize=100", "common-grants/awards")


def text_of(client, path: str) -> str:
    answer = client.get(f"/open-data/{path}")
    assert answer.status_code == 200, path
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


@pytest.fixture(scope="module")
def everything(city) -> dict[str, str]:
    """Every address of open data, with every form it has."""
    client = Client()
    forms = ("{}.csv", "{}.csv?head=zh", "{}.json", "{}.json?since=2020-01-01", "{}.schema.json", "{}/")
    asked = [(name, form) for name in DATASETS for form in forms]
    paths = [form.format(name) for name, form in asked if DATASETS[name].tells_news or "since" not in form]
    found = {path: text_of(client, path) for path in (*paths, *OTHERS)}
    for kind in ("opportunities", "awards"):
        for item in json.loads(found[next(path for path in OTHERS if kind in path)])["items"]:
            path = f"common-grants/{kind}/{item['id']}"
            found[path] = text_of(client, path)
    return found


def caught(found: dict[str, str], bait: tuple[str, ...]) -> dict[str, list[str]]:
    return {path: hit for path, text in found.items() if (hit := [each for each in bait if each in text])}


def test_nothing_personal_and_nothing_undecided_is_published(city: City, everything):
    assert caught(everything, NEVER) == {}
    assert city.recognition.certificate_number in everything["institutes.csv"]


@pytest.mark.parametrize("name", NOT_HERE)
def test_what_was_not_published_of_a_known_institute_stands_nowhere(everything, name):
    found = {path: text for path, text in everything.items() if name in path}

    assert caught(found, NOT_HERE[name]) == {}
    assert all(bait in everything["institutes.csv"] for bait in NOT_HERE[name])


def test_the_secrets_of_the_register_and_its_own_hashes_stay_inside(everything):
    head = RegisterHead.objects.get()

    assert caught(everything, (head.secret, head.line_hash, GUESS)) == {}


PLANTED = {
    "contact": ("institutes", Column("contact", "联系人", source="host__contact_name"), CONTACT),
    "phone": ("institutes", Column("phone", "电话", source="host__contact_mobile"), PHONE),
    "director": ("institutes", Column("director", "院长"), DIRECTOR),
    "leader": ("projects", Column("leader", "负责人", source="leader_name"), LEADER),
    "opinion": ("evaluations", Column("opinion", "意见", source="panel_opinion"), OPINION),
}


@pytest.mark.parametrize("plant", PLANTED)
def test_the_bait_is_caught_where_a_column_is_added_that_must_not_be(city, client, monkeypatch, plant):
    """The control: a trap that catches nothing proves nothing."""
    name, column, bait = PLANTED[plant]
    dataset = DATASETS[name]
    monkeypatch.setitem(DATASETS, name, dataclasses.replace(dataset, columns=(*dataset.columns, column)))

    found = {path: text_of(client, path) for path in (f"{name}.csv", f"{name}.json", f"{name}/")}

    assert caught(found, NEVER) == {path: [bait] for path in found}


def test_the_bait_is_caught_where_rows_are_read_too_early(city, client, monkeypatch):
    """The same for rows: evaluations in publicity have a grade on the notice, and no result yet."""
    dataset = DATASETS["evaluations"]
    model = type(city.evaluation)
    early = dataclasses.replace(
        dataset,
        rows=lambda on: model.objects.exclude(grade=""),
        columns=tuple(column for column in dataset.columns if column.name != "published_on"),
    )
    monkeypatch.setitem(DATASETS, "evaluations", early)

    assert IN_PUBLICITY in text_of(client, "evaluations.csv")
    assert Institute.objects.filter(name=IN_PUBLICITY).exists()
