"""Signing by name, and a conflict that shows late: what was open is shut with the next request."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from evaluation import documents, services
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.models import Assignment
from records import audit
from records.errors import IllegalMove, Incomplete
from tests.factories.accounts import person
from tests.factories.evaluation import AssignmentFactory, PanelFactory, drawn, fill, sheet, signed

pytestmark = pytest.mark.django_db
REASON = "阅读中发现曾与申报团队共同承担项目"


def signed_seat(panel, manager, position=1) -> Assignment:
    seat = drawn(panel, manager).assignments.get(position=position)
    return services.commit_assignment(assignment=seat, **signed(seat))


def test_the_commitment_is_signed_by_name_and_kept_as_a_paper(
    panel, manager, rung, django_capture_on_commit_callbacks
):
    seat = drawn(panel, manager).assignments.get(position=1)
    expert, rung[:] = seat.expert.user, []

    with pytest.raises(Incomplete) as refused:
        services.commit_assignment(assignment=seat, **signed(seat) | {"signature": "示例别人"})
    with django_capture_on_commit_callbacks(execute=True):
        services.commit_assignment(assignment=seat, **signed(seat))

    event = audit.history(seat).get(verb="evaluation.assignment.commit")
    said = documents.paper_of(seat, event.data["paper"])
    assert [reason.field for reason in refused.value.reasons] == ["signature"]
    assert (seat.signature, rung) == (expert.name, [event.pk])
    assert (said["kind"], said["context"]["signature"]) == ("commitment", expert.name)
    assert said["context"]["lines"] == [line["label"] for line in panel.edition.terms["commitments"]]
    assert panel.application.institute_name not in str(said)


def test_the_paper_is_read_by_its_expert_and_the_officers_alone(panel, manager, client):
    seat = signed_seat(panel, manager)
    event = audit.history(seat).get(verb="evaluation.assignment.commit")
    paper = services.issue_paper(event=event)
    other = panel.assignments.get(position=2).expert.user
    applicant = person(Role.ENT_ADMIN, organisation=panel.application.host)

    answers = {}
    for who in (seat.expert.user, manager, person(Role.BUREAU_CLERK), other, applicant):
        client.force_login(who)
        response = client.get(reverse("records:document", args=[paper.pk]))
        answers[who] = response.status_code
        if response.streaming:  # read to its end, the file is closed
            b"".join(response.streaming_content)

    assert list(answers.values()) == [200, 200, 200, 404, 404]
    assert services.issue_paper(event=event) == paper


def addresses_of(seat):
    own = f"/api/v1/assignments/{seat.pk}/"
    return [f"{own}package/"], [seat.get_absolute_url(), own]


def test_a_late_conflict_in_one_tab_shuts_the_other(panel, manager):
    seat = signed_seat(panel, manager)
    one, other = Client(), Client()
    for tab in (one, other):
        tab.force_login(seat.expert.user)
    closed, kept = addresses_of(seat)
    before = [other.get(address).status_code for address in (*closed, *kept)]
    box = reverse("evaluation:sheet-save", args=[seat.pk])
    typed = other.post(box, {"changed": "team_points", "team_points": "9"}, headers={"X-Autosave": "1"})

    one.post(
        reverse("evaluation:assignment-move", args=[seat.pk, "recuse"]),
        {"ground": "cooperation", "reason": REASON},
    )

    after = [other.get(address) for address in kept]
    late = other.post(box, {"changed": "team_points", "team_points": "8"}, headers={"X-Autosave": "1"})
    program = other.patch(kept[1], {"entries": {}}, content_type="application/json")
    assert (before, typed.status_code) == ([200] * 3, 200)
    assert [other.get(address).status_code for address in closed] == [403]
    assert (after[0].context["package"], after[0].context["form"], after[1].json()["sheet"]) == (
        None,
        None,
        [],
    )
    assert (late.status_code, program.status_code) == (403, 403)
    assert late.json() == {"message": "材料和评分表已停止查阅。", "forget": True}
    assert panel.assignments.live().count() == panel.size


def test_a_package_taken_back_lets_what_was_typed_wait(client):
    seat = AssignmentFactory(state=A.COMMITTED)
    services.reopen_package(
        package=seat.panel.package, reason="材料中仍能看出单位", by=person(Role.BUREAU_CLERK)
    )
    client.force_login(seat.expert.user)
    box, typed = (
        reverse("evaluation:sheet-save", args=[seat.pk]),
        {"changed": "team_points", "team_points": "9"},
    )

    quiet = client.post(box, typed, headers={"X-Autosave": "1"})
    plain = client.post(box, typed)

    assert (quiet.status_code, quiet.json()["forget"], plain.status_code) == (403, False, 403)
    assert not seat.scores.exists()


def test_who_has_handed_in_can_still_declare_until_the_panel_concludes(edition):
    seat = fill(AssignmentFactory(state=A.LOCKED, panel__state=P.SCORING))
    ended = fill(AssignmentFactory(state=A.LOCKED, panel__state=P.CONCLUDED))

    services.recuse_assignment(assignment=seat, ground="relative", reason="示例理由", by=seat.expert.user)

    assert (seat.state, seat.conflict) == (A.RECUSED, "relative")
    assert seat.conflict_label == "与申报团队成员有亲属关系（本人申明）"
    with pytest.raises(IllegalMove, match="已经汇总"):
        services.recuse_assignment(
            assignment=ended, ground="relative", reason="示例理由", by=ended.expert.user
        )


@pytest.mark.parametrize("ground", ["", "requested", "示例"])
def test_a_conflict_has_a_ground_that_can_be_declared(panel, manager, ground):
    seat = signed_seat(panel, manager)

    with pytest.raises(Incomplete, match="回避情形"):
        services.recuse_assignment(assignment=seat, ground=ground, reason="示例理由", by=seat.expert.user)


def test_agency_and_bureau_read_the_ground_and_the_applicant_nothing(panel, manager, client):
    seat = signed_seat(panel, manager)
    services.recuse_assignment(assignment=seat, ground="cooperation", reason=REASON, by=seat.expert.user)
    application, told = panel.application, []

    for reader in (manager, person(Role.BUREAU_CLERK)):
        client.force_login(reader)
        told.append(client.get(panel.get_absolute_url()).text)
        told.append(client.get(seat.get_absolute_url()).text)
    client.force_login(person(Role.ENT_ADMIN, organisation=application.host))
    applicants = [
        client.get(address).text
        for address in (
            application.get_absolute_url(),
            reverse("home"),
            reverse("notices:notice-list"),
            f"/api/v1/applications/{application.pk}/history/",
        )
    ]

    assert all(seat.conflict_label in text for text in told)
    hidden = (seat.conflict_label, REASON, seat.expert.user.name, panel.code)
    assert [word for text in applicants for word in hidden if word in text] == []
    assert client.get(seat.get_absolute_url()).status_code == 404


def test_a_sheet_that_was_given_up_stays_on_record(panel, manager):
    seat = signed_seat(panel, manager)
    services.save_scores(assignment=seat, entries=sheet(seat), by=seat.expert.user)

    services.recuse_assignment(assignment=seat, ground="interest", reason="示例理由", by=seat.expert.user)

    assert seat.scores.count() == len(panel.edition.terms["dimensions"])
    assert PanelFactory._meta.model.objects.get(pk=panel.pk).state == P.SCORING
