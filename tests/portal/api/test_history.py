"""What a history tells of the people who acted: by name to whoever handles such cases, by office to all others."""

import pytest

from accounts.roles import Role
from institutes.desk import APPLICATION_DESK
from institutes.enums import ApplicationState
from institutes.views import casefile
from records import audit
from records.desk import all_desks
from tests.factories.accounts import MembershipFactory, OrganisationFactory, person, system_user
from tests.factories.institutes import ApplicationFactory
from tests.portal.api.cases import everybody
from tests.portal.api.test_parity import ONE_OF_EACH, SUBJECTS

OFFICER = "示例当事人"
BUREAU = {"bureau_clerk", "bureau_approver"}
COUNTY = {"county_staff", "county_lead"}
UNIT = {"ent_filler", "ent_admin"}
EVERYBODY = {str(role) for role in Role if role != Role.SYSTEM}
STRANGERS = {"other_ent_admin", "other_county_staff", "nobody"}
# desk: who reads the officers by name, and who reads their offices instead. Everybody else does not see the case.
READERS = {
    "call": (BUREAU | {"auditor"}, (EVERYBODY | STRANGERS) - BUREAU - {"auditor"}),
    "application": (BUREAU | COUNTY | {"auditor"}, UNIT | {"agency"}),
    "chain": (BUREAU | {"auditor"}, COUNTY | {"other_county_staff"}),
    "proposal": (BUREAU | COUNTY | {"auditor"}, set()),
    "entry": (BUREAU | COUNTY | {"auditor"}, set()),
    "policy": (BUREAU | COUNTY | {"auditor"}, set()),
    "offering": (BUREAU | {"county_staff", "auditor"}, UNIT | {"county_lead"}),
    "common_question": (BUREAU | {"auditor"}, set()),
    "batch": (BUREAU | {"auditor"}, set()),
    "objection": (BUREAU, set()),
    "inquiry": (BUREAU, UNIT),
    "engagement": (BUREAU | {"auditor"}, {"agency"}),
    "panel": (BUREAU | {"auditor"}, {"agency"}),
    "package": (BUREAU | {"auditor"}, {"agency"}),
    "visit": (BUREAU | {"county_staff", "auditor"}, UNIT | {"agency", "county_lead"}),
    "report": (BUREAU | {"auditor"}, {"agency"}),
    "acceptance": (BUREAU | COUNTY | {"auditor"}, UNIT | {"agency"}),
    "assessment": (BUREAU | {"county_staff", "tax", "finance", "auditor"}, UNIT | {"county_lead"}),
    "evaluation": (BUREAU | COUNTY | {"auditor", "finance", "tax"}, UNIT | {"agency"}),
    "evaluation_round": (BUREAU | {"auditor"}, {"finance", "tax"}),
    "assignment": (set(), {"agency", "expert", "auditor"} | BUREAU),
    "project_call": (BUREAU | {"auditor"}, (EVERYBODY | STRANGERS) - BUREAU - {"auditor"}),
    "project_proposal": (BUREAU | COUNTY | {"auditor"}, UNIT | {"agency", "finance"}),
    "final": (BUREAU | COUNTY | {"auditor"}, UNIT | {"finance", "agency"}),
    "midterm": (BUREAU | {"auditor"}, UNIT | COUNTY | {"agency"}),
    "project_change": (BUREAU | {"county_staff", "auditor"}, UNIT | {"county_lead"}),
    "ending": (BUREAU | {"auditor"}, UNIT | COUNTY | {"finance"}),
    "project": (BUREAU | {"auditor"}, UNIT | COUNTY | {"finance", "county_fin"}),
    "project_decision": (BUREAU | {"auditor"}, set()),
    "award": (BUREAU | {"auditor"}, UNIT | COUNTY | {"county_fin", "finance"}),
    "account": (BUREAU | {"auditor"}, {"ent_admin", "finance"}),
    "plan": (BUREAU | {"finance", "auditor"}, set()),
    "disbursement": (BUREAU | {"finance", "county_fin", "auditor"}, UNIT | COUNTY),
    "achievement": (BUREAU | {"county_staff", "auditor"}, UNIT | {"county_lead", "finance", "tax"}),
    "change": (BUREAU | {"county_staff", "auditor"}, UNIT | {"county_lead"}),
    "progress": (BUREAU | {"county_staff", "auditor"}, UNIT | {"county_lead"}),
    "earlier": (BUREAU | {"auditor"}, set()),
    "filing": (BUREAU | COUNTY | {"auditor"}, UNIT),
    "suspension": (BUREAU | {"auditor"}, set()),
    "revocation": (BUREAU | {"auditor"}, UNIT | COUNTY),
    "clawback": (BUREAU | {"finance", "auditor"}, UNIT | COUNTY | {"county_fin"}),
    "repayment": (BUREAU | {"finance", "auditor"}, UNIT | COUNTY | {"county_fin"}),
    "adjustment": (BUREAU | {"finance", "auditor"}, set()),
    "line": ({"finance", "auditor"}, set()),
    "job": (BUREAU | {"auditor", "sysadmin"}, set()),
    "organisation": ({"county_staff"}, set()),
    "extension": (BUREAU | {"auditor"}, set()),
    "later_day": (BUREAU | {"auditor"}, set()),
    "membership": ({"sysadmin", "secadmin"}, {"ent_admin"}),
}
CASES = ONE_OF_EACH | {
    "engagement": "engagement-in-force",
    "application": "application-reviewing",
    "proposal": "proposal-proposed",
    "extension": "extension-draft",
    "later_day": "later_day-draft",
    "policy": "policy-published",
    "acceptance": "acceptance-panel_review",
    "final": "final-decision",
    "midterm": "midterm-decision",
    "project_change": "project_change-checking",
    "ending": "ending-settling",
    "assessment": "assessment-grading",
    "project_call": "project_call-published",
    "project_proposal": "project_proposal-budget_review",
    "evaluation": "evaluation-panel_review",
    "evaluation_round": "evaluation-round-open",
}
# What is read in place of a name; nothing where the actor never held a role.
OFFICES = {
    "",
    "申报单位",
    "市科技局",
    "长安区科技管理部门",
    "长安区分管领导",
    "长安区财政部门",
    "县级科技管理部门",
    "县级分管领导",
    "市财政局",
    "市税务局",
    "第三方机构",
    "评审专家",
    "系统管理员",
    "安全管理员",
    "异议人",
    "系统自动",
}


def take_every_move(desk, subject) -> None:
    """The register as if every move had been taken once by somebody whose move it is, far from all readers."""
    for action, move in desk.lifecycle.moves.items():
        for role in desk.who[action].all_roles or (Role.ENT_ADMIN,):
            by = person(role, name=f"{OFFICER}{role}") if role != Role.SYSTEM else system_user()
            before = sorted(move.sources)[0]
            audit.record(
                f"{desk.subject_type}.{action}",
                subject,
                by=by,
                from_state=before,
                to_state=move.leads_to(before),
            )


@pytest.mark.parametrize("desk", all_desks(), ids=lambda desk: desk.name)
def test_officers_are_named_to_whoever_handles_the_case_and_are_offices_to_others(desk, program):
    subject = SUBJECTS[CASES[desk.name]][1]()
    take_every_move(desk, subject)
    names, offices, words = set(), set(), set()

    for reader, user in everybody(subject).items():
        answer = program(user).get(f"/api/v1/{desk.resource}/{subject.pk}/history/")
        if answer.status_code == 404:
            continue
        actors = {line["actor"] for line in answer.data}
        named = any(OFFICER in actor for actor in actors)
        (names if named else offices).add(reader)
        words |= set() if named else actors

    assert (names, offices) == READERS[desk.name]
    assert words <= OFFICES


def test_the_table_of_readers_has_every_desk():
    assert set(READERS) == {desk.name for desk in all_desks()}


def test_the_unit_reads_its_own_people_by_name_and_nothing_of_user_names(client):
    application = ApplicationFactory(state=ApplicationState.RECOGNISED)
    reader = person(Role.ENT_ADMIN, organisation=application.host, name="示例管理员甲")
    filler = person(Role.ENT_FILLER, organisation=application.host, name="示例填报人乙")
    MembershipFactory(
        user=person(Role.TAX, name="示例外单位丙"), role=Role.ENT_ADMIN, organisation=OrganisationFactory()
    )
    for action, by, before in (
        ("submit", filler, "draft"),
        ("unit_approve", reader, "unit_review"),
        ("sign_recommendation", person(Role.COUNTY_LEAD), "county_signing"),
        ("recognise", system_user(), "publicity"),
    ):
        to = APPLICATION_DESK.lifecycle.moves[action].target
        audit.record(f"institutes.application.{action}", application, by=by, from_state=before, to_state=to)

    seen = APPLICATION_DESK.visible(reader).get(pk=application.pk)
    told = [event["who"] for event in casefile.of(seen, reader=reader)["events"]]

    assert told == ["示例填报人乙", "示例管理员甲", "长安区分管领导", "系统自动"]
    client.force_login(reader)
    page = client.get(application.get_absolute_url()).text
    assert filler.username not in page
    assert "系统（system）" not in page


def test_the_agency_reads_no_county_in_the_history_of_a_blinded_application(program):
    application = ApplicationFactory(state=ApplicationState.REVIEWING)
    take_every_move(APPLICATION_DESK, application)
    agency = program(person(Role.AGENCY, organisation=application.agency))

    answer = agency.get(f"/api/v1/applications/{application.pk}/history/")

    assert application.division.name not in answer.content.decode()
    assert {"县级科技管理部门", "市科技局", "申报单位"} <= {line["actor"] for line in answer.data}
