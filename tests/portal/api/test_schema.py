"""The OpenAPI document: complete, valid, without warnings."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from portal.api.schema import TAGS
from portal.api.urls import CASES, OTHERS
from tests.factories.accounts import UserFactory


def test_schema_validates_without_warnings(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


@pytest.fixture
def paths(program):
    return json.loads(program(UserFactory()).get(reverse("api:schema")).content)["paths"]


def test_it_is_drawn_once_however_often_it_is_read(client, monkeypatch):
    first = client.get(reverse("api:schema"))
    monkeypatch.setattr("drf_spectacular.generators.SchemaGenerator.get_schema", None)

    again = client.get(reverse("api:schema"))

    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)


def test_every_move_of_every_desk_is_documented(paths):
    for view in CASES:
        for name, step in view.desk.steps.items():
            operation = paths[f"/api/v1/{view.desk.resource}/{{id}}/moves/{name}/"]["post"]
            assert operation["summary"] == str(view.desk.lifecycle.moves[name].label)
            body = operation.get("requestBody", {"content": {"": {"schema": {"properties": {}}}}})
            fields = next(iter(body["content"].values()))["schema"]["properties"]
            assert list(fields) == list(step.form.base_fields)


def test_every_resource_has_its_name():
    assert set(TAGS) == {
        "token",
        "targets",
        "workload",
        "map",
        "calendar",
        "preference",
        *(view.desk.resource for view in CASES),
        *OTHERS,
        "dashboard",
    }


def test_every_operation_says_which_problems_it_may_answer_with(paths):
    problems = {
        (path, method): sorted(code for code in operation["responses"] if code >= "400")
        for path, operations in paths.items()
        for method, operation in operations.items()
    }

    assert problems["/api/v1/token/", "post"] == ["401", "403", "422", "429"]
    assert problems["/api/v1/applications/", "get"] == ["401", "403", "422"]
    assert problems["/api/v1/applications/{id}/", "get"] == ["401", "403", "404"]
    assert problems["/api/v1/awards/{id}/moves/approve/", "post"] == ["401", "403", "404", "409", "422"]
    assert all("401" in codes for codes in problems.values())
