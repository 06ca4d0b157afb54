"""Final acceptance by its services: opened with the contract, frozen, opined, judged, concluded; each refusal."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.roles import Role
from evaluation.desk.review_of_finals import FINAL_REVIEW
from evaluation.models import EngagementBatch
from notices.models import Notice
from projects import selectors, services, tasks
from projects.documents.finals import paper_of_final
from projects.enums.final import FinalState as S
from projects.models import Project, ProjectFinal
from projects.services.finals import open_final
from records import clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, SamePerson
from records.models import AuditEvent, Document
from tests.factories.accounts import person, system_user
from tests.factories.evaluation import EngagementFactory
from tests.factories.institutes import a_user
from tests.factories.records import PDF, pdf_upload
from tests.factories.running import FROZEN, ProjectFinalFactory, RunningFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rung(monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)


def prepared() -> ProjectFinal:
    """Everything written, reached and brought, not handed up yet."""
    project = RunningFactory(state="running")
    by = person(Role.ENT_FILLER, organisation=project.host)
    project.stages.update(report="示例", reported_at=clock.now(), reported_by=by)
    final = open_final(project, due_by=project.ends_on, by=system_user(), at=clock.now())
    target = project.targets.get()
    services.save_final(
        final=final,
        texts={part["code"]: "示例内容。" for part in final.edition.terms["final_parts"]},
        reached=[{"item": str(target.order), "reached": "99.995", "met": "yes", "said": "检测报告"}],
        by=by,
    )
    for n, kind in enumerate(("final_report", "final_accounts", "final_evidence")):
        upload = pdf_upload(f"示例{n}.pdf", PDF + b"%d" % n)
        services.attach_final_files(final=final, kind=kind, uploads=[upload], by=by)
    return final


def of(final, role):
    home = final.host if role in (Role.ENT_FILLER, Role.ENT_ADMIN) else None
    return person(role, organisation=home, division=final.division.code)


def handed_in() -> ProjectFinal:
    final = prepared()
    services.hand_up_final(final=final, by=of(final, Role.ENT_FILLER))
    services.hand_in_final(final=final, by=of(final, Role.ENT_ADMIN))
    return final


def proposed(outcome: str, **facts) -> ProjectFinal:
    final = ProjectFinalFactory(state="decision", **facts)
    given = {"minute_number": "示例纪要", "grounds": "示例理由。", "requirements": "示例整改。"}
    services.propose_final(final=final, outcome=outcome, **given, by=of(final, Role.BUREAU_CLERK))
    return final


def test_it_is_due_on_the_last_day_of_the_term_and_held_by_the_unit():
    project = RunningFactory(state="running")

    final = open_final(project, due_by=project.ends_on, by=system_user(), at=clock.now())

    held = deadlines.current(final)
    assert (held.holder_role, held.due_on, final.attempt) == (Role.ENT_FILLER, project.ends_on, 1)
    assert final.is_overdue(project.ends_on + timedelta(days=1))
    assert not final.is_overdue(project.ends_on)


def test_what_is_lacking_is_said_piece_by_piece():
    project = RunningFactory(state="running")
    final = open_final(project, due_by=project.ends_on, by=system_user(), at=clock.now())

    with pytest.raises(Incomplete) as said:
        services.hand_up_final(final=final, by=of(final, Role.ENT_FILLER))

    words = "".join(reason.text for reason in said.value.reasons)
    for piece in ("任务完成情况", "考核指标“纯度”", "请上传结题报告", "经费决算", "阶段目标"):
        assert piece in words
    final.refresh_from_db()
    assert final.state == S.PREPARING


def test_targets_and_money_are_frozen_when_it_is_handed_in():
    final = handed_in()

    assert final.state == S.COUNTY_REVIEW
    assert final.number.startswith("SJZ-LHJT-")
    assert [(one["name"], one["reached"], one["met"]) for one in final.comparison] == [
        ("纯度", "99.995", True)
    ]
    assert [(row["code"], row["grant_left"]) for row in final.budget] == [
        ("equipment", "500000.00"),
        ("materials", "500000.00"),
    ]
    with pytest.raises(IllegalMove):
        services.save_final(final=final, texts={}, reached=[], by=of(final, Role.ENT_FILLER))


def test_the_county_opines_and_another_signs_then_an_engaged_agency_is_entrusted():
    final = handed_in()
    staff, clerk = of(final, Role.COUNTY_STAFF), of(final, Role.BUREAU_CLERK)

    with pytest.raises(Incomplete):
        services.give_final_opinion(final=final, position="", opinion=" ", by=staff)
    services.give_final_opinion(final=final, position="agrees", opinion="示例：属实。", by=staff)
    with pytest.raises(SamePerson):
        services.sign_final_opinion(final=final, by=staff)
    services.sign_final_opinion(final=final, by=of(final, Role.COUNTY_LEAD))
    engagement = EngagementFactory()
    with pytest.raises(Incomplete, match="评审委托"):
        services.entrust_final(final=final, agency=engagement.agency, by=clerk)
    EngagementBatch.objects.create(engagement=engagement, kind="project_final")
    services.entrust_final(final=final, agency=engagement.agency, by=clerk)

    assert (final.state, final.agency) == (S.PANEL_REVIEW, engagement.agency)
    manager = person(Role.AGENCY, organisation=engagement.agency)
    assert list(FINAL_REVIEW.handed_to(manager)) == [final]


def test_experts_read_what_was_frozen_and_what_they_come_to_is_taken_down():
    final = ProjectFinalFactory(state="panel_review")
    material = FINAL_REVIEW.read(final, blind=False)

    chapters = material.chapters()
    assert [str(chapter.title) for chapter in chapters] == [
        "考核指标完成情况",
        "经费执行",
        "结题总结",
        "县级意见",
    ]
    assert chapters[0].items[0].rows[0][2].text == FROZEN["reached"]
    assert final.host.name in FINAL_REVIEW.parties(final).units
    services.record_final_review(
        final=final, score=Decimal("55.00"), passed=False, opinion="示例", by=a_user("manager")
    )
    assert (final.state, final.panel_passed) == (S.DECISION, False)
    services.reopen_final_review(final=final, reason="示例", by=a_user("manager"))
    assert (final.state, final.score) == (S.PANEL_REVIEW, None)


def test_passed_by_two_people_the_project_is_accepted_with_a_certificate():
    final = proposed("passed")
    clerk, approver = final.proposed_by, of(final, Role.BUREAU_APPROVER)

    with pytest.raises(SamePerson):
        services.pass_final(final=final, by=clerk)
    with pytest.raises(Conflict):
        services.fail_final(final=final, by=approver)
    assert not selectors.accepted_projects().exists()
    services.pass_final(final=final, by=approver)

    project = selectors.accepted_projects().get()
    assert (project.pk, project.state, project.ended_by) == (final.project_id, "accepted", approver)
    event = AuditEvent.objects.about(final).get(verb="projects.projectfinal.pass")
    spec = paper_of_final(ProjectFinal.objects.get(pk=final.pk), event)
    assert (spec["kind"], spec["context"]["met"]) == ("project_certificate", 1)
    assert services.issue_missing_papers(before=clock.now() + timedelta(seconds=1)) == 1
    assert Document.objects.about(final).get().number.startswith("SJZ-LHZS-")
    filler = of(final, Role.ENT_FILLER)
    assert not Notice.objects.filter(event="projects.projectfinal.pass", recipient=filler).exists()
    assert not Project.objects.overdue(project.ends_on + timedelta(days=1)).exists()


def test_a_time_to_mend_is_given_once_then_it_is_passed_or_failed():
    final = proposed("conditional")
    services.condition_final(final=final, by=of(final, Role.BUREAU_APPROVER))

    again = ProjectFinal.objects.get(former=final)
    months = (again.due_by - timezone.localdate(final.decided_at)).days
    assert (again.attempt, again.state) == (2, S.PREPARING)
    assert 175 <= months <= 185
    assert Project.objects.get(pk=final.project_id).state == "running"

    second = ProjectFinalFactory(state="decision", panel_passed=False)
    with pytest.raises(NotEligible, match="专家评分"):
        services.propose_final(
            final=second,
            outcome="passed",
            minute_number="示例",
            grounds="示例",
            by=of(second, Role.BUREAU_CLERK),
        )


def test_too_few_targets_do_not_pass_and_a_failed_project_ends():
    final = ProjectFinalFactory(state="decision", comparison=[FROZEN | {"met": False}])

    with pytest.raises(NotEligible, match="完成率"):
        services.propose_final(
            final=final,
            outcome="passed",
            minute_number="示例",
            grounds="示例",
            by=of(final, Role.BUREAU_CLERK),
        )
    with pytest.raises(Incomplete):
        services.propose_final(
            final=final, outcome="conditional", minute_number="", grounds="", by=of(final, Role.BUREAU_CLERK)
        )
    services.propose_final(
        final=final, outcome="failed", minute_number="示例", grounds="示例", by=of(final, Role.BUREAU_CLERK)
    )
    services.fail_final(final=final, by=of(final, Role.BUREAU_APPROVER))

    assert selectors.ended_early().get().pk == final.project_id
    assert not selectors.accepted_projects().exists()
    event = AuditEvent.objects.about(final).get(verb="projects.projectfinal.fail")
    context = paper_of_final(ProjectFinal.objects.get(pk=final.pk), event)["context"]
    assert (context["left"], context["result"]) == ("100,000", "未通过结题验收")
