"""Who holds how much and how late, and how long each step takes, by office and within reach."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.roles import Role
from portal.selectors import workload
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.records import DayOverrideFactory, DeadlineFactory

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = TUESDAY.date()


@pytest.fixture(autouse=True)
def november():
    with clock.at(TUESDAY):
        yield


def loads(divisions=None):
    found = workload.loads(divisions=divisions, on=TODAY)
    return [(load.holder, load.open, load.overdue, load.soon, load.latest) for load in found]


def step(took: int, *, label="形式审查", **fields):
    """A step that was done today, begun so many calendar days ago."""
    fields = {"working_days": 5, "due_on": TODAY} | fields
    return DeadlineFactory(label=label, opened_at=TUESDAY - timedelta(days=took), met_at=TUESDAY, **fields)


def paces(divisions=None, days=90):
    found = workload.paces(divisions=divisions, days=days, on=TODAY)
    return {pace.step: (pace.done, pace.limit, pace.median, pace.ninth, pace.share) for pace in found}


def test_offices_by_what_is_late_counties_one_by_one_units_together():
    for code in ("130102", "130104"):
        unit = OrganisationFactory(division__code=code)
        local = {"division": unit.division, "host": unit}
        DeadlineFactory(holder_role=Role.COUNTY_STAFF, due_on="2026-11-27", **local)
        DeadlineFactory(holder_role=Role.ENT_FILLER, due_on="2027-11-27", **local)
        here = unit.division
    DeadlineFactory.create_batch(2, holder_role=Role.BUREAU_CLERK, due_on="2026-11-20")
    DeadlineFactory(holder_role=Role.BUREAU_CLERK, due_on="2026-11-10", met_at=TUESDAY)
    DeadlineFactory(
        holder_role=Role.BUREAU_CLERK, due_on="2026-11-10", paused_on="2026-11-09", days_left_when_paused=1
    )
    DeadlineFactory(holder_role=Role.SYSTEM, due_on="2026-11-10")

    first, *others = loads()

    assert first == ("市科技局经办", 2, 2, 0, 2)
    assert ("申报人", 2, 0, 0, 0) in others
    assert sum(1 for office in others if "科技管理部门经办" in office[0] and office[1:] == (1, 0, 1, 0)) == 2
    assert {office[0] for office in loads([here.pk])} == {"申报人", f"{here}科技管理部门经办"}


def test_the_median_and_the_ninth_in_ten_of_working_days():
    for took in (0, 1, 4, 5, 7):  # the weekend does not count: 0, 1, 2, 3, 5
        step(took)

    assert paces() == {"形式审查": (5, 5, 2.0, pytest.approx(4.2), 100)}


def test_a_holiday_does_not_count():
    DayOverrideFactory(day="2026-11-23")
    step(4)

    assert paces()["形式审查"][2] == 1.0


def test_a_promise_is_kept_or_not_and_without_a_limit_there_is_none():
    step(1)
    step(9, due_on=TODAY - timedelta(days=1))
    step(9, due_on=TODAY - timedelta(days=1))
    step(3, label="无时限", due_on=None, working_days=None)

    found = paces()

    assert (found["形式审查"][4], found["无时限"][1], found["无时限"][4]) == (33, None, None)


def test_a_day_before_which_nobody_can_leave_a_state_is_no_limit_that_was_missed():
    step(9, label="公示中", subject_state="publicity", working_days=None, due_on=TODAY - timedelta(days=1))

    (pace,) = workload.paces(divisions=None, days=90, on=TODAY)
    assert (pace.done, pace.bound, pace.share, pace.is_missed) == (1, 0, None, False)


def test_only_steps_of_the_time_and_of_the_reach_count():
    step(1, division=OrganisationFactory(division__code="130102").division, label="近的")
    old = step(1, label="久的")
    type(old).objects.filter(pk=old.pk).update(
        opened_at=TUESDAY - timedelta(days=120), met_at=TUESDAY - timedelta(days=100)
    )
    step(1, label="别处", division=OrganisationFactory(division__code="130104").division)
    step(1, label="窗口", kind="window")

    here = person(Role.COUNTY_LEAD, division="130102")

    assert set(paces()) == {"近的", "别处"}
    assert set(paces(days=365)) == {"近的", "别处", "久的"}
    assert set(paces(divisions=workload.divisions_read_by(here))) == {"近的"}


def test_the_page_and_its_export_for_offices_alone(client):
    step(1)
    for role, status in (
        (Role.BUREAU_APPROVER, 200),
        (Role.COUNTY_LEAD, 200),
        (Role.ENT_ADMIN, 403),
        (Role.TAX, 403),
    ):
        client.force_login(person(role))
        found = [client.get("/workload/"), client.get("/workload/export/csv/")]
        assert [answer.status_code for answer in found] == [status, status]
    client.force_login(person(Role.AUDITOR))

    page, table = client.get("/workload/", {"days": "90"}), client.get("/workload/export/csv/")

    for words in ("形式审查", "100%", "近 90 天"):
        assert words in page.text
    assert "形式审查,5,1,1.0,1.0,100" in b"".join(table).decode()
    assert client.get("/workload/export/pdf/").status_code == 404


def test_a_program_reads_what_the_page_shows_within_the_reach_of_its_owner(client):
    def read(role: str, **asked):
        client.force_login(person(role, division="130181"))
        return client.get("/api/v1/workload/", asked)

    step(1)
    DeadlineFactory(holder_role=Role.BUREAU_CLERK, due_on="2026-11-20")
    city, far = read(Role.AUDITOR, days="90").data, read(Role.COUNTY_LEAD).data

    assert [(row["step"], row["limit"], row["share"]) for row in city["steps"]] == [("形式审查", 5, 100)]
    assert [(row["overdue"], row["latest"]) for row in city["offices"]] == [(1, 2)]
    assert (far["days"], far["steps"]) == (365, [])
    assert read(Role.AUDITOR, days="7").status_code == 422
    assert read(Role.ENT_ADMIN).status_code == 403


def test_the_page_asks_the_same_whatever_stands_there(client, django_assert_max_num_queries):
    client.force_login(person(Role.BUREAU_CLERK))
    counts = []
    for more in (1, 20):
        for n in range(more):
            step(n)
            DeadlineFactory()
        client.get("/workload/")
        with django_assert_max_num_queries(12) as queries:
            client.get("/workload/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("bound", "kept", "missed"), [(0, 0, False), (3, 3, False), (3, 2, True)])
def test_a_step_is_missed_where_its_limit_was_not_kept_once(bound, kept, missed):
    pace = workload.Pace("认定申报", "形式审查", 3, 5, 1.0, 2.0, bound, kept)

    assert pace.is_missed == missed
