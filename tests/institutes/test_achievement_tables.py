"""Achievements: who may take which move from where, what cannot be stored; written out a second time by hand."""

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from institutes import permissions
from institutes.enums import AchievementState as A
from institutes.enums import HintFinding
from institutes.lifecycle import ACHIEVEMENT
from institutes.models import Achievement, AchievementHint
from institutes.selectors import achievements as reads
from records import audit, clock
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.achievements import AchievementFactory, AchievementHintFactory

pytestmark = pytest.mark.django_db
OPEN = (A.DRAFT, A.UNIT_REVIEW, A.COUNTY_REVIEW, A.BUREAU_REVIEW)
LAWFUL = {
    (A.DRAFT, "hand_up"): A.UNIT_REVIEW,
    (A.UNIT_REVIEW, "send_back"): A.DRAFT,
    (A.UNIT_REVIEW, "hand_in"): A.COUNTY_REVIEW,
    (A.COUNTY_REVIEW, "county_return"): A.DRAFT,
    (A.COUNTY_REVIEW, "county_verify"): A.BUREAU_REVIEW,
    (A.BUREAU_REVIEW, "return"): A.DRAFT,
    (A.BUREAU_REVIEW, "verify"): A.VERIFIED,
    (A.BUREAU_REVIEW, "reject"): A.REJECTED,
    (A.VERIFIED, "propose_annulment"): A.ANNULLING,
    (A.ANNULLING, "annul"): A.ANNULLED,
    (A.ANNULLING, "keep"): A.VERIFIED,
    **{(state, "withdraw"): A.WITHDRAWN for state in OPEN},
    **{(state, "lapse"): A.WITHDRAWN for state in OPEN},
}
FOUR_EYES = {
    "county_verify": "handed_in_by",
    "verify": "county_verified_by",
    "reject": "county_verified_by",
    "annul": "annulment_proposed_by",
    "keep": "annulment_proposed_by",
}
NEEDS_A_REASON = {"send_back", "county_return", "return", "reject", "withdraw", "lapse", "keep"}
STAMPS = {
    A.COUNTY_REVIEW: "handed_in",
    A.BUREAU_REVIEW: "county_verified",
    A.VERIFIED: "verified",
    A.REJECTED: "rejected",
    A.ANNULLING: "annulment_proposed",
    A.ANNULLED: "annulled",
}
HELD = {
    A.DRAFT: (Role.ENT_FILLER, None),
    A.UNIT_REVIEW: (Role.ENT_ADMIN, 5),
    A.COUNTY_REVIEW: (Role.COUNTY_STAFF, 5),
    A.BUREAU_REVIEW: (Role.BUREAU_CLERK, 10),
    A.VERIFIED: ("", None),
    A.ANNULLING: (Role.BUREAU_APPROVER, 5),
}
DECIDES = {"return", "verify", "reject"}
MAY = {
    Role.ENT_FILLER: {"hand_up"},
    Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in", "withdraw"},
    Role.COUNTY_STAFF: {"county_return", "county_verify"},
    Role.BUREAU_CLERK: {*DECIDES, "propose_annulment"},
    Role.BUREAU_APPROVER: {*DECIDES, "annul", "keep"},
    Role.SYSTEM: {"lapse"},
}
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


def stamps_for(state: str, by) -> dict:
    name = STAMPS.get(state)
    found = {f"{name}_at": clock.now(), f"{name}_by": by} if name else {}
    return found | ({"annulment_grounds": "示例"} if state == A.ANNULLING else {})


# --- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(ACHIEVEMENT.moves))
@pytest.mark.parametrize("state", A)
def test_every_state_and_move(state, action):
    case, by = AchievementFactory(state=state), UserFactory()
    before = audit.history(case).count()
    target = LAWFUL.get((state, action))
    if target is None:
        with pytest.raises(IllegalMove):
            ACHIEVEMENT.move(case, action, by=by, reason="示例")
        assert audit.history(case).count() == before
        return
    stamps = {} if action == "keep" else stamps_for(target, by)
    ACHIEVEMENT.move(case, action, by=by, reason="示例", **stamps)
    case.refresh_from_db()
    assert case.state == target


@pytest.mark.parametrize("action", FOUR_EYES)
def test_whoever_took_the_first_step_does_not_take_the_second(action):
    state = next(source for source, move in LAWFUL if move == action)
    case = AchievementFactory(state=state)

    with pytest.raises(SamePerson):
        ACHIEVEMENT.move(case, action, by=getattr(case, FOUR_EYES[action]), reason="示例")


@pytest.mark.parametrize("action", sorted(NEEDS_A_REASON))
def test_a_move_without_its_reason_is_refused(action):
    state = next(source for source, move in LAWFUL if move == action)

    with pytest.raises(Incomplete):
        ACHIEVEMENT.move(AchievementFactory(state=state), action, by=UserFactory(), reason=" ")


def test_reasons_four_eyes_holders_and_limits_are_as_written_here():
    case = AchievementFactory()
    moves, states = ACHIEVEMENT.moves, ACHIEVEMENT.states

    assert {name for name, move in moves.items() if move.reason} == NEEDS_A_REASON
    assert {name: move.unlike for name, move in moves.items() if move.unlike} == {
        name: (column,) for name, column in FOUR_EYES.items()
    }
    assert {name for name, move in moves.items() if move.system} == {"lapse"}
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in states.items()
        if not state.final
    } == HELD


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = AchievementFactory(state=A.COUNTY_REVIEW)
    inside = case.host if role in UNIT else None
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=inside, division=case.division.code)
    )

    taken = {action for action, grant in permissions.ACHIEVEMENT_WHO.items() if grant(someone, case)}
    assert taken == MAY.get(role, set())


def test_the_tables_have_the_same_moves():
    assert set(permissions.ACHIEVEMENT_WHO) == set(ACHIEVEMENT.moves)


@pytest.mark.parametrize("state", [A.DRAFT, A.UNIT_REVIEW])
def test_a_filler_takes_back_what_has_not_left_the_unit(state):
    case = AchievementFactory(state=state)

    assert permissions.ACHIEVEMENT_WHO["withdraw"](person(Role.ENT_FILLER, organisation=case.host), case)


def test_a_unit_and_a_county_elsewhere_may_nothing_and_see_nothing():
    case = AchievementFactory(state=A.VERIFIED)

    for someone in (person(Role.ENT_ADMIN), person(Role.COUNTY_STAFF, division="130104")):
        assert not [a for a, grant in permissions.ACHIEVEMENT_WHO.items() if grant(someone, case)]
        assert not reads.achievements_visible_to(someone).exists()


CITY = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR, Role.FINANCE, Role.TAX)
OFFICES = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, *CITY)


@pytest.mark.parametrize("role", [*UNIT, *OFFICES])
@pytest.mark.parametrize("state", A)
def test_offices_read_what_was_handed_in_and_the_unit_all_of_its_own(role, state):
    case = AchievementFactory(state=state)
    someone = person(role, organisation=case.host if role in UNIT else None, division=case.division.code)

    seen = reads.achievements_visible_to(someone).filter(pk=case.pk).exists()
    assert seen == (role in UNIT or case.handed_in_at is not None)


@pytest.mark.parametrize("role", [Role.AGENCY, Role.EXPERT, Role.COUNTY_FIN, Role.SYSADMIN])
def test_nobody_else_reads_any(role):
    AchievementFactory(state=A.VERIFIED)

    assert not reads.achievements_visible_to(person(role)).exists()


def test_a_new_host_reads_what_the_institute_brought_about_before():
    case = AchievementFactory(state=A.VERIFIED)
    newcomer = person(Role.ENT_ADMIN)
    host = newcomer.memberships_active[0].organisation
    type(case.institute).objects.filter(pk=case.institute_id).update(host=host)

    assert reads.achievements_visible_to(newcomer).filter(pk=case.pk).exists()


# --- what cannot be stored ------------------------------------------------------------------------------------------

BROKEN = [
    ("draft", {"state": "nowhere"}, "state_known"),
    ("draft", {"kind": "nothing"}, "kind_known"),
    ("draft", {"title": ""}, "says_what"),
    ("draft", {"amount": 0}, "amount_positive"),
    ("draft", {"quantity": 0}, "quantity_positive"),
    ("draft", {"partner_uscc": "12345"}, "uscc_of_18"),
    ("county_review", {"handed_in_by": None}, "handed_in_at_handed_in_by"),
    ("county_review", {"handed_in_by": None, "handed_in_at": None}, "handed_in_by_somebody"),
    ("bureau_review", {"county_verified_by": None}, "county_verified_at_county_verified_by"),
    (
        "bureau_review",
        {"county_verified_by": None, "county_verified_at": None},
        "county_verified_by_somebody",
    ),
    ("verified", {"verified_by": None}, "verified_at_verified_by"),
    ("verified", {"verified_by": None, "verified_at": None}, "verified_by_somebody"),
    ("verified", {"county_verified_by": None, "county_verified_at": None}, "county_verified_by_somebody"),
    ("rejected", {"rejected_by": None}, "rejected_at_rejected_by"),
    ("rejected", {"rejected_by": None, "rejected_at": None}, "rejected_by_somebody"),
    ("annulling", {"annulment_proposed_by": None}, "annulment_proposed_together"),
    (
        "annulling",
        {"annulment_proposed_by": None, "annulment_proposed_at": None},
        "annulment_by_somebody",
    ),
    ("annulling", {"annulment_grounds": ""}, "annulled_with_grounds"),
    ("annulled", {"annulled_by": None}, "annulled_at_annulled_by"),
    ("annulled", {"annulled_by": None, "annulled_at": None}, "annulled_by_somebody"),
]
TWO_PEOPLE = [
    ("bureau_review", "county_verified_by", "handed_in_by", "county_is_another"),
    ("verified", "verified_by", "county_verified_by", "four_eyes"),
    ("rejected", "rejected_by", "county_verified_by", "rejected_by_another"),
    ("annulled", "annulled_by", "annulment_proposed_by", "annulled_by_another"),
]


def refused_by(name: str, act) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


@pytest.mark.parametrize(("state", "wrong", "name"), BROKEN)
def test_the_database_refuses(state, wrong, name):
    row = Achievement.objects.filter(pk=AchievementFactory(state=state).pk)

    refused_by(f"institutes_achievement_{name}", lambda: row.update(**wrong))


@pytest.mark.parametrize(("state", "second", "first", "name"), TWO_PEOPLE)
def test_two_people(state, second, first, name):
    case = AchievementFactory(state=state)
    row = Achievement.objects.filter(pk=case.pk)

    refused_by(f"institutes_achievement_{name}", lambda: row.update(**{second: getattr(case, first)}))


LIVE = {A.COUNTY_REVIEW, A.BUREAU_REVIEW, A.VERIFIED, A.ANNULLING}


@pytest.mark.parametrize("state", A)
def test_one_number_is_held_by_one_achievement_that_is_alive(state):
    first = AchievementFactory(kind="invention_patent", state=state)
    again = {"kind": "invention_patent", "state": A.COUNTY_REVIEW, "number": first.number}

    if state in LIVE:
        refused_by("institutes_achievement_counted_once", lambda: AchievementFactory(**again))
    else:
        assert AchievementFactory(**again).mark == first.mark


def test_what_bears_no_number_stands_beside_others_that_bear_none():
    first, second = AchievementFactory.create_batch(2, state=A.VERIFIED)

    assert (first.mark, second.mark) == ("", "")


def test_a_hint_is_answered_by_two_people_and_names_another():
    hint = AchievementHintFactory()
    row, someone = AchievementHint.objects.filter(pk=hint.pk), UserFactory()
    answered = {
        f"{side}_{name}": value
        for side in ("county", "bureau")
        for name, value in (("finding", HintFinding.DIFFERENT), ("answered_at", clock.now()))
    }

    def refuses(name, **wrong):
        refused_by(f"institutes_achievementhint_{name}", lambda: row.update(**wrong))

    refuses("ground_known", ground="smell")
    refuses("county_finding_known", county_finding="so")
    refuses("bureau_finding_known", bureau_finding="so")
    refuses("of_another", other=hint.achievement)
    refuses("county_answered", county_finding="same", county_answered_at=clock.now())
    refuses("bureau_answered", bureau_finding="same", bureau_answered_at=clock.now())
    refuses("county_says_which", county_answered_at=clock.now(), county_answered_by=someone)
    refuses("bureau_says_which", bureau_answered_at=clock.now(), bureau_answered_by=someone)
    refuses("answered_by_two", **answered, county_answered_by=someone, bureau_answered_by=someone)
    refused_by(
        "institutes_achievementhint_once",
        lambda: AchievementHintFactory(achievement=hint.achievement, other=hint.other),
    )
