"""The cultivation pool: staff keeps, the leader lets in and lets go, applications carry entries along by themselves."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from institutes import permissions, selectors, services, tasks
from institutes.enums import ApplicationState as S
from institutes.enums import PoolState as P
from institutes.lifecycle import CULTIVATION
from institutes.models import CultivationEntry, CultivationMeasure
from institutes.services.cultivation_links import follow
from notices.models import Notice
from records import audit, calendar, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import OrganisationFactory, UserFactory, make_uscc, person, system_user
from tests.factories.institutes import (
    ApplicationFactory,
    ChainSegmentFactory,
    CultivationEntryFactory,
    CultivationMeasureFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
LAWFUL = {
    (P.SURVEYED, "propose_entry"): P.ENTERING,
    (P.SURVEYED, "drop"): P.LEFT,
    (P.ENTERING, "return_entry"): P.SURVEYED,
    (P.ENTERING, "confirm_entry"): P.CULTIVATING,
    (P.CULTIVATING, "prepare"): P.PREPARING,
    (P.CULTIVATING, "propose_exit"): P.LEAVING,
    (P.CULTIVATING, "apply"): P.APPLIED,
    (P.PREPARING, "resume"): P.CULTIVATING,
    (P.PREPARING, "propose_exit"): P.LEAVING,
    (P.PREPARING, "apply"): P.APPLIED,
    (P.LEAVING, "refuse_exit"): P.CULTIVATING,
    (P.LEAVING, "confirm_exit"): P.LEFT,
    (P.LEAVING, "apply"): P.APPLIED,
    (P.APPLIED, "fall_back"): P.CULTIVATING,
    (P.APPLIED, "recognise"): P.RECOGNISED,
}
FOUR_EYES = {"confirm_entry": ("proposed_by",), "confirm_exit": ("leaving_by",)}
NEEDS_A_REASON = {"return_entry", "drop", "resume", "propose_exit", "refuse_exit", "fall_back"}
MAY = {
    Role.COUNTY_STAFF: {"propose_entry", "drop", "prepare", "resume", "propose_exit"},
    Role.COUNTY_LEAD: {"return_entry", "confirm_entry", "refuse_exit", "confirm_exit"},
    Role.SYSTEM: {"apply", "fall_back", "recognise"},
}


def facts(**changed) -> dict:
    segment = changed.pop("of", None) or ChainSegmentFactory()
    return {
        "name": "示例待育企业",
        "uscc": make_uscc(990_001),
        "chain": segment.chain,
        "segment": segment,
        "direction": "特种传感器",
        "intended_year": clock.today().year + 1,
        "contact_person": "示例联系人",
        "contact_phone": "13900007777",
        "grounds": "示例理由",
    } | changed


@pytest.fixture
def staff():
    RecognitionEditionFactory()
    return person(Role.COUNTY_STAFF)


@pytest.fixture
def lead():
    return person(Role.COUNTY_LEAD)


@pytest.fixture
def county(staff):
    return selectors.division_to_propose_for(staff)


# --- the table --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(CULTIVATION.moves))
@pytest.mark.parametrize("state", P)
def test_pool_table(state, action):
    assert CULTIVATION.allows(CultivationEntry(state=state), action) == ((state, action) in LAWFUL)
    if (state, action) in LAWFUL:
        assert CULTIVATION.moves[action].target == LAWFUL[state, action]


def test_four_eyes_and_reasons_are_as_written_here():
    moves = CULTIVATION.moves

    assert {name: move.unlike for name, move in moves.items() if move.unlike} == FOUR_EYES
    assert {name for name, move in moves.items() if move.reason} == NEEDS_A_REASON


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_and_no_other(role):
    entry = CultivationEntryFactory()
    user = system_user() if role == Role.SYSTEM else person(role, division=entry.division.code)
    taken = {action for action, grant in permissions.CULTIVATION_WHO.items() if grant(user, entry)}

    assert taken == MAY.get(role, set())


@pytest.mark.parametrize("role", [Role.COUNTY_STAFF, Role.COUNTY_LEAD])
def test_another_county_neither_sees_nor_moves_it(role):
    entry = CultivationEntryFactory(state=P.ENTERING)
    stranger = person(role, division="130104")

    assert not selectors.entries_visible_to(stranger).exists()
    assert not [a for a, grant in permissions.CULTIVATION_WHO.items() if grant(stranger, entry)]
    assert not permissions.may_revise_entry(stranger, entry)
    assert not permissions.may_read_contact(stranger, entry)


@pytest.mark.parametrize(
    ("role", "seen"),
    [(Role.BUREAU_CLERK, True), (Role.AUDITOR, True), (Role.ENT_ADMIN, False), (Role.COUNTY_FIN, False)],
)
def test_the_city_reads_every_pool_and_nobody_else(role, seen):
    CultivationEntryFactory()

    assert selectors.entries_visible_to(person(role)).exists() == seen


# --- what the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "change", "name"),
    [
        (P.SURVEYED, {"state": "lost"}, "state_known"),
        (P.SURVEYED, {"uscc": "123"}, "uscc_of_18"),
        (P.ENTERING, {"proposed_by": None}, "proposed_at_proposed_by"),
        (P.CULTIVATING, {"entered_by": None}, "entered_at_entered_by"),
        (P.LEAVING, {"leaving_by": None}, "leaving_at_leaving_by"),
        (P.LEFT, {"left_by": None}, "left_at_left_by"),
        (P.SURVEYED, {"state": P.ENTERING}, "proposed_by_somebody"),
        (P.ENTERING, {"state": P.CULTIVATING}, "entered_by_somebody"),
        (P.CULTIVATING, {"state": P.LEAVING}, "leaving_by_somebody"),
        (P.CULTIVATING, {"state": P.LEFT}, "left_by_somebody"),
        (P.CULTIVATING, {"state": P.APPLIED}, "applied_with_application"),
    ],
)
def test_an_entry_cannot_be_stored_without_its_evidence(state, change, name):
    row = CultivationEntry.objects.filter(pk=CultivationEntryFactory(state=state).pk)

    with (
        pytest.raises(IntegrityError, match=f'"institutes_cultivationentry_{name}"'),
        transaction.atomic(),
    ):
        row.update(**change)


def test_two_people_are_two():
    entry = CultivationEntryFactory(state=P.CULTIVATING)
    going = CultivationEntryFactory(state=P.LEAVING)
    rows = CultivationEntry.objects

    with pytest.raises(IntegrityError, match="entry_four_eyes"), transaction.atomic():
        rows.filter(pk=entry.pk).update(entered_by=entry.proposed_by)
    with pytest.raises(IntegrityError, match="exit_four_eyes"), transaction.atomic():
        rows.filter(pk=going.pk).update(state=P.LEFT, left_at=clock.now(), left_by=going.leaving_by)


def test_an_enterprise_stands_in_a_pool_once_and_may_come_back():
    gone = CultivationEntryFactory(state=P.LEFT)
    again = CultivationEntryFactory(uscc=gone.uscc)

    with pytest.raises(IntegrityError, match="cultivationentry_once"), transaction.atomic():
        CultivationEntryFactory(uscc=again.uscc)
    CultivationMeasureFactory(entry=CultivationEntryFactory(state=P.CULTIVATING))
    with pytest.raises(IntegrityError, match="cultivationmeasure_says_something"), transaction.atomic():
        CultivationMeasure.objects.update(what="")


# --- into the pool ----------------------------------------------------------------------------------------------------


def test_an_enterprise_is_surveyed_proposed_and_let_in(staff, lead, county):
    entry = services.draft_entry(division=county, **facts(), by=staff)
    services.propose_entry(entry=entry, by=staff)
    waiting = deadlines.current(entry)
    services.confirm_entry(entry=entry, by=lead)

    entry.refresh_from_db()
    assert (entry.state, entry.proposed_by, entry.entered_by) == (P.CULTIVATING, staff, lead)
    assert (waiting.holder_role, waiting.due_on) == (
        Role.COUNTY_LEAD,
        calendar.add_working_days(clock.today(), 5),
    )
    assert deadlines.current(entry).due_on == calendar.add_working_days(clock.today(), 60)
    assert Notice.objects.filter(recipient=lead, title=f"培育库·待入库确认：{entry}").exists()
    assert Notice.objects.filter(recipient=staff, title=f"培育库·培育：{entry}").exists()
    assert [event.verb.rpartition(".")[2] for event in audit.history(entry)] == [
        "begin", "propose_entry", "confirm_entry",
    ]  # fmt: skip


def test_whoever_proposes_does_not_let_in(staff):
    entry = CultivationEntryFactory(state=P.ENTERING)

    with pytest.raises(SamePerson):
        services.confirm_entry(entry=entry, by=entry.proposed_by)


def test_nobody_is_proposed_without_grounds(staff, county):
    entry = services.draft_entry(division=county, **facts(grounds=""), by=staff)

    with pytest.raises(Incomplete, match="入库理由"):
        services.propose_entry(entry=entry, by=staff)
    assert not audit.history(entry).filter(verb__endswith="propose_entry").exists()


def test_everything_that_speaks_against_an_enterprise_is_said_at_once(staff, county):
    other = ChainSegmentFactory()
    wrong = facts(uscc="91130102MA0EXAMPL1", segment=other, intended_year=2020)

    with pytest.raises(Conflict) as refused:
        services.draft_entry(division=county, **wrong, by=staff)

    assert {reason.field for reason in refused.value.reasons} == {"uscc", "segment", "intended_year"}


def test_who_stands_there_or_leads_an_institute_is_refused(staff, county):
    here = CultivationEntryFactory(division=county)
    leads = RecognitionFactory(institute__host__division=county, institute__division=county).institute.host

    for uscc, words in ((here.uscc, "已在本县"), (leads.uscc, "已牵头认定研究院")):
        with pytest.raises(Conflict, match=words):
            services.draft_entry(division=county, **facts(uscc=uscc), by=staff)


def test_another_countys_pool_is_never_betrayed(staff, county):
    elsewhere = CultivationEntryFactory()
    stranger = person(Role.COUNTY_STAFF, division="130104")
    division = selectors.division_to_propose_for(stranger)

    entry = services.draft_entry(division=division, **facts(uscc=elsewhere.uscc), by=stranger)

    assert entry.state == P.SURVEYED


def test_the_code_stays_once_it_was_let_in(staff, county):
    entry = CultivationEntryFactory(state=P.CULTIVATING)
    kept = facts(name="示例更名企业", uscc=entry.uscc)

    services.revise_entry(entry=entry, **kept, by=staff)
    with pytest.raises(Conflict, match="不能更改"):
        services.revise_entry(entry=entry, **kept | {"uscc": make_uscc(990_777)}, by=staff)

    entry.refresh_from_db()
    assert entry.name == "示例更名企业"
    assert "name" in audit.history(entry).get(verb__endswith="revise").data["changed"]


def test_what_has_left_is_not_mended(staff):
    entry = CultivationEntryFactory(state=P.LEFT)

    with pytest.raises(IllegalMove, match="不能再改"):
        services.revise_entry(entry=entry, **facts(uscc=entry.uscc), by=staff)


# --- help -------------------------------------------------------------------------------------------------------------


def test_a_measure_is_kept_with_its_proof_and_the_time_runs_anew(staff):
    entry = CultivationEntryFactory(state=P.CULTIVATING)
    done_on = clock.today() - timedelta(days=10)

    measure = services.record_measure(
        entry=entry,
        done_on=done_on,
        what="对接高校",
        provider="示例科技局",
        file=pdf_upload("证明.pdf"),
        by=staff,
    )

    assert measure.file.subject_id == entry.pk
    assert deadlines.current(entry).due_on == calendar.add_working_days(done_on, 60)
    assert selectors.entries_visible_to(staff).get().last_measure_on == done_on


def test_everything_that_a_measure_lacks_is_said_at_once(staff):
    entry = CultivationEntryFactory(state=P.CULTIVATING)

    with pytest.raises(Incomplete) as refused:
        services.record_measure(
            entry=entry, done_on=clock.today() + timedelta(days=1), what=" ", provider="", by=staff
        )

    assert [reason.field for reason in refused.value.reasons] == ["what", "provider", "done_on"]


@pytest.mark.parametrize("state", [P.SURVEYED, P.LEFT, P.RECOGNISED])
def test_help_is_recorded_for_those_in_the_pool(state, staff):
    with pytest.raises(IllegalMove):
        services.record_measure(
            entry=CultivationEntryFactory(state=state),
            done_on=clock.today(),
            what="对接",
            provider="示例",
            by=staff,
        )


def test_moving_between_stages_keeps_the_time_since_the_last_measure(staff):
    entry = CultivationEntryFactory(state=P.CULTIVATING)
    done_on = clock.today() - timedelta(days=20)
    CultivationMeasureFactory(entry=entry, done_on=done_on)

    services.prepare_entry(entry=entry, by=staff)
    before = deadlines.current(entry).due_on
    services.resume_entry(entry=entry, reason="暂缓申报", by=staff)

    assert before == deadlines.current(entry).due_on == calendar.add_working_days(done_on, 60)


# --- out of the pool --------------------------------------------------------------------------------------------------


def test_two_people_let_an_enterprise_go_and_it_may_be_surveyed_anew(staff, lead, county):
    entry = CultivationEntryFactory(state=P.PREPARING)

    services.propose_exit(entry=entry, reason="企业迁出本辖区", by=staff)
    with pytest.raises(SamePerson):
        services.confirm_exit(entry=entry, by=staff)
    services.confirm_exit(entry=entry, by=lead)

    assert entry.state == P.LEFT
    again = services.draft_entry(division=county, **facts(uscc=entry.uscc), by=staff)
    assert again.state == P.SURVEYED


def test_the_leader_may_keep_an_enterprise(staff, lead):
    entry = CultivationEntryFactory(state=P.LEAVING)

    services.refuse_exit(entry=entry, reason="再帮扶一年", by=lead)

    assert (entry.state, entry.leaving_by) == (P.CULTIVATING, None)
    assert "再帮扶一年" in Notice.objects.get(recipient=staff).body


@pytest.mark.parametrize(
    ("service", "state", "target"),
    [("drop_entry", P.SURVEYED, P.LEFT), ("return_entry", P.ENTERING, P.SURVEYED)],
)
def test_who_is_not_let_in_goes_with_a_reason(service, state, target):
    entry = CultivationEntryFactory(state=state)

    with pytest.raises(Incomplete, match="理由"):
        getattr(services, service)(entry=entry, reason=" ", by=UserFactory())
    getattr(services, service)(entry=entry, reason="规模太小", by=UserFactory())

    assert entry.state == target


# --- by itself --------------------------------------------------------------------------------------------------------


@pytest.fixture
def application():
    host = OrganisationFactory()
    return ApplicationFactory(state=S.COUNTY_REVIEW, host=host)


@pytest.mark.parametrize("state", [P.CULTIVATING, P.PREPARING, P.LEAVING])
def test_an_application_carries_its_enterprise_along(application, state, staff):
    entry = CultivationEntryFactory(uscc=application.host.uscc, state=state)

    follow(application, at=clock.now())

    entry.refresh_from_db()
    assert (entry.state, entry.application, entry.leaving_by) == (P.APPLIED, application, None)
    assert deadlines.current(entry) is None
    assert Notice.objects.filter(recipient=staff, title=f"培育库·已申报：{entry}").exists()


@pytest.mark.parametrize("state", [P.SURVEYED, P.ENTERING])
def test_who_has_not_been_let_in_waits_for_the_leader_and_then_goes_on(application, state, lead):
    entry = CultivationEntryFactory(uscc=application.host.uscc, state=state)

    follow(application, at=clock.now())
    entry.refresh_from_db()
    assert entry.state == state
    if state == P.ENTERING:
        services.confirm_entry(entry=entry, by=lead)
        assert (entry.state, entry.application) == (P.APPLIED, application)


def test_an_application_elsewhere_moves_nothing(application):
    stranger = person(Role.COUNTY_STAFF, division="130104")
    division = selectors.division_to_propose_for(stranger)
    entry = CultivationEntryFactory(uscc=application.host.uscc, division=division, state=P.CULTIVATING)

    follow(application, at=clock.now())

    entry.refresh_from_db()
    assert entry.state == P.CULTIVATING


def test_a_withdrawn_application_gives_its_enterprise_back(application, staff):
    entry = CultivationEntryFactory(uscc=application.host.uscc, state=P.PREPARING)
    follow(application, at=clock.now())

    services.withdraw_application(application=application, reason="下年度再报", by=UserFactory())

    entry.refresh_from_db()
    assert (entry.state, entry.application) == (P.CULTIVATING, None)
    assert deadlines.current(entry).holder_role == Role.COUNTY_STAFF
    assert "已撤回" in audit.history(entry).last().reason


def test_a_refusal_by_the_county_gives_it_back_and_an_institute_ends_it(application):
    refused = ApplicationFactory(state=S.COUNTY_SIGNING, county_proposal="refuse")
    entry = CultivationEntryFactory(uscc=refused.host.uscc, state=P.CULTIVATING)
    follow(refused, at=clock.now())

    services.refuse_recommendation(application=refused, reason="条件不成熟", by=UserFactory())
    entry.refresh_from_db()
    assert entry.state == P.CULTIVATING

    recognised = CultivationEntryFactory(state=P.APPLIED, application=ApplicationFactory(state=S.RECOGNISED))
    follow(recognised.application, at=clock.now())
    recognised.refresh_from_db()
    assert recognised.state == P.RECOGNISED


def test_the_sweep_finds_who_fell_behind_and_moves_nobody_twice(application):
    behind = CultivationEntryFactory(uscc=application.host.uscc, state=P.CULTIVATING)
    over = CultivationEntryFactory(state=P.APPLIED, application=ApplicationFactory(state=S.CLOSED_REVIEW))
    CultivationEntryFactory(state=P.CULTIVATING)

    first, second = tasks.sweep_cultivation(), tasks.sweep_cultivation()

    behind.refresh_from_db()
    over.refresh_from_db()
    assert (first, second) == (2, 0)
    assert (behind.state, over.state) == (P.APPLIED, P.CULTIVATING)
