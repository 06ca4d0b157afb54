"""An approved project through its pages: the turns of the contract side by side, copies, stages, invoices, lists."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from projects import services, tasks
from projects.models import ProjectExpense
from records import clock
from tests.factories.accounts import person
from tests.factories.records import pdf_upload
from tests.factories.running import ProjectExpenseFactory, RunningFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)


def signed_in(client, role, project=None):
    home = project.host if project and role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
    reach = {"division": project.division.code} if project else {}
    client.force_login(person(role, organisation=home, **reach))
    return client


def to(name, *args):
    return reverse(f"projects:approved-{name}", args=args)


def test_a_clause_is_changed_by_the_unit_and_read_side_by_side_by_the_bureau(client):
    project = RunningFactory()
    url = to("clause", project.pk, "content")
    page = signed_in(client, Role.ENT_FILLER, project).get(url).content.decode()
    assert "示例条款内容。" in page

    sent = {"text": "新的研究内容。", "reason": "示例理由", "seen": 0}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, {"text": "", "reason": ""}).status_code == 422
    assert client.get(to("clause", project.pk, "nothing")).status_code == 404
    services.hand_over_contract(project=project, by=person(Role.ENT_ADMIN, organisation=project.host))

    page = signed_in(client, Role.BUREAU_CLERK, project).get(project.get_absolute_url()).content.decode()
    assert "<del>示例条款内容。</del>" in page
    assert "<ins>新的研究内容。</ins>" in page
    county = signed_in(client, Role.COUNTY_STAFF, project)
    assert "<del>" not in county.get(project.get_absolute_url()).content.decode()
    assert county.get(url).status_code == 403


def test_copies_are_brought_by_the_unit_then_by_the_bureau(client):
    project = RunningFactory(state="signing")
    url = to("copies", project.pk)
    unit = signed_in(client, Role.ENT_FILLER, project)
    assert unit.get(url).status_code == 200

    sent = {"signatory": "示例法人", "signed_on": clock.today().isoformat()}
    leader, bureau = project.parties.get(role="leader"), project.parties.get(role="bureau")
    assert unit.post(url, sent | {"party": bureau.pk, "copy": pdf_upload()}).status_code == 422
    assert unit.post(url, sent | {"party": leader.pk, "copy": pdf_upload()}).status_code == 302
    leader.refresh_from_db()
    assert leader.signatory == "示例法人"
    assert signed_in(client, Role.BUREAU_CLERK, project).get(url).status_code == 403
    assert signed_in(client, Role.ENT_FILLER).get(url).status_code == 404


def test_a_stage_is_reported_with_proof_and_checked(client):
    project = RunningFactory(state="running")
    stage = project.stages.get(is_midterm=True)
    url = to("stage-report", project.pk, stage.pk)
    unit = signed_in(client, Role.ENT_FILLER, project)
    assert unit.get(url).status_code == 200
    assert unit.post(url, {"report": ""}).status_code == 422
    assert unit.post(url, {"report": "完成小试。", "uploads": [pdf_upload()]}).status_code == 302

    check = to("stage-check", project.pk, stage.pk)
    clerk = signed_in(client, Role.BUREAU_CLERK, project)
    assert "完成小试。" in clerk.get(check).content.decode()
    assert clerk.post(check, {"result": "return", "finding": ""}).status_code == 422
    assert clerk.post(check, {"result": "confirm"}).status_code == 302
    page = clerk.get(project.get_absolute_url()).content.decode()
    assert "已完成" in page
    assert clerk.post(check, {"result": "confirm"}).status_code == 409


def test_invoices_are_listed_searched_exported_and_taken_back(client):
    project = RunningFactory(state="running")
    unit = signed_in(client, Role.ENT_FILLER, project)
    line = project.lines.get(code="equipment")
    sent = {
        "line": line.pk,
        "source": "grant",
        "number": "26110001",
        "paid_on": clock.today().isoformat(),
        "payee": "示例设备公司",
        "purpose": "示例反应釜",
        "amount": "1200.50",
    }
    new = to("expense-new", project.pk)
    assert unit.get(new).status_code == 200
    assert unit.post(new, sent | {"amount": "abc"}).status_code == 422
    assert unit.post(new, sent).status_code == 302
    assert unit.post(new, sent).status_code == 409

    listing = to("expenses", project.pk)
    ProjectExpenseFactory(project=project, number="别的", payee="示例他人")
    assert "26110001" in unit.get(listing + "?q=设备公司").content.decode()
    assert "别的" not in unit.get(listing + "?q=设备公司").content.decode()
    assert "26110001" in unit.get(f"{listing}?line={line.pk}&source=grant&sort=-amount").content.decode()
    csv = b"".join(unit.get(to("expense-export", project.pk, "csv"))).decode("utf-8-sig")
    assert "示例反应釜" in csv
    row = ProjectExpense.objects.get(number="26110001")
    void = to("expense-void", project.pk, row.pk)
    assert unit.get(void).status_code == 200
    assert unit.post(void, {"reason": "填错"}).status_code == 302
    assert "已撤销" in unit.get(listing).content.decode()
    county = signed_in(client, Role.COUNTY_STAFF, project)
    assert county.get(listing).status_code == 200
    assert county.get(new).status_code == 403


def test_the_list_is_searched_filtered_and_exported(client):
    project, other = RunningFactory(state="running"), RunningFactory()
    clerk = signed_in(client, Role.BUREAU_CLERK, project)

    found = clerk.get(to("list") + f"?q={project.number}").content.decode()
    assert project.title in found
    assert other.title not in found
    page = clerk.get(to("list") + "?state=running&sort=-grant&late=overdue").content.decode()
    assert project.title not in page
    csv = b"".join(clerk.get(to("export", "csv"))).decode("utf-8-sig")
    assert project.contract_number in csv
    assert clerk.get(to("export", "pdf")).status_code == 404
    assert signed_in(client, Role.EXPERT, project).get(to("list")).status_code == 403


def test_the_template_of_invoices_is_for_the_unit(client):
    project = RunningFactory(state="running")

    assert (
        signed_in(client, Role.BUREAU_CLERK, project).get(to("expense-template", project.pk)).status_code
        == 403
    )
    unit = signed_in(client, Role.ENT_FILLER, project)
    assert unit.get(to("expense-template", project.pk)).content[:2] == b"PK"
    assert unit.get(to("expense-import", project.pk)).status_code == 200
    assert unit.post(to("expense-import", project.pk), {"again": "1"}).status_code == 422
