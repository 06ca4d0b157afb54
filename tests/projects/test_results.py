"""What a final acceptance found reached becomes drafts of achievements: each once, completed by the unit."""

import pytest

from accounts.roles import Role
from institutes import services as institutes
from institutes.models import Achievement
from institutes.selectors.achievements import achievements_visible_to
from projects import services, tasks
from projects.policy.results import pieces, results_of
from projects.services.results import hand_on_results
from records import clock, deadlines
from records.errors import Incomplete
from tests.factories.accounts import person
from tests.factories.institutes import RecognitionEditionFactory
from tests.factories.running import FROZEN, ProjectFinalFactory

KINDS = {"知识产权": "invention_patent", "标准": "standard"}
PATENTS = FROZEN | {
    "order": 2,
    "kind": "知识产权",
    "name": "分离膜发明专利",
    "planned": "2 件",
    "reached": "2 件",
}
STANDARD = FROZEN | {"order": 3, "kind": "标准", "name": "检测规程", "reached": "已立项", "said": ""}


@pytest.mark.parametrize(
    ("reached", "count"),
    [("2", 2), ("3 件", 3), ("99.995", 1), ("12项", 10), ("0", 1), ("95%", 1), ("已完成", 1), ("", 1)],
)
def test_a_whole_number_is_so_many_pieces(reached, count):
    assert pieces(reached, 10) == count


def test_only_what_was_met_and_is_of_a_kind_becomes_a_result():
    targets = [FROZEN, PATENTS, STANDARD, STANDARD | {"order": 4, "met": False}]

    found = results_of(targets, kinds=KINDS, project="示例项目", most=10)

    assert [(one.item, one.kind, one.title) for one in found] == [
        ("2-1", "invention_patent", "分离膜发明专利（1）"),
        ("2-2", "invention_patent", "分离膜发明专利（2）"),
        ("3-1", "standard", "检测规程"),
    ]
    assert "目标 2 件，完成 2 件。依据：检测报告。" in found[0].description


@pytest.mark.django_db
def test_they_are_drafted_with_the_acceptance_once_and_the_unit_completes_them(client, monkeypatch):
    monkeypatch.setattr(tasks.issue_paper, "delay", lambda pk: None)
    RecognitionEditionFactory(kind="achievements")
    final = ProjectFinalFactory(state="confirmation", comparison=[FROZEN, PATENTS, STANDARD])
    project = final.project

    approver = person(Role.BUREAU_APPROVER)
    services.pass_final(final=final, by=approver)

    drafts = list(Achievement.objects.order_by("pk"))
    assert [(one.source_number, one.source_item, one.kind) for one in drafts] == [
        (project.number, "2-1", "invention_patent"),
        (project.number, "2-2", "invention_patent"),
        (project.number, "3-1", "standard"),
    ]
    assert hand_on_results(project, final, at=clock.now()) == []
    filler = person(Role.ENT_FILLER, organisation=project.host)
    assert deadlines.current(drafts[0]).holder_role == Role.ENT_FILLER
    assert achievements_visible_to(filler).count() == 3
    with pytest.raises(Incomplete):
        institutes.hand_up_achievement(achievement=drafts[0], by=filler)

    client.force_login(filler)
    assert drafts[0].title in client.get(project.get_absolute_url()).text
    assert project.number in client.get(drafts[0].get_absolute_url()).text
    listed = client.get("/achievements/", {"source": "project", "q": project.number}).text
    assert drafts[2].title in listed


@pytest.mark.django_db
def test_an_institute_that_has_ended_gets_no_drafts():
    RecognitionEditionFactory(kind="achievements")
    final = ProjectFinalFactory(state="passed", comparison=[PATENTS])
    recognition = final.project.institute.recognition
    recognition.revoked_at, recognition.revoked_by = clock.now(), person(Role.BUREAU_APPROVER)
    recognition.revocation_reason = "示例。"
    recognition.save()

    assert hand_on_results(final.project, final, at=clock.now()) == []
    assert not Achievement.objects.exists()
