"""Who hears what about an application: what happened, to which case, what to do next and until when."""

from datetime import datetime
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from accounts.enums import OrganisationKind
from accounts.roles import Role
from institutes import notifications, services
from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION
from institutes.notifications.words import OFFICE_WORDS, UNIT_WORDS
from notices.models import Notice
from records import audit, clock
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person
from tests.factories.institutes import ApplicationFactory, IndustryChainFactory, decide, stamps_of
from tests.factories.notices import publish_rules
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.django_db
WITH_AGENCY = {
    S.REVIEWING,
    S.SITE_VISIT,
    S.PENDING_DECISION,
    S.PUBLICITY,
    S.OBJECTION_HANDLING,
    S.RECOGNISED,
    S.CLOSED_REVIEW,
    S.CLOSED_DECISION,
    S.CLOSED_OBJECTION,
}
"""Where an agency has, or had, the case."""
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def offices():
    """Everybody at the county and the bureau, and their like of another county; one of them in two roles."""
    people = {
        role: person(role)
        for role in (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
    }
    approver = people[Role.BUREAU_APPROVER]
    both = approver.memberships.get().organisation
    MembershipFactory(user=approver, role=Role.BUREAU_CLERK, organisation=both)
    return people | {"elsewhere": person(Role.COUNTY_STAFF, division="130104")}


def told(application, event):
    rows = Notice.objects.filter(subject_id=application.pk, event=f"institutes.application.{event}")
    return sorted(notice.recipient.name for notice in rows)


def test_county_and_bureau_hear_once_of_publicity_and_of_recognition(offices):
    publish_rules()
    by = person(Role.BUREAU_APPROVER)
    application = ApplicationFactory(state=S.PENDING_DECISION, chain=IndustryChainFactory())

    decide(shortlist=[application], by=by)

    expected = sorted(who.name for name, who in offices.items() if name != "elsewhere")
    assert told(application, "shortlist.offices") == expected
    with clock.at(clock.now().replace(year=clock.now().year + 1)):
        services.recognise_what_has_run()
    assert told(application, "recognise.offices") == sorted([*expected, by.name])


def test_whoever_held_a_case_hears_that_its_unit_took_it_back(offices):
    application = ApplicationFactory(state=S.COUNTY_REVIEW)

    services.withdraw_application(application=application, reason="示例理由", by=UserFactory())

    assert told(application, "withdraw.offices") == [offices[Role.COUNTY_STAFF].name]


@pytest.mark.parametrize(
    ("state", "action", "role", "title"),
    [
        (S.COUNTY_SIGNING, "send_back_recommendation", Role.COUNTY_STAFF, "已退回经办重拟："),
        (S.FORMAL_CONFIRMATION, "send_back_formal", Role.BUREAU_CLERK, "已退回经办复核："),
    ],
)
def test_what_comes_back_is_said_to_come_back(state, action, role, title):
    application, clerk = ApplicationFactory(state=state), person(role)

    event = APPLICATION.move(application, action, by=UserFactory(), reason="请核对设备清单")
    notifications.tell_of_move(application, event)

    notice = Notice.objects.get(recipient=clerk)
    assert notice.title == f"{title}{application}"
    assert notice.body.endswith("说明：请核对设备清单。")


def test_an_agency_hears_of_the_withdrawal_by_the_number_alone():
    application = ApplicationFactory(state=S.REVIEWING)
    manager = person(Role.AGENCY, organisation=application.agency)

    services.withdraw_application(application=application, reason="示例理由", by=UserFactory())

    notice = Notice.objects.get(recipient=manager)
    assert application.number in notice.title
    assert application.institute_name not in f"{notice.title}{notice.body}{notice.subject_label}"


def test_the_unit_reads_what_to_do_and_until_when_once():
    application = ApplicationFactory(state=S.SUPPLEMENT_REQUESTED)
    admin = person(Role.ENT_ADMIN, organisation=application.host)
    event = audit.record(
        "institutes.application.confirm_supplement", application, by=UserFactory(), at=MONDAY, reasons=2
    )
    DeadlineFactory(
        subject=application, holder_role=Role.ENT_FILLER, due_on="2026-11-27", host=application.host
    )

    notifications.tell_of_move(application, event)

    notice = Notice.objects.get(recipient=admin)
    assert f"“{application}”（受理号 {application.number}）" in notice.body
    assert "一次性补正 2 处，请于2026年11月27日前提交（还有 4 个工作日）" in notice.body
    assert notice.link == application.get_absolute_url()


# Who reads of each move (domain B1: every transition is a message), written out by hand; nobody else does.
THE_UNIT = {"filler", "admin"}
THE_OFFICES = {"county_staff", "county_lead", "clerk", "approver"}
HEARS = {
    (S.DRAFT, "submit"): THE_UNIT,
    (S.DRAFT, "withdraw"): THE_UNIT,
    (S.UNIT_REVIEW, "unit_return"): THE_UNIT,
    (S.UNIT_REVIEW, "unit_approve"): THE_UNIT | {"county_staff"},
    (S.UNIT_REVIEW, "withdraw"): THE_UNIT,
    (S.COUNTY_REVIEW, "county_return"): THE_UNIT,
    (S.COUNTY_REVIEW, "propose_recommendation"): {"county_lead"},
    (S.COUNTY_REVIEW, "withdraw"): THE_UNIT | {"county_staff"},
    (S.COUNTY_SIGNING, "send_back_recommendation"): {"county_staff"},
    (S.COUNTY_SIGNING, "sign_recommendation"): THE_UNIT | {"clerk"},
    (S.COUNTY_SIGNING, "refuse_recommendation"): THE_UNIT,
    (S.COUNTY_SIGNING, "withdraw"): THE_UNIT | {"county_lead"},
    (S.FORMAL_REVIEW, "propose_formal"): {"approver"},
    (S.FORMAL_REVIEW, "withdraw"): THE_UNIT | {"clerk"},
    (S.FORMAL_CONFIRMATION, "send_back_formal"): {"clerk"},
    (S.FORMAL_CONFIRMATION, "confirm_pass"): THE_UNIT | {"agency"},
    (S.FORMAL_CONFIRMATION, "confirm_supplement"): THE_UNIT,
    (S.FORMAL_CONFIRMATION, "confirm_fail"): THE_UNIT | THE_OFFICES,
    (S.FORMAL_CONFIRMATION, "withdraw"): THE_UNIT | {"approver"},
    (S.SUPPLEMENT_REQUESTED, "resubmit"): THE_UNIT | {"clerk"},
    (S.SUPPLEMENT_REQUESTED, "lapse_supplement"): THE_UNIT | THE_OFFICES,
    (S.SUPPLEMENT_REQUESTED, "withdraw"): THE_UNIT,
    (S.REVIEWING, "pass_review"): THE_UNIT | {"agency"},
    (S.REVIEWING, "pass_again"): THE_UNIT | {"approver"},
    (S.REVIEWING, "fail_review"): THE_UNIT | THE_OFFICES,
    (S.REVIEWING, "withdraw"): THE_UNIT | {"agency"},
    (S.SITE_VISIT, "reopen_review"): THE_UNIT | {"agency"},
    (S.PENDING_DECISION, "reopen_review"): THE_UNIT | {"agency"},
    (S.CLOSED_REVIEW, "reopen_review"): THE_UNIT | {"agency"},
    (S.SITE_VISIT, "record_visit"): THE_UNIT | {"approver"},
    (S.SITE_VISIT, "refuse_visit"): THE_UNIT | THE_OFFICES,
    (S.SITE_VISIT, "withdraw"): THE_UNIT | {"agency"},
    (S.PENDING_DECISION, "shortlist"): THE_UNIT | THE_OFFICES,
    (S.PENDING_DECISION, "reject"): THE_UNIT | THE_OFFICES,
    (S.PENDING_DECISION, "withdraw"): THE_UNIT | {"approver"},
    (S.PUBLICITY, "raise_objection"): THE_UNIT | {"clerk"},
    (S.PUBLICITY, "recognise"): THE_UNIT | THE_OFFICES,
    (S.OBJECTION_HANDLING, "dismiss_objection"): THE_UNIT,
    (S.OBJECTION_HANDLING, "correct_publicity"): THE_UNIT,
    (S.OBJECTION_HANDLING, "uphold_objection"): THE_UNIT | THE_OFFICES,
}


def test_every_move_is_in_the_table_of_who_hears_of_it():
    assert {action for _state, action in HEARS} == set(APPLICATION.moves)
    assert set(HEARS) == {(state, name) for name, move in APPLICATION.moves.items() for state in move.sources}


@pytest.mark.parametrize(("state", "action"), sorted(HEARS))
def test_who_hears_of_a_move(state, action):
    target, now = APPLICATION.moves[action].target, clock.now()
    agency = OrganisationFactory(kind=OrganisationKind.AGENCY)
    application = ApplicationFactory(state=state, agency=agency if state in WITH_AGENCY else None)
    unit, county = {"organisation": application.host}, {"division": application.division.code}
    everybody = {
        "filler": person(Role.ENT_FILLER, **unit),
        "admin": person(Role.ENT_ADMIN, **unit),
        "county_staff": person(Role.COUNTY_STAFF, **county),
        "county_lead": person(Role.COUNTY_LEAD, **county),
        "clerk": person(Role.BUREAU_CLERK),
        "approver": person(Role.BUREAU_APPROVER),
        "agency": person(Role.AGENCY, organisation=agency),
        "another unit": person(Role.ENT_ADMIN),
        "another county": person(Role.COUNTY_STAFF, division="130104"),
        "finance": person(Role.FINANCE),
        "auditor": person(Role.AUDITOR),
    }
    stamps = stamps_of(target, at=now) | ({"agency": agency} if target in WITH_AGENCY else {})
    if "number" not in stamps and stamps.get("received_at") and not application.number:
        stamps["number"] = "SJZ-SB-2026-9001"

    event = APPLICATION.move(application, action, by=UserFactory(), at=now, reason="示例理由", **stamps)
    notifications.tell_of_move(application, event)

    names = {user.pk: name for name, user in everybody.items()}
    told = Notice.objects.values_list("recipient", flat=True)
    assert {names[pk] for pk in told} == HEARS[state, action]


@pytest.mark.parametrize("words", [UNIT_WORDS, OFFICE_WORDS], ids=["unit", "offices"])
def test_every_message_is_about_a_move_and_names_the_case(words):
    assert set(words) <= set(APPLICATION.moves)
    for one in words.values():
        assert "case" in {name for _text, name, _spec, _conversion in Formatter().parse(one.body)}
