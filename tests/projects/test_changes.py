"""Changes of running projects by their services: each kind carried out to the last column, each refusal in words."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.utils import timezone

from accounts.roles import Role
from projects import integrity, selectors, services, tasks
from projects.documents.changes import paper_of_change
from projects.enums.changes import ProjectChangeState as S
from projects.models import Project, ProjectChange, ProjectEdition
from projects.policy import last_day
from projects.services.finals import open_final
from projects.services.running import open_stages
from records import clock, deadlines
from records.crypto import blind_index
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from records.models import AuditEvent, Deadline, Document
from tests.factories.accounts import make_uscc, person, system_user
from tests.factories.changes import NEW_LEADER, ProjectChangeFactory, asked_of, lines, newcomer
from tests.factories.records import pdf_upload
from tests.factories.running import (
    ContractClauseFactory,
    ProjectExpenseFactory,
    ProjectFinalFactory,
    RunningFactory,
)

pytestmark = pytest.mark.django_db
OLD = "110101195002020022"


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)


@pytest.fixture
def project():
    found = RunningFactory(state="running")
    for order, code in enumerate(("parties", "stages"), 10):
        ContractClauseFactory(project=found, code=code, order=order, title=code, is_fixed=True)
    return found


def of(case, role):
    home = case.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
    return person(role, organisation=home, division=case.division.code)


def draft(project, kind: str, asked=None, **more) -> ProjectChange:
    given = {"id_number": NEW_LEADER} if kind == "leader" else {}
    files = {
        "leader": {"project_change_consent": pdf_upload("同意书.pdf")},
        "partner": {"project_change_agreement": pdf_upload("协议.pdf")},
        "term": {"project_change_basis": pdf_upload("说明.pdf")},
    }.get(kind, {})
    facts = {"asked": asked_of(kind, project) if asked is None else asked, "grounds": "示例理由。"}
    facts |= {"files": files} | given | more
    return services.draft_project_change(project=project, kind=kind, by=of(project, Role.ENT_FILLER), **facts)


def in_decision(project, kind: str, asked=None, **more) -> ProjectChange:
    """Through unit, county and the clerk, who is for it."""
    change = draft(project, kind, asked, **more)
    services.hand_up_project_change(project_change=change, by=change.drafted_by)
    services.hand_in_project_change(project_change=change, by=of(change, Role.ENT_ADMIN))
    county = of(change, Role.COUNTY_STAFF)
    services.give_project_change_opinion(
        project_change=change, position="agrees", opinion="属实。", by=county
    )
    services.propose_project_change(
        project_change=change, finding="approve", opinion="不影响指标。", by=of(change, Role.BUREAU_CLERK)
    )
    return change


def approved(project, kind: str, asked=None, **more) -> Project:
    change = in_decision(project, kind, asked, **more)
    services.approve_project_change(project_change=change, by=of(change, Role.BUREAU_APPROVER))
    return Project.objects.get(pk=project.pk)


def refused(project, kind: str, asked=None, error=Conflict, **more) -> str:
    with pytest.raises(error) as said:
        draft(project, kind, asked, **more)
    assert not project.changes.exists()
    return "".join(str(reason) for reason in said.value.reasons)


# --- carried out ----------------------------------------------------------------------------------------------------


def test_another_leader_is_named_on_project_and_contract_and_kept_encrypted(project):
    before, version = project.leader_name, project.contract_version
    found = approved(project, "leader")

    assert (found.leader_name, found.leader_mark) == ("示例新负责人", blind_index(NEW_LEADER))
    change = found.last_change
    assert (change.state, found.changed_at, found.contract_version) == (
        S.APPROVED,
        change.decided_at,
        version + 1,
    )
    clause = found.clauses.get(code="parties")
    assert "项目负责人：示例新负责人" in clause.text
    line = clause.changes.get()
    assert (line.project_change, line.after, line.side) == (change, clause.text, "bureau")
    assert "示例新负责人" in str(found.contract_versions.get(number=version + 1).clauses)
    assert change.comparison[0]["before"] == before
    raw = ProjectChange.objects.extra(select={"raw": "leader_id"}).values_list("raw", flat=True).get()
    assert NEW_LEADER not in raw
    assert NEW_LEADER not in str(list(AuditEvent.objects.about(change).values_list("data", flat=True)))
    assert not integrity.projects_are_what_their_changes_made_them()
    Project.objects.filter(pk=found.pk).update(leader_mark="somebody")
    assert integrity.projects_are_what_their_changes_made_them()


def test_a_partner_is_replaced_and_the_former_stays_on_record(project):
    old = selectors.partners_of(project).get()
    asked = {"leaving": [old.pk], "joining": [newcomer(uscc=make_uscc(4711))], "division": "示例分工。"}
    found = approved(project, "partner", asked)

    new = selectors.partners_of(found).get()
    assert (new.name, new.signatory, new.joined_by) == ("示例新伙伴公司", "示例法人", found.last_change)
    assert new.copy.name == "协议.pdf"
    old.refresh_from_db()
    assert (old.left_by, old.has_left, new.has_left) == (found.last_change, True, False)
    text = found.clauses.get(code="parties").text
    assert new.uscc in text
    assert old.name not in text
    assert not integrity.confirmed_contracts_are_signed_by_all()


def test_money_moves_between_lines_and_the_sum_stays(project):
    asked = lines("200000.00", "800000.00", own="600000.00")
    change = in_decision(project, "budget", asked)
    assert change.shifted == D("300000.00")
    paid = list(project.proposal.call.edition.terms["instalments"])
    services.approve_project_change(project_change=change, by=of(change, Role.BUREAU_APPROVER))

    found = Project.objects.get(pk=project.pk)
    assert {row.code: (row.grant, row.own) for row in found.lines.all()} == {
        "equipment": (D("200000.00"), D("600000.00")),
        "materials": (D("800000.00"), D("600000.00")),
    }
    assert (found.grant, found.own) == (project.grant, D("1200000.00"))
    assert "材料费：财政资金 800,000 元" in found.clauses.get(code="budget").text
    assert found.edition.terms["instalments"] == paid
    assert not integrity.budgets_of_projects_add_up()


def test_a_longer_term_moves_stages_deadlines_and_the_final_acceptance(project):
    open_stages(project, at=clock.now())
    final = open_final(project, due_by=project.ends_on, by=system_user(), at=clock.now())
    first, last = project.stages.order_by("due_on")
    end = last_day(project.ends_on + timedelta(days=1), 6)
    days = {str(first.pk): first.due_on.isoformat(), str(last.pk): end.isoformat()}
    found = approved(project, "term", {"months": 6, "stages": days})

    assert (found.months, found.ends_on) == (project.months + 6, end)
    assert found.stages.order_by("due_on").last().due_on == end
    held = Deadline.objects.about(found).open().get(kind=last.deadline_kind)
    final.refresh_from_db()
    assert (held.due_on, final.due_by, deadlines.current(final).due_on) == (end, end, end)
    assert not integrity.projects_are_what_their_changes_made_them()
    assert "届满" not in refused_again(found)


def refused_again(project) -> str:
    with pytest.raises(Conflict) as said:
        draft(project, "term")
    words = str(said.value)
    assert "最多延长 1 次" in words
    return words


def test_a_tenth_of_the_grant_the_unit_moves_alone_and_all_hear_of_it(project):
    change = draft(project, "budget", lines("400000.00", "600000.00"))
    services.hand_up_project_change(project_change=change, by=change.drafted_by)
    admin = of(change, Role.ENT_ADMIN)
    with pytest.raises(Conflict, match="自行调剂即可"):
        services.hand_in_project_change(project_change=change, by=admin)
    services.note_project_change(project_change=change, by=admin)

    assert (change.state, change.contract_version) == (S.NOTED, 2)
    assert project.lines.get(code="materials").grant == D("600000.00")
    line = project.clauses.get(code="budget").changes.get()
    assert (line.side, change.number in line.reason) == ("unit", True)

    more = draft(project, "budget", lines("399999.99", "600000.01"))
    services.hand_up_project_change(project_change=more, by=more.drafted_by)
    with pytest.raises(Conflict, match="须报批"):
        services.note_project_change(project_change=more, by=admin)


def test_without_the_countys_part_it_goes_to_the_city_at_once(project):
    terms = project.edition.terms
    change = draft(project, "leader")
    services.hand_up_project_change(project_change=change, by=change.drafted_by)
    admin = of(change, Role.ENT_ADMIN)
    with pytest.raises(Conflict, match="先经县级"):
        services.hand_in_project_change_to_city(project_change=change, by=admin)
    rule = terms["change"] | {"county_opinion": False}
    ProjectEdition.objects.filter(pk=project.edition.pk).update(terms=terms | {"change": rule})
    change = ProjectChange.objects.get(pk=change.pk)
    with pytest.raises(Conflict, match="不要求县级意见"):
        services.hand_in_project_change(project_change=change, by=admin)
    services.hand_in_project_change_to_city(project_change=change, by=admin)

    assert change.state == S.CHECKING


# --- decided --------------------------------------------------------------------------------------------------------


def test_two_people_decide_as_proposed_and_the_unit_gets_a_paper(project):
    change = in_decision(project, "leader")
    approver = of(change, Role.BUREAU_APPROVER)
    with pytest.raises(SamePerson):
        services.approve_project_change(project_change=change, by=change.proposed_by)
    with pytest.raises(Conflict, match="不一致"):
        services.refuse_project_change(project_change=change, reason="示例", by=approver)
    services.return_project_change_proposal(project_change=change, reason="再核", by=approver)
    clerk = of(change, Role.BUREAU_CLERK)
    with pytest.raises(Incomplete):
        services.propose_project_change(project_change=change, finding="", opinion=" ", by=clerk)
    services.propose_project_change(project_change=change, finding="refuse", opinion="示例。", by=clerk)
    with pytest.raises(Incomplete):
        services.refuse_project_change(project_change=change, reason=" ", by=approver)
    services.refuse_project_change(project_change=change, reason="影响指标完成。", by=approver)

    assert Project.objects.get(pk=project.pk).leader_name == project.leader_name
    event = AuditEvent.objects.about(change).get(verb="projects.projectchange.refuse")
    spec = paper_of_change(ProjectChange.objects.get(pk=change.pk), event)
    assert (spec["kind"], spec["context"]["reasons"]) == ("project_change_refusal", ["影响指标完成。"])
    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 1
    assert Document.objects.about(change).get().number.startswith("SJZ-LHBN-")


def test_the_reply_says_what_stood_and_what_stands(project):
    found = approved(project, "leader")
    change = found.last_change
    event = AuditEvent.objects.about(change).get(verb="projects.projectchange.approve")

    context = paper_of_change(change, event)["context"]
    assert context["rows"] == change.comparison
    assert (context["version"], context["with_county"]) == (2, True)
    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 1
    assert Document.objects.about(change).get().number.startswith("SJZ-LHBF-")


def test_what_forbids_it_meanwhile_is_said_to_the_approver(project):
    change = in_decision(project, "budget", lines("100000.00", "900000.00"))
    line = project.lines.get(code="equipment")
    ProjectExpenseFactory(project=project, line=line, amount=D("100000.01"))
    approver = of(change, Role.BUREAU_APPROVER)

    with pytest.raises(Conflict, match=r"低于已列支金额，差 0\.01 元"):
        services.approve_project_change(project_change=change, by=approver)
    assert ProjectChange.objects.get(pk=change.pk).state == S.DECISION
    services.withdraw_project_change(project_change=change, reason="另行提出", by=of(change, Role.ENT_ADMIN))
    assert change.state == S.WITHDRAWN
    assert not project.changes.carried_out().exists()


def test_it_is_returned_and_handed_in_anew_under_the_same_number(project):
    change = draft(project, "leader")
    admin = of(change, Role.ENT_ADMIN)
    services.hand_up_project_change(project_change=change, by=change.drafted_by)
    services.send_back_project_change(project_change=change, reason="示例", by=admin)
    services.revise_project_change(
        project_change=change,
        asked=change.asked | {"title": "教授"},
        grounds="新理由。",
        by=change.drafted_by,
    )
    assert (change.leader_id, change.asked["title"]) == (NEW_LEADER, "教授")
    services.hand_up_project_change(project_change=change, by=change.drafted_by)
    with pytest.raises(IllegalMove):
        services.revise_project_change(
            project_change=change, asked=change.asked, grounds="示例", by=change.drafted_by
        )
    services.hand_in_project_change(project_change=change, by=admin)
    number, county = change.number, of(change, Role.COUNTY_STAFF)
    with pytest.raises(Incomplete):
        services.give_project_change_opinion(project_change=change, position="", opinion="", by=county)
    services.county_return_project_change(project_change=change, reason="补充", by=county)
    services.hand_up_project_change(project_change=change, by=change.drafted_by)
    services.hand_in_project_change(project_change=change, by=admin)
    services.give_project_change_opinion(project_change=change, position="agrees", opinion="属实", by=county)
    services.return_project_change(project_change=change, reason="补正", by=of(change, Role.BUREAU_CLERK))

    assert (change.state, change.number) == (S.DRAFT, number)


def test_what_proves_it_is_asked_for_before_it_leaves_the_filler(project):
    change = draft(project, "leader", files={})

    with pytest.raises(Incomplete, match="新负责人同意"):
        services.hand_up_project_change(project_change=change, by=change.drafted_by)


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "more", "words"),
    [
        ({"name": ""}, {}, "请填写新负责人的姓名"),
        ({"unit": "别的单位"}, {}, "须是牵头单位或者现有联合单位"),
        ({}, {"id_number": "110101198502020021"}, "校验位不对"),
        ({}, {"id_number": OLD}, "超过 60 岁"),
    ],
)
def test_a_leader_is_refused(project, change, more, words):
    assert words in refused(project, "leader", asked_of("leader", project) | change, **more)


def test_a_leader_with_an_overdue_project_the_present_one_and_a_second_change_are_refused(project):
    late = RunningFactory(state="running", leader_mark=blind_index(NEW_LEADER))
    day = clock.today()
    Project.objects.filter(pk=late.pk).update(
        starts_on=day - timedelta(days=9), ends_on=day - timedelta(days=1)
    )
    assert "至今未结" in refused(project, "leader")
    Project.objects.filter(pk=late.pk).update(leader_mark="somebody")
    Project.objects.filter(pk=project.pk).update(leader_mark=blind_index(NEW_LEADER))
    assert "不需要变更" in refused(project, "leader")
    ProjectChangeFactory(project=project, kind="leader", state="approved")
    with pytest.raises(Conflict, match="最多变更 1 次"):
        draft(project, "leader", id_number=OLD)


def test_the_last_partner_does_not_leave_and_who_joins_is_new_and_has_signed(project):
    old = selectors.partners_of(project).get()
    good, tomorrow = newcomer(uscc=make_uscc(4712)), clock.today() + timedelta(days=1)

    def asked(*joining, leaving=(), division="示例"):
        return {"leaving": list(leaving), "joining": list(joining), "division": division}

    assert "至少须有 1 家" in refused(project, "partner", asked(leaving=[old.pk]))
    assert "请选择退出的联合单位" in refused(project, "partner", asked())
    assert "请写明变更后各方的分工" in refused(project, "partner", asked(good, division=""))
    assert "不在联合单位之中" in refused(project, "partner", asked(good, leaving=[0]))
    assert "已是本项目的一方" in refused(project, "partner", asked(good | {"name": project.host.name}))
    assert "已是本项目的一方" in refused(project, "partner", asked(good, good))
    assert "不晚于今天" in refused(project, "partner", asked(good | {"signed_on": tomorrow.isoformat()}))
    assert "承担的任务" in refused(project, "partner", asked(good | {"task": " "}))
    assert "第 1 行：" in refused(project, "partner", asked(good | {"uscc": "123"}))
    many = [newcomer(f"示例伙伴{n}", make_uscc(4720 + n)) for n in range(8)]
    assert "最多 8 家" in refused(project, "partner", asked(*many))


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (lines("500000.00", "500000.00"), "没有变化"),
        (lines("500000.00", "500000.01"), "须等于 1,000,000 元"),
        (lines("-1.00", "1000001.00"), "不能小于零"),
        (lines("400000.00", "600000.00", own="499999.99"), "自筹资金 999,999.98 元"),
        ({"lines": {"gold": {"grant": "1000000.00", "own": "1000000.00"}}}, "不在预算科目之中"),
        ({"lines": {"labour": {"grant": "1000000.00", "own": "1000000.00"}}}, "劳务费占财政资金 100.00%"),
    ],
)
def test_a_budget_is_refused(project, asked, words):
    assert words in refused(project, "budget", asked)


def test_a_term_is_refused(project):
    stages = asked_of("term", project)["stages"]
    first, last = project.stages.order_by("due_on")

    assert "1 至 6 个月" in refused(project, "term", {"months": 7, "stages": stages})
    assert "请填写阶段目标" in refused(project, "term", {"months": 6, "stages": {}})
    early = stages | {str(first.pk): (first.due_on - timedelta(days=1)).isoformat()}
    assert "不能早于原定日期" in refused(project, "term", {"months": 6, "stages": early})
    late = stages | {str(last.pk): (last.due_on + timedelta(days=400)).isoformat()}
    assert "不能晚于延长后的期满日" in refused(project, "term", {"months": 6, "stages": late})
    day = timezone.localdate()
    Project.objects.filter(pk=project.pk).update(months=25)
    assert "不得超过 30 个月" in refused(project, "term", {"months": 6, "stages": stages})
    Project.objects.filter(pk=project.pk).update(
        starts_on=day - timedelta(days=9), ends_on=day - timedelta(days=1)
    )
    assert "须在届满之前" in refused(project, "term", {"months": 6, "stages": stages})


def test_only_running_projects_change_one_of_a_kind_at_a_time_and_not_during_the_final_acceptance(project):
    assert "实施中的项目才能变更" in refused(RunningFactory(state="signing"), "leader")
    judged = ProjectFinalFactory(state="county_review").project
    assert "正在办理，不再变更" in refused(judged, "leader")
    assert "请写明理由" in refused(project, "leader", grounds=" ", error=Incomplete)

    draft(project, "leader")
    with pytest.raises(Conflict, match="已有一件项目负责人变更正在办理"):
        draft(project, "leader")
    final = open_final(project, due_by=project.ends_on, by=system_user(), at=clock.now())
    assert any("项目负责人变更还没有办结" in str(one) for one in selectors.final_missing(final))
