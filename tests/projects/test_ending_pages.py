"""The pages of stopping and ending projects: who opens which, what each shows, and the way through them by POST."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from projects import tasks
from projects.models import ProjectEnding
from records import clock
from tests.factories.accounts import person
from tests.factories.endings import ProjectEndingFactory
from tests.factories.records import PDF, pdf_upload
from tests.factories.running import ProjectExpenseFactory, RunningFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)


def signed_in(client, role, subject):
    home = subject.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
    someone = person(role, organisation=home, division=subject.division.code)
    client.force_login(someone)
    return someone


def test_the_clerk_proposes_from_the_projects_page_and_the_form_says_what_is_lacking(client):
    project = RunningFactory(state="running")
    url = reverse("projects:approved-end", args=[project.pk])
    signed_in(client, Role.BUREAU_CLERK, project)

    assert url in client.get(project.get_absolute_url()).text
    assert 'value="midterm_failed" selected' in client.get(f"{url}?ground=midterm_failed").text
    answer = client.post(url, {"kind": "suspend", "ground": "infeasible", "facts": "示例"})
    assert answer.status_code == 422
    assert "请填写中止至哪一天" in answer.text
    until = clock.today() + timedelta(days=60)
    client.post(url, {"kind": "suspend", "ground": "infeasible", "facts": "示例", "until": until})
    client.post(url, {"kind": "terminate", "ground": "midterm_failed", "facts": "示例"})

    found = ProjectEnding.objects.order_by("pk")
    assert [(case.kind, case.ground, case.until) for case in found] == [
        ("suspend", "infeasible", until),
        ("terminate", "midterm_failed", None),
    ]


def test_the_administrator_gives_up_and_nobody_else_of_the_unit(client):
    project = RunningFactory(state="running")
    url = reverse("projects:approved-give-up", args=[project.pk])
    signed_in(client, Role.ENT_FILLER, project)
    assert client.get(url).status_code == 403
    signed_in(client, Role.ENT_ADMIN, project)

    assert url in client.get(project.get_absolute_url()).text
    assert client.post(url, {"facts": "示例"}).status_code == 422
    client.post(url, {"facts": "示例", "files": [pdf_upload("终止申请.pdf", PDF)]})

    case = ProjectEnding.objects.get()
    page = client.get(case.get_absolute_url()).text
    assert (case.by_unit, "终止申请.pdf" in page, "撤回申请" in page) == (True, True, True)


def test_heard_settled_and_decided_by_post(client):
    case = ProjectEndingFactory(state="statement", project=RunningFactory(state="running"))
    line = ProjectExpenseFactory(project=case.project, amount="3000.00").line

    def post(role, action, **facts):
        signed_in(client, role, case)
        page = client.get(case.get_absolute_url()).text
        client.post(reverse("projects:ending-move", args=[case.pk, action]), facts)
        case.refresh_from_db()
        return page

    page = post(Role.ENT_ADMIN, "state", statement="无异议。")
    assert "您有权陈述、申辩" in page
    assert "核对、补列支出" in page
    rows = [(one.code, "2000.00" if one == line else "0.00") for one in case.project.lines.order_by("pk")]
    lines = {
        "lines_item": [code for code, _amount in rows],
        "lines_recognised": [amount for _code, amount in rows],
        "lines_note": ["与项目无关" for _row in rows],
    }
    post(Role.BUREAU_CLERK, "settle", finding="示例意见。", **lines)
    page = post(Role.ENT_ADMIN, "terminate", minute_number="示例")
    assert (case.state, str(case.recognised)) == ("confirmation", "2000.00")
    assert "示例意见" not in page
    post(Role.BUREAU_APPROVER, "drop", reason="继续实施")
    assert case.state == "dropped"


@pytest.mark.parametrize("role", [Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.BUREAU_APPROVER, Role.FINANCE])
def test_the_list_shows_what_its_reader_may_know(client, role):
    known = ProjectEndingFactory(state="terminated")
    hidden = ProjectEndingFactory(state="proposed", project=RunningFactory(proposal__host=known.host))
    signed_in(client, role, known)

    page = client.get(reverse("projects:ending-list")).text

    assert known.number in page
    assert (hidden.number in page) == (role in (Role.BUREAU_APPROVER, Role.FINANCE))
    found = client.get(reverse("projects:ending-list"), {"kind": "suspend"})
    assert known.number not in found.text
    sheet = client.get(reverse("projects:ending-export", args=["csv"])).getvalue().decode("utf-8-sig")
    assert "300000.00" in sheet


def test_a_stopped_project_says_so_on_its_page(client):
    case = ProjectEndingFactory(state="suspended")
    signed_in(client, Role.ENT_FILLER, case)

    page = client.get(case.project.get_absolute_url()).text

    assert "项目中止中" in page
    assert case.number in page
