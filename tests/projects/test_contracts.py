"""The contract by its services: drawn up from what was approved, changed in turns, signed by all, confirmed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role
from notices.models import Notice
from projects import selectors, services, tasks
from projects.documents.contracts import paper_of_project
from projects.enums.running import ProjectState as S
from projects.models import Project
from projects.services import found_project
from projects.services.contract_text import payments_of
from records import audit, calendar, clock, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, SamePerson
from records.models import AuditEvent, Document
from tests.factories.accounts import person
from tests.factories.projects import BudgetLineFactory
from tests.factories.records import PDF, pdf_upload
from tests.factories.running import RunningFactory, approved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    found = []
    monkeypatch.setattr(tasks.issue_paper, "delay", found.append)
    return found


def founded(**facts) -> Project:
    found = found_project(proposal=approved(**facts), by=person(Role.BUREAU_APPROVER), at=clock.now())
    return Project.objects.get(pk=found.pk)


def people(project):
    unit = {role: person(role, organisation=project.host) for role in (Role.ENT_FILLER, Role.ENT_ADMIN)}
    return unit | {role: person(role) for role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)}


def agreed(**facts):
    project = founded(**facts)
    who = people(project)
    services.hand_over_contract(project=project, by=who[Role.ENT_ADMIN])
    services.agree_contract(project=project, by=who[Role.BUREAU_CLERK])
    return project, who


def bring(project, party, by, **facts):
    given = {"signatory": "示例法人", "signed_on": clock.today(), "copy": pdf_upload()} | facts
    return services.record_copy(project=project, party=party, **given, by=by)


# --- drawn up ---------------------------------------------------------------------------------------------------------


def test_a_project_is_founded_with_parties_budget_targets_and_clauses_of_what_was_approved():
    project = founded()

    assert project.state == S.CONTRACT_UNIT
    assert project.sign_by == timezone.localdate(project.founded_at) + timedelta(days=60)
    assert [(p.role, p.name) for p in project.parties.all()] == [
        ("bureau", "石家庄市科学技术局"),
        ("leader", project.host.name),
        ("partner", "示例大学"),
    ]
    assert [(r.code, r.grant, r.own) for r in project.lines.all()] == [
        ("equipment", Decimal("600000.00"), Decimal("700000.00")),
        ("materials", Decimal("300000.00"), Decimal("300000.00")),
        ("labour", Decimal("100000.00"), Decimal("0.00")),
    ]
    assert [t.name for t in project.targets.all()] == ["纯度", "良率", "应用企业"]
    clauses = {one.code: one for one in project.clauses.all()}
    assert list(clauses) == [one["code"] for one in project.edition.terms["contract_clauses"]]
    assert {code for code, one in clauses.items() if one.is_fixed} == {
        "parties",
        "targets",
        "stages",
        "budget",
        "payment",
    }
    assert "丙方（联合单位）：示例大学" in clauses["parties"].text
    assert "壹佰万元整" in clauses["budget"].text
    assert "700,000 元（大写：柒拾万元整）" in clauses["payment"].text
    assert "中期检查节点" in clauses["stages"].text
    assert not any("{" in one.text for one in clauses.values())
    deadline = deadlines.current(project)
    day = calendar.add_working_days(timezone.localdate(project.founded_at), 5)
    assert (deadline.holder_role, deadline.due_on) == (Role.ENT_ADMIN, day)


def test_the_grant_that_was_decided_lies_on_the_lines_as_the_budget_review_accepted_them():
    proposal = approved()
    for code, asked, accepted in (("equipment", 600_000, 500_000), ("materials", 400_000, 400_000)):
        BudgetLineFactory(
            proposal=proposal, code=code, label=code, grant=asked, own=0, accepted=accepted, reason="示例"
        )

    project = found_project(proposal=proposal, by=person(Role.BUREAU_APPROVER), at=clock.now())

    lines = {row.code: row.grant for row in project.lines.all()}
    assert sum(lines.values()) == project.grant == Decimal("1000000.00")
    assert lines["equipment"] > lines["materials"] > lines["labour"] > 0
    assert [str(part) for _one, part in payments_of(project)] == ["700000.00", "300000.00"]


# --- changed in turns -------------------------------------------------------------------------------------------------


def test_each_side_changes_clauses_in_its_turn_and_every_change_stays():
    project = founded()
    who = people(project)
    clause = project.clauses.get(code="unit_duties")
    before = clause.text

    services.change_clause(
        project=project, clause=clause, text="一、新义务。", reason="示例甲", seen=0, by=who[Role.ENT_FILLER]
    )
    services.hand_over_contract(project=project, by=who[Role.ENT_ADMIN])
    services.change_clause(
        project=project, clause=clause, text="二、再改。", reason="示例乙", seen=1, by=who[Role.BUREAU_CLERK]
    )

    found = [(c.number, c.side, c.before, c.after, c.reason) for c in clause.changes.all()]
    assert found == [
        (1, "unit", before, "一、新义务。", "示例甲"),
        (2, "bureau", "一、新义务。", "二、再改。", "示例乙"),
    ]
    assert AuditEvent.objects.about(project).filter(verb="projects.project.change_clause").count() == 2


def test_what_the_unit_has_not_seen_is_not_agreed_on():
    project = founded()
    who = people(project)
    services.hand_over_contract(project=project, by=who[Role.ENT_ADMIN])
    clause = project.clauses.get(code="effect")
    services.change_clause(
        project=project, clause=clause, text="签字后生效。", reason="示例", by=who[Role.BUREAU_CLERK]
    )

    with pytest.raises(Conflict, match="生效"):
        services.agree_contract(project=project, by=who[Role.BUREAU_CLERK])

    services.hand_back_contract(project=project, reason="请核对生效条款", by=who[Role.BUREAU_CLERK])
    services.hand_over_contract(project=project, by=who[Role.ENT_ADMIN])
    services.agree_contract(project=project, by=who[Role.BUREAU_CLERK])
    assert (project.state, project.contract_version) == (S.SIGNING, 2)
    assert project.contract_versions.get(number=2).clauses[-1]["text"] == "签字后生效。"


def test_what_was_approved_is_fixed_and_what_is_stale_or_empty_or_the_same_is_refused():
    project = founded()
    filler = people(project)[Role.ENT_FILLER]
    fixed, free = project.clauses.get(code="budget"), project.clauses.get(code="effect")

    def change(clause, text, **facts):
        given = {"reason": "示例", "seen": 0} | facts
        services.change_clause(project=project, clause=clause, text=text, **given, by=filler)

    with pytest.raises(Conflict, match="变更程序"):
        change(fixed, "改了")
    for text, facts in ((" ", {}), (free.text, {}), ("新", {"reason": " "}), ("长" * 20_001, {})):
        with pytest.raises(Incomplete):
            change(free, text, **facts)
    change(free, "新的内容。")
    with pytest.raises(Conflict, match="已被他人修改"):
        change(free, "又一内容。")
    assert free.changes.count() == 1


def test_outside_the_turns_nobody_changes_anything():
    project, who = agreed()
    clause = project.clauses.get(code="effect")

    with pytest.raises(IllegalMove):
        services.change_clause(
            project=project, clause=clause, text="新", reason="示例", by=who[Role.BUREAU_CLERK]
        )


# --- the paper --------------------------------------------------------------------------------------------------------


def test_the_text_agreed_on_becomes_a_paper_with_amounts_in_words_and_a_line_for_each_party(rung):
    project, _who = agreed()
    event = AuditEvent.objects.about(project).get(verb="projects.project.agree")

    assert project.contract_number.startswith("SJZ-LHRW-")
    spec = paper_of_project(project, event)
    context = spec["context"]
    assert (spec["kind"], spec["template"]) == ("project_contract", "projects/print/contract.html")
    assert context["grant_in_capitals"] == "壹佰万元整"
    assert [part["in_capitals"] for part in context["payments"]] == ["柒拾万元整", "叁拾万元整"]
    assert [party["name"] for party in context["parties"]] == [
        "石家庄市科学技术局",
        project.host.name,
        "示例大学",
    ]
    assert context["lines"]["grant"] == "1,000,000"
    assert len(context["clauses"]) == project.clauses.count()


def test_the_paper_is_made_once_and_has_its_number():
    project, _who = agreed()
    event = AuditEvent.objects.about(project).get(verb="projects.project.agree")

    assert services.promise_of(event_id=event.pk) == event
    made = services.issue_missing_papers(before=clock.now() + timedelta(seconds=1))
    again = services.issue_missing_papers(before=clock.now() + timedelta(seconds=1))

    paper = Document.objects.about(project).get()
    assert (made, again, paper.number) == (1, 0, project.contract_number)


def test_a_text_agreed_on_anew_is_a_paper_of_its_own_under_the_same_number():
    project, who = agreed()
    bring(project, project.parties.get(role="leader"), who[Role.ENT_FILLER])
    services.reopen_contract(project=project, reason="示例：分工有变", by=who[Role.BUREAU_CLERK])

    assert (project.state, project.contract_version) == (S.CONTRACT_UNIT, None)
    assert not project.parties.filter(signed_on__isnull=False).exists()
    services.hand_over_contract(project=project, by=who[Role.ENT_ADMIN])
    services.agree_contract(project=project, by=who[Role.BUREAU_CLERK])

    events = AuditEvent.objects.about(project).filter(verb="projects.project.agree").order_by("pk")
    assert [event.data["paper"]["number"] for event in events] == [
        project.contract_number,
        f"{project.contract_number}-2",
    ]


# --- signed and confirmed ---------------------------------------------------------------------------------------------


def test_all_parties_sign_two_people_check_and_confirm_and_the_project_runs():
    project, who = agreed()
    filler, clerk, approver = (
        who[role] for role in (Role.ENT_FILLER, Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
    )
    assert deadlines.current(project).due_on == project.sign_by

    with pytest.raises(Incomplete) as lacking:
        services.hand_in_copies(project=project, by=who[Role.ENT_ADMIN])
    assert len(lacking.value.reasons) == 2
    for party in project.parties.exclude(role="bureau"):
        bring(project, party, filler)
    services.hand_in_copies(project=project, by=who[Role.ENT_ADMIN])
    with pytest.raises(Incomplete, match="甲方"):
        services.check_copies(project=project, by=clerk)
    bring(project, project.parties.get(role="bureau"), clerk, copy=pdf_upload("甲方.pdf", PDF + b"2"))
    services.check_copies(project=project, by=clerk)
    with pytest.raises(SamePerson):
        services.confirm_contract(project=project, by=clerk)
    assert list(selectors.contracted_projects()) == []
    services.confirm_contract(project=project, by=approver)

    project = selectors.contracted_projects().get()
    assert (project.state, project.contract_signed_on) == (S.RUNNING, clock.today())
    assert project.edition.terms["instalments"][0]["due"] == "contract"
    assert selectors.copies_of(project).count() == 2
    assert deadlines.current(project) is None
    assert audit.history(project).last().verb == "projects.project.confirm_contract"
    told = Notice.objects.filter(event="projects.project.confirm_contract", recipient=filler).get()
    assert "首期资金" in told.body


def test_a_copy_is_signed_by_somebody_after_the_agreement_and_not_in_the_future():
    project, who = agreed()
    party, filler = project.parties.get(role="leader"), who[Role.ENT_FILLER]
    today = clock.today()

    for facts in (
        {"signatory": " "},
        {"signed_on": today + timedelta(days=1)},
        {"signed_on": today - timedelta(days=1)},
        {"copy": None},
        {"copy": pdf_upload("示例.docx")},
    ):
        with pytest.raises((Incomplete, BadFile)):
            bring(project, party, filler, **facts)
    with pytest.raises(IllegalMove):
        bring(project, project.parties.get(role="bureau"), who[Role.BUREAU_CLERK])
    party.refresh_from_db()
    assert party.signed_on is None


def test_copies_and_checks_go_back_with_reasons():
    project, who = agreed()
    for party in project.parties.exclude(role="bureau"):
        bring(project, party, who[Role.ENT_FILLER])
    services.hand_in_copies(project=project, by=who[Role.ENT_ADMIN])

    services.return_copies(project=project, reason="扫描不清", by=who[Role.BUREAU_CLERK])

    assert (project.state, deadlines.current(project).due_on) == (S.SIGNING, project.sign_by)
    told = Notice.objects.filter(event="projects.project.return_copies").first()
    assert "扫描不清。" in told.body


def test_what_is_not_signed_by_its_day_is_found():
    late = RunningFactory(sign_by=clock.today() - timedelta(days=1))
    RunningFactory()
    RunningFactory(state="running", sign_by=clock.today() - timedelta(days=1))

    assert list(Project.objects.unsigned(clock.today())) == [late]
