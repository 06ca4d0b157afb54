"""A rename and a revocation walked through the pages by everybody whose turn it is, and asked for by a program."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.services import issue_token
from institutes.enums import ChangeKind
from institutes.models import Change, Institute, Recognition, Revocation, Suspension
from institutes.services.changes import EVIDENCE
from records import audit, clock
from tests.factories.accounts import person
from tests.factories.institutes import (
    ApplicationVersionFactory,
    ChangeFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
    a_user,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
NEW_NAME = "石家庄市示例新材料产业技术研究院"


@pytest.fixture
def recognition():
    RecognitionEditionFactory()
    found = RecognitionFactory()
    ApplicationVersionFactory(application=found.application, answers={})
    audit.record(
        "institutes.application.recognise",
        found.application,
        by=a_user("decision-approver"),
        to_state="recognised",
        paper={"kind": "certificate", "number": found.certificate_number},
    )
    return found


@pytest.fixture
def people(recognition):
    found = {}
    for role in (Role.ENT_FILLER, Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.BUREAU_CLERK, Role.BUREAU_APPROVER):
        unit = recognition.institute.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
        found[role] = Client()
        found[role].force_login(person(role, organisation=unit, division=recognition.institute.division.code))
    return found


def take(client, case, noun: str, action: str, **fields) -> None:
    answer = client.post(reverse(f"institutes:{noun}-move", args=[case.pk, action]), fields)

    assert answer.status_code == 302, answer.content.decode()[:600]
    case.refresh_from_db()


def test_a_unit_renames_its_institute(recognition, people):
    filler = people[Role.ENT_FILLER]
    assert "办理变更、退出" in filler.get(recognition.institute.get_absolute_url()).content.decode()
    fields = {"institute": recognition.institute_id, "kind": "name", "value": NEW_NAME, "grounds": "示例。"}
    filler.post(reverse("institutes:change-new"), fields)
    change = Change.objects.get()
    page = filler.get(change.get_absolute_url()).content.decode()
    assert "还缺少证明材料" in page
    edit = reverse("institutes:change-edit", args=[change.pk])
    filler.post(edit, {"value": NEW_NAME, "grounds": "示例。", "file_resolution": pdf_upload("决议.pdf")})
    take(filler, change, "change", "hand_up")
    take(people[Role.ENT_ADMIN], change, "change", "hand_in")
    take(people[Role.COUNTY_STAFF], change, "change", "give_opinion", position="agrees", opinion="属实。")
    take(people[Role.BUREAU_CLERK], change, "change", "check", finding="approve", opinion="齐全，内部意见。")
    assert "内部意见" not in filler.get(change.get_absolute_url()).content.decode()
    page = people[Role.BUREAU_APPROVER].get(change.get_absolute_url()).content.decode()
    assert recognition.institute.name in page
    assert NEW_NAME in page
    take(people[Role.BUREAU_APPROVER], change, "change", "approve")

    assert Institute.objects.get(pk=recognition.institute_id).name == NEW_NAME
    history = filler.get(reverse("institutes:institute-history", args=[recognition.institute_id]))
    assert recognition.institute.name in history.content.decode()
    assert NEW_NAME in Client().get("/directory/changes/").content.decode()
    assert NEW_NAME in Client().get(f"/directory/?q={recognition.institute.name}").content.decode()


def test_a_malformed_request_comes_back_with_what_was_typed(recognition, people):
    fields = {"institute": recognition.institute_id, "kind": "name", "value": NEW_NAME, "grounds": ""}
    answer = people[Role.ENT_FILLER].post(reverse("institutes:change-new"), fields)

    assert answer.status_code == 422
    assert NEW_NAME in answer.content.decode()


def test_a_revocation_goes_its_way(recognition, people):
    clerk, approver = people[Role.BUREAU_CLERK], people[Role.BUREAU_APPROVER]
    fields = {"institute": recognition.institute_id, "cause": "misuse", "facts": "示例事实。"}
    clerk.post(reverse("institutes:revocation-new"), fields)
    revocation = Revocation.objects.get()
    admin = people[Role.ENT_ADMIN]
    assert admin.get(revocation.get_absolute_url()).status_code == 404
    take(approver, revocation, "revocation", "notify")
    assert "您有权陈述、申辩" in admin.get(revocation.get_absolute_url()).content.decode()
    take(admin, revocation, "revocation", "state", statement="示例：不属实。", files=[pdf_upload("证据.pdf")])
    decided = {"minute_number": "示例纪要〔2026〕6号", "decision": "不予采纳。"}
    take(approver, revocation, "revocation", "revoke", **decided)

    assert Recognition.objects.get().revoked_at
    assert "已撤销" in Client().get(f"/directory/{recognition.institute_id}/").content.decode()


def test_a_stop_is_shown_to_everybody(recognition, people):
    until = clock.today() + timedelta(days=30)
    fields = {"institute": recognition.institute_id, "grounds": "示例。", "until": until.isoformat()}
    people[Role.BUREAU_CLERK].post(reverse("institutes:suspension-new"), fields)
    take(people[Role.BUREAU_APPROVER], Suspension.objects.get(), "suspension", "approve")

    assert "资格暂停中" in Client().get(f"/directory/{recognition.institute_id}/").content.decode()
    page = people[Role.ENT_FILLER].get(recognition.institute.get_absolute_url())
    assert "资格暂停中" in page.content.decode()


def test_a_program_asks_for_the_same(recognition):
    filler = person(Role.ENT_FILLER, organisation=recognition.institute.host)
    head = {"Authorization": f"Token {issue_token(user=filler).key}"}
    body = {"institute": recognition.institute_id, "kind": "director", "value": "示例乙", "grounds": "示例。"}
    made = Client().post("/api/v1/changes/", body, "application/json", headers=head)

    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    changed = Client().patch(f"/api/v1/changes/{pk}/", {"value": "示例丙"}, "application/json", headers=head)
    assert (changed.status_code, changed.json()["value"]) == (200, "示例丙")
    moves = Client().get(f"/api/v1/changes/{pk}/moves/", headers=head).json()
    assert [move["action"] for move in moves] == ["hand_up", "withdraw"]
    refused = Client().post(f"/api/v1/changes/{pk}/moves/hand_up/", {}, "application/json", headers=head)
    assert refused.status_code == 409


@pytest.mark.parametrize("page", ["change-list", "suspension-list", "revocation-list"])
@pytest.mark.parametrize("role", [Role.FINANCE, Role.EXPERT, Role.AGENCY, Role.SYSADMIN])
def test_the_lists_are_for_those_whose_business_it_is(client, page, role):
    client.force_login(person(role))

    assert client.get(reverse(f"institutes:{page}")).status_code == 403


def test_before_a_kind_is_chosen_each_says_which_files_have_to_come_with_it(people):
    page = people[Role.ENT_FILLER].get(reverse("institutes:change-new")).text

    shown = [
        (str(ChangeKind(kind).label), "须附：" + "、".join(str(file.label) for file in files))
        for kind, files in EVIDENCE.items()
    ]
    assert [(label, files) for label, files in shown if label not in page or files not in page] == []
    assert [kind for kind in ChangeKind.values if f"?kind={kind}" not in page] == []


@pytest.mark.parametrize("page", ["change-new", "suspension-new", "revocation-new"])
def test_a_county_asks_for_nothing_itself(client, page):
    client.force_login(person(Role.COUNTY_STAFF))

    assert client.get(reverse(f"institutes:{page}")).status_code == 403


def test_a_list_is_searched_by_a_former_name_and_exported(client, recognition):
    change = ChangeFactory(recognition=recognition, state="checking")
    client.force_login(person(Role.BUREAU_CLERK))

    assert str(change.institute) in client.get(f"/changes/?q={change.institute.name}").content.decode()
    export = b"".join(client.get("/changes/export/csv/")).decode()
    assert change.institute.recognition.certificate_number in export
