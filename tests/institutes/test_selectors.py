"""Who sees what, each with a row that could leak; what stands where."""

from datetime import date, timedelta

import pytest

from accounts.roles import Role
from institutes import selectors
from institutes.enums import ApplicationState as S
from records import clock, deadlines
from tests.factories.accounts import OrganisationFactory, UserFactory, person, system_user
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    CallFactory,
    RecognitionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def landscape():
    """Two counties, three units: a draft, one with its county, one with an agency."""
    here = OrganisationFactory(division__code="130102")
    there = OrganisationFactory(division__code="130104")
    return {
        "draft": ApplicationFactory(host=here),
        "sent": ApplicationFactory(host=there, state=S.COUNTY_REVIEW),
        "reviewed": ApplicationFactory(host__division__code="130102", state=S.REVIEWING),
    }


def seen(user, landscape):
    visible = set(selectors.applications_visible_to(user))
    return {name for name, application in landscape.items() if application in visible}


@pytest.mark.parametrize(
    ("role", "division", "expected"),
    [
        (Role.COUNTY_STAFF, "130102", {"reviewed"}),
        (Role.COUNTY_STAFF, "130104", {"sent"}),
        (Role.COUNTY_LEAD, "130102", {"reviewed"}),
        (Role.COUNTY_FIN, "130102", set()),
        (Role.BUREAU_CLERK, "130102", {"sent", "reviewed"}),
        (Role.BUREAU_APPROVER, "130102", {"sent", "reviewed"}),
        (Role.FINANCE, "130102", set()),
        (Role.TAX, "130102", set()),
        (Role.EXPERT, "130102", set()),
        (Role.AUDITOR, "130102", {"draft", "sent", "reviewed"}),
        (Role.SYSADMIN, "130102", set()),
        (Role.SECADMIN, "130102", set()),
        (Role.ENT_FILLER, "130102", set()),
        (Role.AGENCY, "130102", set()),
    ],
)
def test_applications_visible_to_role(landscape, role, division, expected):
    assert seen(person(role, division=division), landscape) == expected


@pytest.mark.parametrize("role", [Role.ENT_FILLER, Role.ENT_ADMIN])
def test_a_unit_sees_its_own_from_the_draft_on(landscape, role):
    assert seen(person(role, organisation=landscape["draft"].host), landscape) == {"draft"}


def test_an_agency_sees_what_it_is_engaged_for(landscape):
    assert seen(person(Role.AGENCY, organisation=landscape["reviewed"].agency), landscape) == {"reviewed"}


def test_who_holds_no_role_sees_nothing(landscape):
    assert seen(UserFactory(), landscape) == set()


def test_a_returned_draft_stays_visible_to_the_county_that_had_it(landscape):
    returned = ApplicationFactory(
        host__division__code="130102",
        received_at=clock.now(),
        received_by=UserFactory(),
        submitted_at=clock.now(),
        submitted_by=UserFactory(),
        number="SJZ-SB-2026-7777",
    )

    assert returned in selectors.applications_visible_to(person(Role.COUNTY_STAFF, division="130102"))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.BUREAU_CLERK, {"draft", "published"}),
        (Role.AUDITOR, {"draft", "published"}),
        (Role.ENT_FILLER, {"published"}),
        (Role.COUNTY_STAFF, {"published"}),
    ],
)
def test_calls_visible_to(role, expected):
    calls = {"draft": CallFactory(drafted=True), "published": CallFactory()}

    visible = set(selectors.calls_visible_to(person(role)))

    assert {name for name, call in calls.items() if call in visible} == expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.BUREAU_CLERK, {"130102", "130104"}),
        (Role.FINANCE, {"130102", "130104"}),
        (Role.AUDITOR, {"130102", "130104"}),
        (Role.COUNTY_STAFF, {"130102"}),
        (Role.COUNTY_FIN, {"130102"}),
        (Role.ENT_ADMIN, set()),
        (Role.EXPERT, set()),
        (Role.SYSADMIN, set()),
    ],
)
def test_institutes_visible_to(role, expected):
    for code in ("130102", "130104"):
        RecognitionFactory(institute__host__division__code=code)

    visible = selectors.institutes_visible_to(person(role, division="130102"))

    assert {institute.division.code for institute in visible} == expected


def test_a_unit_sees_its_own_institute():
    mine, _other = RecognitionFactory(), RecognitionFactory()

    visible = selectors.institutes_visible_to(person(Role.ENT_ADMIN, organisation=mine.institute.host))

    assert list(visible) == [mine.institute]


def test_recognitions_entitling_leaves_out_the_revoked():
    standing, _revoked = RecognitionFactory(), RecognitionFactory(revoked=True)

    assert list(selectors.recognitions_entitling()) == [standing]


def test_overdue_leaves_out_what_is_paused():
    late, paused, timely = (ApplicationFactory(state=S.FORMAL_REVIEW) for _n in range(3))
    today = clock.today()
    for application, days in ((late, -1), (paused, -1), (timely, 0)):
        deadlines.open_for(
            application, label="待形式审查", role=Role.BUREAU_CLERK, due_on=today + timedelta(days=days)
        )
    deadlines.pause(paused, on=today)

    rows = selectors.applications_visible_to(system_user())

    assert list(selectors.overdue(rows, on=today)) == [late]


def test_held_by_role_and_search():
    mine = ApplicationFactory(state=S.FORMAL_REVIEW, institute_name="石家庄市示例甲产业技术研究院")
    ApplicationFactory(state=S.COUNTY_REVIEW, institute_name="石家庄市示例乙产业技术研究院")
    rows = selectors.applications_visible_to(system_user())

    assert list(selectors.held_by_role(rows, Role.BUREAU_CLERK)) == [mine]
    for text in ("示例甲", mine.number, mine.host.name, mine.host.uscc):
        assert list(selectors.search_applications(rows, text)) == [mine]


def test_ranked_for_decision_breaks_a_tie_by_the_earlier_recommendation():
    now = clock.now()
    low = ApplicationFactory(state=S.PENDING_DECISION, review_score="70.00")
    late = ApplicationFactory(state=S.PENDING_DECISION, review_score="90.00", county_signed_at=now)
    early = ApplicationFactory(
        state=S.PENDING_DECISION, review_score="90.00", county_signed_at=now - timedelta(days=1)
    )

    assert list(selectors.ranked_for_decision(person(Role.BUREAU_APPROVER))) == [early, late, low]


def test_places_taken_counts_recognised_and_shortlisted_of_the_year():
    year = clock.today().year
    RecognitionFactory(year=year)
    RecognitionFactory(year=year, revoked=True)
    RecognitionFactory(year=year - 1)
    ApplicationFactory(state=S.PUBLICITY)
    ApplicationFactory(state=S.CLOSED_OBJECTION)

    assert selectors.places_taken(year) == 2


def test_plan_of_reads_the_last_version():
    application = ApplicationFactory(state=S.PUBLICITY)
    ApplicationVersionFactory(
        application=application, number=1, answers={"basics": {"build_from": "2026-01-01"}}
    )
    ApplicationVersionFactory(
        application=application,
        number=2,
        answers={
            "basics": {"build_from": "2026-12-01"},
            "partners": {"partners": [{"key": "0", "name": "示例大学"}]},
        },
    )

    plan = selectors.plan_of(application)

    assert (plan.build_from, plan.build_to, plan.co_builders, plan.director) == (
        date(2026, 12, 1),
        None,
        ["示例大学"],
        "",
    )


def test_a_tie_goes_to_more_points_where_the_review_compares_then_to_the_earlier_county():
    early, late = clock.now() - timedelta(days=9), clock.now() - timedelta(days=3)
    rows = {
        "best": {"review_score": "90.00", "review_tie_break": "1.00", "county_signed_at": late},
        "strong": {"review_score": "80.00", "review_tie_break": "14.00", "county_signed_at": late},
        "early": {"review_score": "80.00", "review_tie_break": "13.00", "county_signed_at": early},
        "late": {"review_score": "80.00", "review_tie_break": "13.00", "county_signed_at": late},
        "unknown": {"review_score": "80.00", "review_tie_break": None, "county_signed_at": early},
    }
    made = {name: ApplicationFactory(state=S.PENDING_DECISION, **row) for name, row in reversed(rows.items())}

    ranked = list(selectors.ranked_for_decision(person(Role.BUREAU_APPROVER)))

    assert ranked == [made[name] for name in rows]
