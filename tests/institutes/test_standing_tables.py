"""Changes, stops, revocations: who may take which move from where, written out a second time by hand."""

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from institutes import lifecycle, permissions
from institutes.enums import ChangeState as C
from institutes.enums import ProgressState as P
from institutes.enums import RevocationState as R
from institutes.enums import SuspensionState as U
from institutes.models import (
    Change,
    ProgressReport,
    Recognition,
    Revocation,
    Suspension,
    Tenure,
)
from records import audit, clock
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.institutes import (
    ChangeFactory,
    ProgressReportFactory,
    ProgressValueFactory,
    RecognitionFactory,
    RevocationFactory,
    StageReachedFactory,
    SuspensionFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db
CHANGE, SUSPENSION, REVOCATION, PROGRESS = "change", "suspension", "revocation", "progress"
TABLE = {
    CHANGE: lifecycle.CHANGE,
    SUSPENSION: lifecycle.SUSPENSION,
    REVOCATION: lifecycle.REVOCATION,
    PROGRESS: lifecycle.PROGRESS,
}
OPEN = (C.DRAFT, C.UNIT_REVIEW, C.COUNTY_OPINION, C.CHECKING, C.DECISION)
LAWFUL = {
    CHANGE: {
        (C.DRAFT, "hand_up"): C.UNIT_REVIEW,
        (C.UNIT_REVIEW, "send_back"): C.DRAFT,
        (C.UNIT_REVIEW, "hand_in"): C.COUNTY_OPINION,
        (C.COUNTY_OPINION, "county_return"): C.DRAFT,
        (C.COUNTY_OPINION, "give_opinion"): C.CHECKING,
        (C.CHECKING, "return"): C.DRAFT,
        (C.CHECKING, "check"): C.DECISION,
        (C.DECISION, "return_check"): C.CHECKING,
        (C.DECISION, "approve"): C.APPROVED,
        (C.DECISION, "refuse"): C.REFUSED,
        **{(state, "withdraw"): C.WITHDRAWN for state in OPEN},
        **{(state, "lapse"): C.WITHDRAWN for state in OPEN},
    },
    SUSPENSION: {
        (U.PROPOSED, "approve"): U.IN_FORCE,
        (U.PROPOSED, "refuse"): U.REFUSED,
        (U.PROPOSED, "end"): U.ENDED,
        (U.IN_FORCE, "propose_restoration"): U.RESTORING,
        (U.IN_FORCE, "end"): U.ENDED,
        (U.RESTORING, "restore"): U.RESTORED,
        (U.RESTORING, "extend"): U.IN_FORCE,
        (U.RESTORING, "end"): U.ENDED,
    },
    REVOCATION: {
        (R.PROPOSED, "notify"): R.STATEMENT,
        (R.PROPOSED, "drop"): R.DROPPED,
        (R.STATEMENT, "state"): R.DECISION,
        (R.STATEMENT, "lapse_statement"): R.DECISION,
        (R.DECISION, "revoke"): R.REVOKED,
        (R.DECISION, "drop"): R.DROPPED,
    },
    PROGRESS: {
        (P.REPORTED, "question"): P.QUESTIONED,
        (P.REPORTED, "withdraw"): P.WITHDRAWN,
        (P.QUESTIONED, "answer"): P.REPORTED,
        (P.QUESTIONED, "withdraw"): P.WITHDRAWN,
        (P.QUESTIONED, "close"): P.REPORTED,
    },
}
FACTORY = {
    CHANGE: ChangeFactory,
    SUSPENSION: SuspensionFactory,
    REVOCATION: RevocationFactory,
    PROGRESS: ProgressReportFactory,
}
FOUR_EYES = {
    (CHANGE, "approve"): "checked_by",
    (CHANGE, "refuse"): "checked_by",
    (SUSPENSION, "approve"): "proposed_by",
    (SUSPENSION, "refuse"): "proposed_by",
    (SUSPENSION, "restore"): "checked_by",
    (SUSPENSION, "extend"): "checked_by",
    (REVOCATION, "notify"): "proposed_by",
    (REVOCATION, "revoke"): "proposed_by",
    (REVOCATION, "drop"): "proposed_by",
}
NEEDS_A_REASON = {
    (CHANGE, "send_back"),
    (CHANGE, "county_return"),
    (CHANGE, "return"),
    (CHANGE, "return_check"),
    (CHANGE, "refuse"),
    (CHANGE, "withdraw"),
    (CHANGE, "lapse"),
    (SUSPENSION, "refuse"),
    (SUSPENSION, "extend"),
    (SUSPENSION, "end"),
    (REVOCATION, "drop"),
    (PROGRESS, "question"),
    (PROGRESS, "withdraw"),
    (PROGRESS, "close"),
}
TABLES = pytest.mark.parametrize("table", LAWFUL)
PAIRS = [
    (table, state, action)
    for table in LAWFUL
    for state in TABLE[table].states
    for action in TABLE[table].moves
]


def stamps_for(table, to_state: str, by) -> dict:
    """The columns that the database asks for in the state entered."""
    now = clock.now()
    pairs = {
        (CHANGE, C.COUNTY_OPINION): ("handed_in",),
        (CHANGE, C.CHECKING): ("opined",),
        (CHANGE, C.DECISION): ("checked",),
        (CHANGE, C.APPROVED): ("decided",),
        (CHANGE, C.REFUSED): ("decided",),
        (SUSPENSION, U.IN_FORCE): ("decided",),
        (SUSPENSION, U.REFUSED): ("decided",),
        (SUSPENSION, U.RESTORING): ("checked",),
        (SUSPENSION, U.RESTORED): ("ended",),
        (SUSPENSION, U.ENDED): ("ended",),
        (REVOCATION, R.STATEMENT): ("noticed",),
        (REVOCATION, R.REVOKED): ("decided",),
        (REVOCATION, R.DROPPED): ("decided",),
        (PROGRESS, P.QUESTIONED): ("questioned",),
        (PROGRESS, P.WITHDRAWN): ("withdrawn",),
    }
    found = {}
    for name in pairs.get((table, to_state), ()):
        found |= {f"{name}_at": now, f"{name}_by": by}
    if "questioned_at" in found:
        found["question"] = "示例"
    if "opined_at" in found:
        found["county_position"] = "agrees"
    if "checked_at" in found and table == CHANGE:
        found["finding"] = "approve"
    if "noticed_at" in found:
        found["statement_until"] = clock.today()
    if table == REVOCATION and "decided_at" in found:
        found |= {"decision": "示例", "minute_number": "示例"}
    return found


@pytest.mark.parametrize(("table", "state", "action"), PAIRS)
def test_every_state_and_move(table, state, action):
    case, by = FACTORY[table](state=state), UserFactory()
    before = audit.history(case).count()
    target = LAWFUL[table].get((state, action))
    if target is None:
        with pytest.raises(IllegalMove):
            TABLE[table].move(case, action, by=by, reason="示例")
        assert audit.history(case).count() == before
        return
    TABLE[table].move(case, action, by=by, reason="示例", **stamps_for(table, target, by))
    case.refresh_from_db()
    assert case.state == target


@pytest.mark.parametrize(("table", "action"), FOUR_EYES)
def test_whoever_took_the_first_step_does_not_take_the_second(table, action):
    state = next(source for source, move in LAWFUL[table] if move == action)
    case = FACTORY[table](state=state)

    with pytest.raises(SamePerson):
        TABLE[table].move(case, action, by=getattr(case, FOUR_EYES[table, action]), reason="示例")


def test_these_moves_need_a_reason():
    assert {(t, a) for t in LAWFUL for a, move in TABLE[t].moves.items() if move.reason} == NEEDS_A_REASON


@pytest.mark.parametrize(("table", "action"), sorted(NEEDS_A_REASON, key=str))
def test_a_move_without_its_reason_is_refused(table, action):
    state = next(source for source, move in LAWFUL[table] if move == action)

    with pytest.raises(Incomplete):
        TABLE[table].move(FACTORY[table](state=state), action, by=UserFactory(), reason=" ")


# Who holds a case in each state, and for how many working days (domain B1, the last row); None: as long as a draft is
# written, the step before leaves, or the suspension lasts.
HELD = {
    CHANGE: {
        C.DRAFT: (Role.ENT_FILLER, None),
        C.UNIT_REVIEW: (Role.ENT_ADMIN, 5),
        C.COUNTY_OPINION: (Role.COUNTY_STAFF, 5),
        C.CHECKING: (Role.BUREAU_CLERK, 10),
        C.DECISION: (Role.BUREAU_APPROVER, None),
    },
    SUSPENSION: {
        U.PROPOSED: (Role.BUREAU_APPROVER, 5),
        U.IN_FORCE: (Role.BUREAU_CLERK, None),
        U.RESTORING: (Role.BUREAU_APPROVER, 5),
    },
    REVOCATION: {
        R.PROPOSED: (Role.BUREAU_APPROVER, 5),
        R.STATEMENT: (Role.ENT_ADMIN, 5),
        R.DECISION: (Role.BUREAU_APPROVER, 10),
    },
    PROGRESS: {P.REPORTED: ("", None), P.QUESTIONED: (Role.ENT_FILLER, 5)},
}
BY_THE_SYSTEM = {
    (CHANGE, "lapse"),
    (SUSPENSION, "end"),
    (REVOCATION, "lapse_statement"),
    (PROGRESS, "close"),
}


@TABLES
def test_holders_and_time_limits_are_as_written_here(table):
    case = FACTORY[table]()
    found = {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in TABLE[table].states.items()
        if not state.final
    }

    assert found == HELD[table]


def test_what_the_clock_and_other_cases_do_is_as_written_here():
    assert {(t, a) for t in LAWFUL for a, move in TABLE[t].moves.items() if move.system} == BY_THE_SYSTEM
    assert {(t, a): move.unlike for t in LAWFUL for a, move in TABLE[t].moves.items() if move.unlike} == {
        key: (first,) for key, first in FOUR_EYES.items()
    }
    assert [c for c, state in lifecycle.CHANGE.states.items() if state.continues] == [C.DECISION]


# --- who ------------------------------------------------------------------------------------------------------------

MAY = {
    CHANGE: {
        Role.ENT_FILLER: {"hand_up"},
        Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in", "withdraw"},
        Role.COUNTY_STAFF: {"county_return", "give_opinion"},
        Role.BUREAU_CLERK: {"return", "check"},
        Role.BUREAU_APPROVER: {"return_check", "approve", "refuse"},
        Role.SYSTEM: {"lapse"},
    },
    SUSPENSION: {
        Role.BUREAU_CLERK: {"propose_restoration"},
        Role.BUREAU_APPROVER: {"approve", "refuse", "restore", "extend"},
        Role.SYSTEM: {"end"},
    },
    REVOCATION: {
        Role.ENT_ADMIN: {"state"},
        Role.BUREAU_APPROVER: {"notify", "revoke", "drop"},
        Role.SYSTEM: {"lapse_statement"},
    },
    PROGRESS: {
        Role.ENT_FILLER: {"answer", "withdraw"},
        Role.ENT_ADMIN: {"answer", "withdraw"},
        Role.COUNTY_STAFF: {"question"},
        Role.BUREAU_CLERK: {"question"},
        Role.SYSTEM: {"close"},
    },
}
WHO = {
    CHANGE: permissions.CHANGE_WHO,
    SUSPENSION: permissions.SUSPENSION_WHO,
    REVOCATION: permissions.REVOCATION_WHO,
    PROGRESS: permissions.PROGRESS_WHO,
}
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


@TABLES
@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(table, role):
    case = FACTORY[table](state="checking") if table == CHANGE else FACTORY[table]()
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    assert {action for action, grant in WHO[table].items() if grant(someone, case)} == MAY[table].get(
        role, set()
    )


@TABLES
def test_a_unit_and_a_county_elsewhere_may_nothing(table):
    case = FACTORY[table]()

    for someone in (person(Role.ENT_ADMIN), person(Role.COUNTY_STAFF, division="130104")):
        assert {action for action, grant in WHO[table].items() if grant(someone, case)} == set()


@pytest.mark.parametrize("state", [C.DRAFT, C.UNIT_REVIEW])
def test_a_filler_takes_back_what_was_not_handed_in(state):
    change = ChangeFactory(state=state)

    assert permissions.CHANGE_WHO["withdraw"](person(Role.ENT_FILLER, organisation=change.host), change)


# --- what cannot be stored ------------------------------------------------------------------------------------------

BROKEN = [
    (ProgressReportFactory, "reported", {"state": "nowhere"}, "institutes_progressreport_state_known"),
    (
        ProgressReportFactory,
        "questioned",
        {"questioned_by": None},
        "institutes_progressreport_questioned_at_questioned_by",
    ),
    (
        ProgressReportFactory,
        "questioned",
        {"questioned_by": None, "questioned_at": None},
        "institutes_progressreport_questioned_by_somebody",
    ),
    (ProgressReportFactory, "questioned", {"question": ""}, "institutes_progressreport_asks_something"),
    (
        ProgressReportFactory,
        "questioned",
        {"answered_at": clock.now()},
        "institutes_progressreport_answered_at_answered_by",
    ),
    (
        ProgressReportFactory,
        "withdrawn",
        {"withdrawn_by": None},
        "institutes_progressreport_withdrawn_at_withdrawn_by",
    ),
    (
        ProgressReportFactory,
        "withdrawn",
        {"withdrawn_by": None, "withdrawn_at": None},
        "institutes_progressreport_withdrawn_by_somebody",
    ),
    (ChangeFactory, "draft", {"state": "nowhere"}, "institutes_change_state_known"),
    (ChangeFactory, "draft", {"kind": "nothing"}, "institutes_change_kind_known"),
    (ChangeFactory, "checking", {"county_position": "so"}, "institutes_change_county_position_known"),
    (ChangeFactory, "decision", {"finding": "so"}, "institutes_change_finding_known"),
    (ChangeFactory, "checking", {"handed_in_by": None}, "institutes_change_handed_in_at_handed_in_by"),
    (ChangeFactory, "checking", {"opined_by": None}, "institutes_change_opined_at_opined_by"),
    (ChangeFactory, "decision", {"checked_by": None}, "institutes_change_checked_at_checked_by"),
    (ChangeFactory, "approved", {"decided_by": None}, "institutes_change_decided_at_decided_by"),
    (
        ChangeFactory,
        "county_opinion",
        {"handed_in_by": None, "handed_in_at": None},
        "institutes_change_handed_in_by_somebody",
    ),
    (
        ChangeFactory,
        "checking",
        {"opined_by": None, "opined_at": None},
        "institutes_change_opined_by_somebody",
    ),
    (
        ChangeFactory,
        "decision",
        {"checked_by": None, "checked_at": None},
        "institutes_change_checked_by_somebody",
    ),
    (
        ChangeFactory,
        "approved",
        {"decided_by": None, "decided_at": None},
        "institutes_change_decided_by_somebody",
    ),
    (ChangeFactory, "checking", {"county_position": ""}, "institutes_change_county_takes_a_position"),
    (ChangeFactory, "decision", {"finding": ""}, "institutes_change_checked_with_finding"),
    (ChangeFactory, "draft", {"value": ""}, "institutes_change_says_what"),
    (ChangeFactory, "draft", {"kind": "host"}, "institutes_change_says_what"),
    (SuspensionFactory, "proposed", {"state": "nowhere"}, "institutes_suspension_state_known"),
    (SuspensionFactory, "proposed", {"grounds": ""}, "institutes_suspension_has_grounds"),
    (SuspensionFactory, "in_force", {"decided_by": None}, "institutes_suspension_decided_at_decided_by"),
    (SuspensionFactory, "restoring", {"checked_by": None}, "institutes_suspension_checked_at_checked_by"),
    (SuspensionFactory, "restored", {"ended_by": None}, "institutes_suspension_ended_at_ended_by"),
    (
        SuspensionFactory,
        "in_force",
        {"decided_by": None, "decided_at": None},
        "institutes_suspension_decided_by_somebody",
    ),
    (
        SuspensionFactory,
        "restoring",
        {"checked_by": None, "checked_at": None},
        "institutes_suspension_checked_by_somebody",
    ),
    (
        SuspensionFactory,
        "restored",
        {"ended_by": None, "ended_at": None},
        "institutes_suspension_ended_by_somebody",
    ),
    (RevocationFactory, "proposed", {"state": "nowhere"}, "institutes_revocation_state_known"),
    (RevocationFactory, "proposed", {"facts": ""}, "institutes_revocation_has_facts"),
    (
        RevocationFactory,
        "statement",
        {"noticed_by": None},
        "institutes_revocation_noticed_at_noticed_by_statement_until",
    ),
    (
        RevocationFactory,
        "statement",
        {"noticed_by": None, "noticed_at": None, "statement_until": None},
        "institutes_revocation_unit_was_heard",
    ),
    (RevocationFactory, "revoked", {"decided_by": None}, "institutes_revocation_decided_at_decided_by"),
    (
        RevocationFactory,
        "dropped",
        {"decided_by": None, "decided_at": None},
        "institutes_revocation_decided_by_somebody",
    ),
    (RevocationFactory, "revoked", {"minute_number": ""}, "institutes_revocation_by_a_meeting"),
    (RevocationFactory, "revoked", {"decision": ""}, "institutes_revocation_says_why"),
]


def refused_by(name: str, act) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


@pytest.mark.parametrize(("make", "state", "wrong", "name"), BROKEN)
def test_the_database_refuses(make, state, wrong, name):
    case = make(state=state)

    refused_by(name, lambda: type(case).objects.filter(pk=case.pk).update(**wrong))


def test_two_people_of_the_bureau():
    change, stop, end = (
        ChangeFactory(state="approved"),
        SuspensionFactory(state="in_force"),
        RevocationFactory(state="revoked"),
    )
    restored = SuspensionFactory(state="restored")

    def make(row, column, other):
        return lambda: type(row).objects.filter(pk=row.pk).update(**{column: getattr(row, other)})

    refused_by("institutes_change_four_eyes", make(change, "decided_by", "checked_by"))
    refused_by("institutes_suspension_four_eyes", make(stop, "decided_by", "proposed_by"))
    refused_by("institutes_suspension_restored_by_another", make(restored, "ended_by", "checked_by"))
    refused_by("institutes_revocation_four_eyes", make(end, "decided_by", "proposed_by"))
    refused_by("institutes_revocation_notice_by_another", make(end, "noticed_by", "proposed_by"))


def test_one_case_of_a_kind_at_a_time():
    change, stop, end = ChangeFactory(), SuspensionFactory(), RevocationFactory()

    refused_by("institutes_change_one_open_of_a_kind", lambda: ChangeFactory(institute=change.institute))
    refused_by("institutes_suspension_one_at_a_time", lambda: SuspensionFactory(institute=stop.institute))
    refused_by("institutes_revocation_one_at_a_time", lambda: RevocationFactory(institute=end.institute))


def test_a_report_says_one_thing_once():
    value, stage = ProgressValueFactory(), StageReachedFactory()
    assert (str(value), str(value.report)[-16:]) == ("发明专利 5", f"截至 {clock.today()} 的建设进展"[-16:])
    assert str(stage).endswith(f"完成于 {clock.today()}")

    refused_by(
        "institutes_progressvalue_once_a_report",
        lambda: ProgressValueFactory(report=value.report, commitment=value.commitment),
    )
    refused_by("institutes_progressvalue_value_not_negative", lambda: ProgressValueFactory(value=-1))
    refused_by(
        "institutes_stagereached_once_a_report",
        lambda: StageReachedFactory(report=stage.report, milestone=stage.milestone),
    )


def test_a_statement_follows_a_notice():
    row = Revocation.objects.filter(pk=RevocationFactory().pk)
    someone = UserFactory()

    refused_by(
        "institutes_revocation_statement_after_notice",
        lambda: row.update(stated_at=clock.now(), stated_by=someone, statement="示例"),
    )


def test_a_recognition_ends_once_with_a_reason_and_is_not_stopped_after():
    withdrawn = Recognition.objects.filter(pk=RecognitionFactory(withdrawn=True).pk)
    stopped = Recognition.objects.filter(pk=RecognitionFactory(suspended=True).pk)
    end = {"revoked_at": clock.now(), "revoked_by": UserFactory(), "revocation_reason": "示例"}

    refused_by("institutes_recognition_withdrawn_by_somebody", lambda: withdrawn.update(withdrawn_by=None))
    refused_by("institutes_recognition_withdrawn_with_reason", lambda: withdrawn.update(withdrawal_reason=""))
    refused_by("institutes_recognition_ends_once", lambda: withdrawn.update(**end))
    refused_by("institutes_recognition_suspended_until_a_day", lambda: stopped.update(suspended_until=None))
    refused_by("institutes_recognition_no_stop_after_the_end", lambda: stopped.update(**end))


def test_what_held_is_kept_day_by_day():
    institute = RecognitionFactory().institute
    name = Tenure.objects.filter(institute=institute, kind="name")
    partner = Tenure.objects.get(institute=institute, kind="co_builder")

    refused_by("institutes_tenure_one_at_a_time", lambda: TenureFactory(institute=institute))
    refused_by(
        "institutes_tenure_co_builder_once",
        lambda: TenureFactory(institute=institute, kind="co_builder", value=partner.value),
    )
    refused_by("institutes_tenure_kind_known", lambda: name.update(kind="colour"))
    refused_by("institutes_tenure_says_what", lambda: name.update(value=""))
    refused_by("institutes_tenure_since_not_after_until", lambda: name.update(until="2020-01-01"))
    refused_by("institutes_tenure_ended_on_a_day", lambda: name.update(ended_with=ChangeFactory()))


def test_the_models_are_those_of_the_tables():
    assert {Change, Suspension, Revocation, ProgressReport} == {
        factory._meta.model for factory in FACTORY.values()
    }
