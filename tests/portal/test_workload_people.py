"""Who holds how much and how late by name: for superiors alone, within their reach, and of no expert."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from portal.selectors import workload_people as people
from records import clock
from tests.factories.accounts import MembershipFactory, OrganisationFactory, person
from tests.factories.notices import publish_rules
from tests.factories.records import AuditEventFactory, DeadlineFactory

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = TUESDAY.date()


@pytest.fixture(autouse=True)
def november():
    publish_rules()
    with clock.at(TUESDAY):
        yield


def seen_by(user, days=90) -> dict:
    return {one.name: one.figures for one in people.colleagues(user, days=days, on=TODAY)}


def done_by(who, took: int, *, due=TODAY, **fields):
    """A step that ``who`` brought to its end today, begun so many calendar days ago."""
    step = DeadlineFactory(
        opened_at=TUESDAY - timedelta(days=took),
        met_at=TUESDAY,
        due_on=due,
        subject_state="submitted",
        **fields,
    )
    AuditEventFactory(
        subject_type=step.subject_type,
        subject_id=step.subject_id,
        subject_label="示例",
        actor=who,
        at=TUESDAY,
        from_state="submitted",
        to_state="done",
    )
    return step


def test_what_an_office_holds_counts_for_everybody_in_it_and_what_is_done_for_who_did_it():
    slow, quick = person(Role.BUREAU_CLERK, name="甲"), person(Role.BUREAU_CLERK, name="乙")
    DeadlineFactory(holder_role=Role.BUREAU_CLERK, due_on="2026-11-20")
    DeadlineFactory(holder_role=Role.BUREAU_CLERK, due_on="2026-11-26")
    DeadlineFactory(
        holder_role=Role.BUREAU_CLERK, due_on="2026-11-20", paused_on="2026-11-19", days_left_when_paused=1
    )
    for took in (4, 5, 7):  # two, three and five working days
        done_by(slow, took, due=TODAY - timedelta(days=took > 5), holder_role=Role.BUREAU_CLERK)
    done_by(quick, 1, holder_role=Role.BUREAU_CLERK)

    found = seen_by(person(Role.BUREAU_APPROVER))

    standing = [
        (found[name].open, found[name].overdue, found[name].soon, found[name].latest) for name in "甲乙"
    ]
    assert standing == [(2, 1, 1, 2)] * 2
    assert (found["甲"].done, found["甲"].median, found["甲"].ninth) == (3, 3.0, pytest.approx(4.6))
    assert (found["甲"].share, found["乙"].done, found["乙"].share) == (66, 1, 100)


def test_a_county_s_leader_reads_of_that_county_alone():
    here, there = (
        person(Role.COUNTY_STAFF, name="本县"),
        person(Role.COUNTY_STAFF, division="130104", name="他县"),
    )
    division = here.memberships.get().organisation.division
    DeadlineFactory(holder_role=Role.COUNTY_STAFF, division=division, due_on="2026-11-27")
    elsewhere = there.memberships.get().organisation.division
    DeadlineFactory.create_batch(3, holder_role=Role.COUNTY_STAFF, division=elsewhere, due_on="2026-11-20")
    fin = person(Role.COUNTY_FIN, name="财政")

    found = seen_by(person(Role.COUNTY_LEAD))

    assert set(found) == {"本县", fin.name} - {fin.name}  # the rules of the tests name no superior of finance
    assert (found["本县"].open, found["本县"].overdue) == (1, 0)


def test_a_unit_s_administrator_reads_of_the_own_unit_alone():
    unit = OrganisationFactory(division__code="130102")
    admin, filler = person(Role.ENT_ADMIN, organisation=unit), person(Role.ENT_FILLER, organisation=unit)
    person(Role.ENT_FILLER)
    DeadlineFactory(holder_role=Role.ENT_FILLER, host=unit, division=unit.division, due_on="2026-11-20")

    assert {name: figures.overdue for name, figures in seen_by(admin).items()} == {filler.name: 1}


def test_what_somebody_judges_as_an_expert_is_not_told_to_the_superior_of_the_office():
    both = person(Role.BUREAU_CLERK)
    MembershipFactory(user=both, role=Role.EXPERT, organisation=OrganisationFactory(kind="expert_pool"))
    DeadlineFactory(holder_role=Role.EXPERT, holder_user=both, due_on="2026-11-20")
    done_by(both, 2, holder_role=Role.EXPERT)

    (figures,) = seen_by(person(Role.BUREAU_APPROVER)).values()

    assert figures == people.Figures()


def test_agencies_and_experts_are_read_of_by_nobody_here():
    person(Role.AGENCY)
    person(Role.EXPERT)
    clerk = person(Role.BUREAU_CLERK)

    assert people.juniors_of(clerk, on=TODAY) == {}
    assert people.juniors_of(person(Role.BUREAU_APPROVER), on=TODAY) == {"bureau_approver": {"bureau_clerk"}}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.BUREAU_APPROVER, 200),
        (Role.COUNTY_LEAD, 200),
        (Role.ENT_ADMIN, 200),
        (Role.BUREAU_CLERK, 403),
        (Role.COUNTY_STAFF, 403),
        (Role.AUDITOR, 403),
        (Role.AGENCY, 403),
        (Role.ENT_FILLER, 403),
    ],
)
def test_only_superiors_open_the_page(client, role, status):
    client.force_login(person(role))

    assert client.get("/workload/people/").status_code == status


def test_a_superior_reads_by_program_what_the_page_shows(client):
    clerk = person(Role.BUREAU_CLERK, name="示例经办甲")
    done_by(clerk, 3, holder_role=Role.BUREAU_CLERK)

    client.force_login(person(Role.BUREAU_APPROVER))
    answer = client.get("/api/v1/workload/people/", {"days": "90"})

    found = {row["name"]: row["figures"] for row in answer.data["people"]}
    assert (found["示例经办甲"]["done"], found["示例经办甲"]["share"]) == (1, 100)
    assert "no-store" in answer["Cache-Control"]
    client.force_login(clerk)
    assert client.get("/api/v1/workload/people/").status_code == 403


def test_the_page_names_people_and_the_offices_page_none(client):
    clerk = person(Role.BUREAU_CLERK, name="示例经办甲")
    DeadlineFactory(holder_role=Role.BUREAU_CLERK, due_on="2026-11-20")
    done_by(clerk, 3, holder_role=Role.BUREAU_CLERK)
    client.force_login(person(Role.BUREAU_APPROVER))

    page, offices = client.get("/workload/people/", {"days": "90"}), client.get("/workload/")

    for words in ("示例经办甲", "近 90 天", "不公开、不导出", "100%"):
        assert words in page.text
    assert "示例经办甲" not in offices.text
    assert "/workload/people/" in offices.text
    assert "no-store" in page["Cache-Control"]
    table = b"".join(client.get("/workload/export/csv/")).decode()
    assert "示例经办甲" not in table


def test_the_page_asks_the_same_whoever_stands_there(client, django_assert_max_num_queries):
    client.force_login(person(Role.BUREAU_APPROVER))
    counts = []
    for more in (1, 6):
        for _ in range(more):
            done_by(person(Role.BUREAU_CLERK), 2, holder_role=Role.BUREAU_CLERK)
        client.get("/workload/people/")
        with django_assert_max_num_queries(12) as queries:
            client.get("/workload/people/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
