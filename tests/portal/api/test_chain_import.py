"""A list of enterprises of a chain by program: the workbook, what a filled one says, all of it or nothing."""

import io

import openpyxl
import pytest
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_token
from institutes.models import ChainMember
from institutes.services.chain_import import HEAD
from tests.factories.accounts import make_uscc, person
from tests.factories.institutes import ChainSegmentFactory
from tests.institutes.test_chain_import import row, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment():
    return ChainSegmentFactory(name="示例环节")


def api_of(role: str) -> APIClient:
    return APIClient(HTTP_AUTHORIZATION=f"Token {issue_token(user=person(role))}")


def at(segment, way: str) -> str:
    return f"/api/v1/chains/{segment.chain_id}/{way}/"


def test_what_a_workbook_says_is_told_and_nothing_is_stored(segment):
    code = make_uscc()

    answer = api_of(Role.BUREAU_CLERK).post(at(segment, "read"), {"file": workbook(row(**{HEAD[2]: code}))})

    assert answer.status_code == 200
    assert answer.json() == [
        {
            "segment": {"id": segment.pk, "name": str(segment)},
            "name": "示例企业",
            "uscc": code,
            "division": {"code": "130102", "name": "长安区"},
            "role": "leader",
            "since": "2026-03-01",
        }
    ]
    assert not ChainMember.objects.exists()


def test_every_fault_is_told_at_its_row_and_column(segment):
    faulty = row(**{HEAD[1]: "", HEAD[5]: "上个月"})

    answer = api_of(Role.BUREAU_CLERK).post(at(segment, "read"), {"file": workbook(row(), faulty)})

    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "malformed")
    assert told["errors"] == {
        f"3.{HEAD[1]}": ["请填写企业名称。"],
        f"3.{HEAD[5]}": ["请填日期，例如 2026-03-01。"],
    }
    assert told["cells"] == [
        {"row": 3, "column": HEAD[1], "text": "请填写企业名称。"},
        {"row": 3, "column": HEAD[5], "text": "请填日期，例如 2026-03-01。"},
    ]


def test_the_import_itself_is_all_or_nothing(segment):
    api, facts = api_of(Role.BUREAU_CLERK), {"source_title": "示例名单", "source_number": "示链〔2026〕9号"}
    url = at(segment, "moves/import_members")

    refused = api.post(url, facts | {"file": workbook(row(), row(**{HEAD[4]: "老大"}))})
    assert (refused.status_code, refused.json()["code"]) == (409, "bad-file")
    assert [reason["text"] for reason in refused.json()["reasons"]] == [
        f"第 3 行“{HEAD[4]}”：请填“链主企业”或“骨干企业”。"
    ]
    assert not ChainMember.objects.exists()

    done = api.post(url, facts | {"file": workbook(row())})
    assert done.status_code == 200
    assert [one["name"] for one in done.json()["segments"][0]["members"]] == ["示例企业"]


def test_the_template_can_be_filled_in(segment):
    answer = api_of(Role.BUREAU_CLERK).get(at(segment, "template"))

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][: len(HEAD)] == list(HEAD)


def test_a_file_that_is_no_workbook_or_none_is_refused(segment):
    api = api_of(Role.BUREAU_CLERK)

    assert api.post(at(segment, "read"), {}).status_code == 422
    strange = workbook(row())
    strange.name = "示例.pdf"
    assert api.post(at(segment, "read"), {"file": strange}).status_code in (409, 422)


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COUNTY_STAFF, 403), (Role.AUDITOR, 403), (Role.ENT_ADMIN, 404), (Role.EXPERT, 404)],
)
def test_nobody_else_reads_a_file_into_the_map(segment, role, status):
    api = api_of(role)

    assert api.post(at(segment, "read"), {"file": workbook(row())}).status_code == status
    assert api.get(at(segment, "template")).status_code == status
