"""Mid-term checks by services and pages: opened by the clock, frozen, judged at the desk or by experts, concluded."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from evaluation.desk.review_of_midterms import MIDTERM_REVIEW
from evaluation.models import EngagementBatch
from projects import selectors, services, tasks
from projects.documents.midterms import paper_of_midterm
from projects.enums.midterm import MidtermState as S
from projects.models import Project, ProjectEdition, ProjectMidterm
from records import clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible
from records.models import AuditEvent, Document
from tests.factories.accounts import person, system_user
from tests.factories.evaluation import EngagementFactory
from tests.factories.institutes import a_user
from tests.factories.midterms import STAGE, ProjectMidtermFactory
from tests.factories.records import PDF, pdf_upload
from tests.factories.running import RunningFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)


def of(case, role):
    home = case.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
    return person(role, organisation=home, division=case.division.code)


def half_over(state="running", **facts) -> Project:
    day = clock.today()
    return RunningFactory(
        state=state, starts_on=day - timedelta(days=200), ends_on=day + timedelta(days=199), **facts
    )


def opened() -> ProjectMidterm:
    project = half_over()
    project.stages.update(report="示例", reported_at=clock.now(), reported_by=of(project, Role.ENT_FILLER))
    return services.open_midterm(project=project, by=system_user())


def write(midterm) -> None:
    by = of(midterm, Role.ENT_FILLER)
    texts = {part["code"]: "示例内容。" for part in midterm.edition.terms["midterm_parts"]}
    services.save_midterm(midterm=midterm, texts=texts, by=by)
    upload = pdf_upload("中期报告.pdf", PDF + str(midterm.mended).encode())
    services.attach_midterm_files(midterm=midterm, kind="midterm_report", uploads=[upload], by=by)


def handed_in() -> ProjectMidterm:
    midterm = opened()
    write(midterm)
    services.hand_up_midterm(midterm=midterm, by=of(midterm, Role.ENT_FILLER))
    services.hand_in_midterm(midterm=midterm, by=of(midterm, Role.ENT_ADMIN))
    return midterm


def mend_in(days: int, outcome: str = "mend") -> dict:
    day = clock.today() + timedelta(days=days)
    return {"outcome": outcome, "grounds": "示例。", "requirements": "补齐检测报告。", "mend_by": day}


def test_the_clock_opens_it_once_when_half_of_the_term_is_over_and_closes_it_with_the_project():
    due = half_over()
    RunningFactory(state="running")
    half_over(state="signing")

    assert tasks.sweep_midterms() == 1
    assert tasks.sweep_midterms() == 0
    midterm = ProjectMidterm.objects.get()
    held = deadlines.current(midterm)
    assert (midterm.project, held.holder_role, held.due_on) == (due, Role.ENT_FILLER, midterm.due_by)
    assert selectors.check_day(due) <= clock.today() < midterm.due_by
    Project.objects.filter(pk=due.pk).update(ended_at=clock.now(), ended_by=a_user("project-approver"))
    assert tasks.sweep_midterms() == 1
    midterm.refresh_from_db()
    assert (midterm.state, deadlines.current(midterm)) == (S.LAPSED, None)


def test_what_is_lacking_is_said_and_what_is_handed_in_is_frozen():
    midterm = services.open_midterm(project=half_over(), by=system_user())
    filler = of(midterm, Role.ENT_FILLER)

    with pytest.raises(Incomplete) as said:
        services.hand_up_midterm(midterm=midterm, by=filler)
    words = str(said.value)
    for piece in ("任务进展", "请上传中期报告", "中期检查节点"):
        assert piece in words
    done = handed_in()
    assert done.number.startswith("SJZ-LHZQ-")
    assert [row["reported"] for row in done.stages] == [True, True]
    assert [row["code"] for row in done.budget] == ["equipment", "materials"]
    done.project.stages.update(report="后来改的")
    assert "后来改的" not in str(selectors.stages_as_checked(done))
    with pytest.raises(IllegalMove):
        services.save_midterm(midterm=done, texts={}, by=filler)
    with pytest.raises(IllegalMove):
        services.attach_midterm_files(midterm=done, kind="midterm_report", uploads=[], by=filler)


def test_two_people_let_it_go_on_and_the_unit_gets_the_opinion():
    midterm = handed_in()
    clerk, approver = of(midterm, Role.BUREAU_CLERK), of(midterm, Role.BUREAU_APPROVER)
    services.return_midterm(midterm=midterm, reason="补充", by=clerk)
    services.hand_up_midterm(midterm=midterm, by=of(midterm, Role.ENT_FILLER))
    services.send_back_midterm(midterm=midterm, reason="示例", by=of(midterm, Role.ENT_ADMIN))
    services.hand_up_midterm(midterm=midterm, by=of(midterm, Role.ENT_FILLER))
    services.hand_in_midterm(midterm=midterm, by=of(midterm, Role.ENT_ADMIN))
    with pytest.raises(Incomplete):
        services.propose_midterm(midterm=midterm, outcome="", grounds=" ", by=clerk)
    services.propose_midterm(midterm=midterm, outcome="continue", grounds="进展正常。", by=clerk)
    with pytest.raises(Conflict, match="不一致"):
        services.stop_midterm(midterm=midterm, by=approver)
    services.return_midterm_proposal(midterm=midterm, reason="再核", by=approver)
    services.propose_midterm(midterm=midterm, outcome="continue", grounds="进展正常。", by=clerk)
    services.continue_midterm(midterm=midterm, by=approver)

    assert midterm.state == S.CONTINUED
    assert selectors.terminable(midterm.project) is None
    event = AuditEvent.objects.about(midterm).get(verb="projects.projectmidterm.continue")
    context = paper_of_midterm(ProjectMidterm.objects.get(pk=midterm.pk), event)["context"]
    assert (context["result"], context["reached"], context["stages"]) == ("继续实施", 2, 2)
    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 1
    assert Document.objects.about(midterm).get().number.startswith("SJZ-LHZY-")


def test_a_time_to_mend_is_given_once_with_its_own_paper_then_it_goes_on_or_stops():
    midterm = handed_in()
    clerk, approver = of(midterm, Role.BUREAU_CLERK), of(midterm, Role.BUREAU_APPROVER)
    for days in (0, 91):
        with pytest.raises(Incomplete, match="整改期限须晚于今天"):
            services.propose_midterm(midterm=midterm, **mend_in(days), by=clerk)
    with pytest.raises(Incomplete, match="逐项写明整改要求"):
        services.propose_midterm(midterm=midterm, **mend_in(60) | {"requirements": ""}, by=clerk)
    services.propose_midterm(midterm=midterm, **mend_in(60), by=clerk)
    services.mend_midterm(midterm=midterm, by=approver)

    assert (midterm.state, midterm.mended) == (S.MENDING, 1)
    assert deadlines.current(midterm).due_on == midterm.mend_by == midterm.due_by
    assert midterm.is_overdue(midterm.mend_by + timedelta(days=1))
    write(midterm)
    services.hand_up_midterm(midterm=midterm, by=of(midterm, Role.ENT_FILLER))
    services.hand_in_midterm(midterm=midterm, by=of(midterm, Role.ENT_ADMIN))
    with pytest.raises(Incomplete, match="以 1 次为限"):
        services.propose_midterm(midterm=midterm, **mend_in(60), by=clerk)
    services.propose_midterm(midterm=midterm, outcome="stop", grounds="整改后仍未完成。", by=clerk)
    services.stop_midterm(midterm=midterm, by=approver)

    assert selectors.terminable(midterm.project) == midterm
    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 2
    kinds = set(Document.objects.about(midterm).values_list("kind", flat=True))
    assert kinds == {"project_midterm_opinion", "project_midterm_opinion_2"}


def test_experts_look_where_the_edition_says_so_or_the_clerk_wants_them():
    midterm = ProjectMidtermFactory(state="checking")
    clerk = of(midterm, Role.BUREAU_CLERK)
    terms = midterm.edition.terms
    rule = terms["midterm"] | {"route": "panel"}
    ProjectEdition.objects.filter(pk=midterm.edition.pk).update(terms=terms | {"midterm": rule})
    midterm = ProjectMidterm.objects.get(pk=midterm.pk)
    with pytest.raises(NotEligible, match="先由专家检查"):
        services.propose_midterm(midterm=midterm, outcome="continue", grounds="示例。", by=clerk)
    engagement = EngagementFactory()
    with pytest.raises(Incomplete, match="评审委托"):
        services.entrust_midterm(midterm=midterm, agency=engagement.agency, by=clerk)
    EngagementBatch.objects.create(engagement=engagement, kind="project_midterm")
    services.entrust_midterm(midterm=midterm, agency=engagement.agency, by=clerk)

    manager = person(Role.AGENCY, organisation=engagement.agency)
    assert list(MIDTERM_REVIEW.handed_to(manager)) == [midterm]
    chapters = MIDTERM_REVIEW.read(midterm, blind=False).chapters()
    assert [str(one.title) for one in chapters] == ["阶段目标完成情况", "经费执行", "中期报告"]
    assert chapters[0].items[0].rows[0][0].text == STAGE["title"]
    assert midterm.host.name in MIDTERM_REVIEW.parties(midterm).units
    assert str(MIDTERM_REVIEW.describe(midterm).title) == str(midterm.project)
    services.record_midterm_review(
        midterm=midterm, score=Decimal("55.00"), passed=False, opinion="示例", by=manager
    )
    services.reopen_midterm_review(midterm=midterm, reason="示例", by=manager)
    assert (midterm.state, midterm.score) == (S.PANEL_REVIEW, None)
    services.take_over_midterm(midterm=midterm, agency=engagement.agency, reason="示例", by=manager)
    services.record_midterm_review(
        midterm=midterm, score=Decimal("75.00"), passed=True, opinion="示例", by=manager
    )
    services.propose_midterm(midterm=midterm, outcome="continue", grounds="示例。", by=clerk)
    assert midterm.state == S.CONFIRMATION


# --- pages and programs ---------------------------------------------------------------------------------------------


def signed_in(client, role, case):
    client.force_login(of(case, role))
    return client


def test_the_unit_writes_and_hands_in_on_its_pages_and_the_bureau_concludes(client):
    midterm = opened()
    page, edit = midterm.get_absolute_url(), reverse("projects:midterm-edit", args=[midterm.pk])

    def move(action, **sent):
        return client.post(reverse("projects:midterm-move", args=[midterm.pk, action]), sent)

    unit = signed_in(client, Role.ENT_FILLER, midterm)
    assert "报送前还须完成" in unit.get(page).text
    assert page in unit.get(midterm.project.get_absolute_url()).text
    texts = {f"text_{part['code']}": "示例内容。" for part in midterm.edition.terms["midterm_parts"]}
    assert unit.post(edit, texts).status_code == 302
    files = reverse("projects:midterm-files", args=[midterm.pk])
    assert unit.post(files, {"kind": "midterm_report"}).status_code == 422
    assert (
        unit.post(files, {"kind": "midterm_report", "uploads": [pdf_upload("报告.pdf")]}).status_code == 302
    )
    assert "报告.pdf" in unit.get(edit).text
    assert "示例内容。" not in signed_in(client, Role.BUREAU_CLERK, midterm).get(page).text
    signed_in(client, Role.ENT_FILLER, midterm)
    assert move("hand_up").status_code == 302
    assert client.get(edit).status_code == 403
    signed_in(client, Role.ENT_ADMIN, midterm)
    assert move("hand_in").status_code == 302
    clerk = signed_in(client, Role.BUREAU_CLERK, midterm)
    shown, line = clerk.get(page).text, midterm.project.lines.first()
    assert "示例内容。" in shown
    assert f'class="num">{line.grant:,.2f}</td>' in shown
    assert move("propose", outcome="continue", grounds="进展正常。").status_code == 302
    assert "进展正常。" not in signed_in(client, Role.ENT_FILLER, midterm).get(page).text
    signed_in(client, Role.BUREAU_APPROVER, midterm)
    assert move("continue").status_code == 302
    assert "进展正常。" in signed_in(client, Role.ENT_FILLER, midterm).get(page).text


def test_a_check_that_is_to_end_the_project_leads_the_clerk_to_ending_it(client):
    midterm = ProjectMidtermFactory(state="stopped")
    end = reverse("projects:approved-end", args=[midterm.project_id])
    clerk = signed_in(client, Role.BUREAU_CLERK, midterm)

    page = clerk.get(midterm.get_absolute_url()).text
    assert f"{end}?kind=terminate&amp;ground=midterm_failed" in page
    form = clerk.get(end, {"kind": "terminate", "ground": "midterm_failed", "facts": midterm.grounds})
    assert midterm.grounds in form.text
    assert end not in signed_in(client, Role.ENT_ADMIN, midterm).get(midterm.get_absolute_url()).text


def test_late_ones_are_warned_of_found_and_exported(client):
    late = ProjectMidtermFactory(due_by=clock.today() - timedelta(days=3))
    ProjectMidtermFactory(state="continued")
    clerk, rows = signed_in(client, Role.BUREAU_CLERK, late), reverse("projects:midterm-list")

    assert "已逾期 3 日" in clerk.get(late.get_absolute_url()).text
    page = clerk.get(rows, {"late": "over", "q": late.project.number}).text
    assert page.count("data-href") == 1
    assert "逾期未报送" in page
    sheet = clerk.get(reverse("projects:midterm-export", args=["csv"]), {"state": "continued"})
    assert "继续实施" in sheet.getvalue().decode()
    assert clerk.get(reverse("projects:midterm-export", args=["pdf"])).status_code == 404
    assert signed_in(client, Role.TAX, late).get(rows).status_code == 403


def test_programs_write_bring_and_read_what_pages_do(client):
    midterm = opened()
    signed_in(client, Role.ENT_FILLER, midterm)
    one = reverse("api:project-midterms-detail", args=[midterm.pk])

    def patch(body):
        return client.patch(one, json.dumps(body), content_type="application/json")

    assert patch({"text_progress": "示例内容。"}).json()["texts"]["progress"] == "示例内容。"
    assert patch({"text_nothing": "示例"}).status_code == 422
    sent = {"kind": "midterm_report", "uploads": [pdf_upload("报告.pdf")]}
    assert client.post(f"{one}files/", sent).status_code == 201
    assert [row["name"] for row in client.get(f"{one}files/").json()] == ["报告.pdf"]
    assert [row["reported"] for row in client.get(f"{one}figures/").json()["stages"]] == [True, True]
    clerk = signed_in(client, Role.BUREAU_CLERK, midterm)
    assert clerk.get(one).json()["texts"] == {}
    assert clerk.get(f"{one}figures/").status_code == 403
