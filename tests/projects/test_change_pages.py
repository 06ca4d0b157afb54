"""Changes of projects through their pages and by program: each kind drafted, moved along, read by those concerned."""

import json

import pytest
from django.urls import reverse

from accounts.roles import Role
from projects import tasks
from projects.models import ProjectChange
from tests.factories.accounts import make_uscc, person
from tests.factories.changes import NEW_LEADER, ProjectChangeFactory, newcomer
from tests.factories.records import pdf_upload
from tests.factories.running import ContractClauseFactory, RunningFactory

pytestmark = pytest.mark.django_db
NEW = reverse("projects:project-change-new")


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)


@pytest.fixture
def project():
    return RunningFactory(state="running")


def signed_in(client, role, case):
    home = case.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
    client.force_login(person(role, organisation=home, division=case.division.code))
    return client


def move(client, change, action, **sent):
    return client.post(reverse("projects:project-change-move", args=[change.pk, action]), sent)


def table(name: str, rows: list[dict]) -> dict:
    """Rows as a browser sends them: one list for each column."""
    return {f"{name}_{column}": [row[column] for row in rows] for column in rows[0]}


def test_a_unit_chooses_project_and_kind_and_sees_only_its_boxes(client, project):
    unit = signed_in(client, Role.ENT_FILLER, project)
    assert str(project) in unit.get(NEW).text
    assert f"?project={project.pk}" in unit.get(project.get_absolute_url()).text
    chosen = unit.get(NEW, {"project": project.pk}).text
    assert "新负责人同意承担项目的书面材料" in chosen
    boxes = unit.get(NEW, {"project": project.pk, "kind": "budget"}).text
    assert 'value="500000.00"' in boxes
    assert "id_number" not in boxes

    other = signed_in(client, Role.ENT_FILLER, RunningFactory(state="running"))
    assert str(project) not in other.get(NEW, {"project": project.pk, "kind": "budget"}).text
    assert signed_in(client, Role.BUREAU_CLERK, project).get(NEW).status_code == 403


def test_a_leader_change_goes_from_the_units_page_to_the_approvers(client, project):
    ContractClauseFactory(project=project, code="parties", order=9, title="签订各方", is_fixed=True)
    unit = signed_in(client, Role.ENT_FILLER, project)
    sent = {
        "project": project.pk,
        "kind": "leader",
        "leader_name": "示例新负责人",
        "leader_unit": project.host.name,
        "leader_title": "研究员",
        "id_number": NEW_LEADER,
        "grounds": "原负责人调离。",
    }
    wrong = unit.post(NEW, sent | {"leader_unit": "别的单位"})
    assert wrong.status_code == 422
    assert unit.post(NEW, sent | {"id_number": "1"}).status_code == 409
    assert unit.post(NEW, sent | {"file_project_change_consent": pdf_upload("同意书.pdf")}).status_code == 302
    change = ProjectChange.objects.get()
    page = unit.get(change.get_absolute_url()).text
    assert "原负责人调离。" in page
    assert NEW_LEADER not in page
    edit = reverse("projects:project-change-edit", args=[change.pk])
    assert "示例新负责人" in unit.get(edit).text
    assert unit.post(edit, sent | {"id_number": "", "leader_title": "教授"}).status_code == 302
    assert move(unit, change, "hand_up").status_code == 302
    assert unit.get(edit).status_code == 403
    clerk = signed_in(client, Role.BUREAU_CLERK, change)
    assert clerk.get(change.get_absolute_url()).status_code == 404

    move(signed_in(client, Role.ENT_ADMIN, change), change, "hand_in")
    county = signed_in(client, Role.COUNTY_STAFF, change)
    assert move(county, change, "give_opinion", position="agrees", opinion="属实。").status_code == 302
    clerk = signed_in(client, Role.BUREAU_CLERK, change)
    assert move(clerk, change, "propose", finding="approve", opinion="不影响指标。").status_code == 302
    unit = signed_in(client, Role.ENT_FILLER, change)
    assert "不影响指标。" not in unit.get(change.get_absolute_url()).text
    approver = signed_in(client, Role.BUREAU_APPROVER, change)
    page = approver.get(change.get_absolute_url()).text
    assert "不影响指标。" in page
    assert "不予批准" not in page
    assert move(approver, change, "approve").status_code == 302

    page = approver.get(project.get_absolute_url()).text
    change.refresh_from_db()
    for words in ("变更情况", change.number, "任务书第 2 版", "示例新负责人"):
        assert words in page


def test_partners_and_term_are_asked_for_in_tables(client, project):
    unit = signed_in(client, Role.ENT_FILLER, project)
    about = {"project": project.pk, "grounds": "示例理由。"}
    joining = table("joining", [newcomer(uscc=make_uscc(4731).lower())])
    old = project.parties.get(role="partner")
    sent = about | {"kind": "partner", "leaving": [old.pk], "division": "示例分工。"} | joining
    assert unit.post(NEW, sent).status_code == 302
    change = ProjectChange.objects.get(kind="partner")
    assert change.asked["joining"][0]["uscc"] == make_uscc(4731)
    edit = unit.get(reverse("projects:project-change-edit", args=[change.pk])).text
    assert "示例新伙伴公司" in edit
    assert "退出" in unit.get(change.get_absolute_url()).text

    rows = [{"item": str(one.pk), "due_on": one.due_on.isoformat()} for one in project.stages.all()]
    sent = about | {"kind": "term", "months": 6} | table("stages", rows)
    assert unit.post(NEW, sent | {"stages_due_on": ["明年", "后年"]}).status_code == 422
    assert unit.post(NEW, sent).status_code == 302
    assert ProjectChange.objects.get(kind="term").months == 6


def test_money_within_the_units_own_is_moved_by_its_administrator(client, project):
    unit = signed_in(client, Role.ENT_FILLER, project)
    codes = [one["code"] for one in project.edition.terms["budget_lines"]]
    amounts = {"equipment": "450,000.00", "materials": "550000"}
    own = {"equipment": "500000.00", "materials": "500000.00"}
    rows = [{"item": one, "grant": amounts.get(one, ""), "own": own.get(one, "0")} for one in codes]
    sent = {"project": project.pk, "kind": "budget", "grounds": "示例理由。"} | table("lines", rows)
    assert unit.post(NEW, sent | {"lines_grant": ["一百"] * len(codes)}).status_code == 422
    assert unit.post(NEW, sent).status_code == 302
    change = ProjectChange.objects.get()
    assert "单位可以自行调剂" in unit.get(change.get_absolute_url()).text
    move(unit, change, "hand_up")
    admin = signed_in(client, Role.ENT_ADMIN, change)
    page = admin.get(change.get_absolute_url()).text
    assert "按单位自行调剂办理" in page
    assert "报送县级科技管理部门</button>" not in page
    assert move(admin, change, "note").status_code == 302
    assert project.lines.get(code="equipment").grant == 450_000


def test_list_search_filter_and_export(client):
    first = ProjectChangeFactory(state="checking")
    ProjectChangeFactory(kind="term", state="approved")
    clerk = signed_in(client, Role.BUREAU_CLERK, first)

    page = clerk.get(reverse("projects:project-change-list"), {"kind": "budget", "q": first.number})
    assert page.text.count("data-href") == 1
    assert "没有符合条件" in clerk.get(reverse("projects:project-change-list"), {"q": "没有"}).text
    sheet = clerk.get(reverse("projects:project-change-export", args=["csv"]), {"state": "approved"})
    assert "实施期限延长" in sheet.getvalue().decode()
    assert clerk.get(reverse("projects:project-change-export", args=["pdf"])).status_code == 404
    assert signed_in(client, Role.TAX, first).get(reverse("projects:project-change-list")).status_code == 403


def test_programs_draft_write_and_move_what_pages_do(client, project):
    unit = signed_in(client, Role.ENT_FILLER, project)
    url = reverse("api:project-changes-list")

    def send(method, url, body):
        return getattr(client, method)(url, json.dumps(body), content_type="application/json")

    lines = [{"item": "equipment", "grant": "200000.00", "own": "500000.00"}]
    lines += [{"item": "materials", "grant": "800000.00", "own": "500000.00"}]
    body = {"project": project.pk, "kind": "budget", "grounds": "示例理由。", "lines": lines}
    made = send("post", url, body)
    assert made.status_code == 201
    assert made.json()["shifted"] == "300000.00"
    assert made.json()["compared"][0]["before"] == "500,000 元"
    one = reverse("api:project-changes-detail", args=[made.json()["id"]])
    assert send("patch", one, {"grounds": "新理由。"}).json()["grounds"] == "新理由。"
    assert send("patch", one, {"leader_name": "示例"}).status_code == 422
    assert send("post", f"{one}moves/hand_up/", {}).status_code == 200
    assert send("patch", one, {"grounds": "新理由。"}).status_code == 403
    assert unit.get(one).json()["state"] == "unit_review"
