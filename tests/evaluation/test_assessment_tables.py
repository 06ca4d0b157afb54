"""Annual assessment: the whole table of moves and of who takes them, written out a second time."""

import pytest

from accounts.roles import Role
from evaluation import permissions
from evaluation.desk import ASSESSMENT_DESK
from evaluation.enums.assessment import AssessmentState as S
from evaluation.lifecycle import ASSESSMENT
from records import audit, clock
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.assessments import AssessmentFactory, AssessmentListFactory, example_values

pytestmark = pytest.mark.django_db

OPEN = (
    S.DRAFT,
    S.UNIT_REVIEW,
    S.COUNTY_CHECK,
    S.TAX_FILL,
    S.FINANCE_FILL,
    S.GRADING,
    S.CONFIRMATION,
    S.CONFIRMED,
)
LAWFUL = {
    (S.DRAFT, "hand_up"): S.UNIT_REVIEW,
    (S.UNIT_REVIEW, "send_back"): S.DRAFT,
    (S.UNIT_REVIEW, "hand_in"): S.COUNTY_CHECK,
    (S.COUNTY_CHECK, "recall"): S.DRAFT,
    (S.COUNTY_CHECK, "county_return"): S.DRAFT,
    (S.COUNTY_CHECK, "county_check"): S.TAX_FILL,
    (S.TAX_FILL, "sign_tax"): S.FINANCE_FILL,
    (S.FINANCE_FILL, "sign_finance"): S.GRADING,
    (S.GRADING, "return"): S.DRAFT,
    (S.GRADING, "ask_tax"): S.TAX_FILL,
    (S.GRADING, "ask_finance"): S.FINANCE_FILL,
    (S.GRADING, "grade"): S.CONFIRMATION,
    (S.CONFIRMATION, "return_grade"): S.GRADING,
    (S.CONFIRMATION, "confirm"): S.CONFIRMED,
    (S.CONFIRMED, "publish"): S.PUBLISHED,
    (S.DRAFT, "miss"): S.MISSING,
    (S.UNIT_REVIEW, "miss"): S.MISSING,
    (S.MISSING, "admit"): S.DRAFT,
    **{(state, "lapse"): S.WITHDRAWN for state in OPEN},
}
FOUR_EYES = {"county_check": "handed_in_by", "confirm": "graded_by"}
NEEDS_A_REASON = {
    "send_back",
    "recall",
    "county_return",
    "return",
    "ask_tax",
    "ask_finance",
    "return_grade",
    "admit",
    "lapse",
}
BY_THE_SYSTEM = {"publish", "miss", "lapse"}
# Who holds it, and for how many working days; None: until a day of its own, or as long as the step before leaves.
HELD = {
    S.DRAFT: (Role.ENT_FILLER, None),
    S.UNIT_REVIEW: (Role.ENT_ADMIN, 5),
    S.COUNTY_CHECK: (Role.COUNTY_STAFF, 10),
    S.TAX_FILL: (Role.TAX, 10),
    S.FINANCE_FILL: (Role.FINANCE, 10),
    S.GRADING: (Role.BUREAU_CLERK, 10),
    S.CONFIRMATION: (Role.BUREAU_APPROVER, None),
    S.CONFIRMED: (Role.BUREAU_APPROVER, 20),
    S.MISSING: ("", None),
}
MAY = {
    Role.ENT_FILLER: {"hand_up"},
    Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in", "recall"},
    Role.COUNTY_STAFF: {"county_return", "county_check"},
    Role.TAX: {"sign_tax"},
    Role.FINANCE: {"sign_finance"},
    Role.BUREAU_CLERK: {"return", "ask_tax", "ask_finance", "grade", "admit"},
    Role.BUREAU_APPROVER: {"return_grade", "confirm"},
    Role.SYSTEM: {"publish", "miss", "lapse"},
}
PAIRS = [(state, action) for state in S for action in ASSESSMENT.moves]
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


def stamps_for(target: str, by) -> dict:
    """The columns that the database asks for in the state entered."""
    at = clock.now()
    if target == S.COUNTY_CHECK:
        said = {"handed_in_at": at, "handed_in_by": by, "number": "示例编号", "submitted_on": clock.today()}
        return said | {"values": example_values(by=("unit",))}
    signed = {
        S.TAX_FILL: ("county_checked", {"county_opinion": "示例"}),
        S.FINANCE_FILL: ("tax_signed", {"tax_opinion": "示例"}),
        S.GRADING: ("finance_signed", {"finance_opinion": "示例"}),
        S.CONFIRMATION: ("graded", {"grade": "pass", "grounds": "示例"}),
        S.CONFIRMED: ("confirmed", {}),
    }
    if target in signed:
        name, said = signed[target]
        return said | {f"{name}_at": at, f"{name}_by": by}
    if target in (S.PUBLISHED, S.MISSING):
        return {"published_in": AssessmentListFactory()}
    return {}


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_every_state_and_move(state, action):
    case, by = AssessmentFactory(state=state), UserFactory()
    before = audit.history(case).count()
    target = LAWFUL.get((state, action))
    if target is None:
        with pytest.raises(IllegalMove):
            ASSESSMENT.move(case, action, by=by, reason="示例")
        assert audit.history(case).count() == before
        return
    ASSESSMENT.move(case, action, by=by, reason="示例", **stamps_for(target, by))
    case.refresh_from_db()
    assert case.state == target


@pytest.mark.parametrize("action", FOUR_EYES)
def test_whoever_took_the_first_step_does_not_take_the_second(action):
    state = next(source for source, move in LAWFUL if move == action)
    case = AssessmentFactory(state=state)

    with pytest.raises(SamePerson):
        ASSESSMENT.move(case, action, by=getattr(case, FOUR_EYES[action]), reason="示例")


def test_reasons_holders_limits_and_the_system_are_as_written_here():
    case = AssessmentFactory()
    moves, states = ASSESSMENT.moves.items(), ASSESSMENT.states.items()

    assert {action for action, move in moves if move.reason} == NEEDS_A_REASON
    assert {action for action, move in moves if move.system} == BY_THE_SYSTEM
    assert {a: move.unlike for a, move in moves if move.unlike} == {
        action: (first,) for action, first in FOUR_EYES.items()
    }
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in states
        if not state.final
    } == HELD
    assert [code for code, state in states if state.continues] == [S.CONFIRMATION]


@pytest.mark.parametrize("action", sorted(NEEDS_A_REASON))
def test_a_move_without_its_reason_is_refused(action):
    state = next(source for source, move in LAWFUL if move == action)

    with pytest.raises(Incomplete):
        ASSESSMENT.move(AssessmentFactory(state=state), action, by=UserFactory(), reason=" ")


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = AssessmentFactory(state="grading")
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    who = permissions.ASSESSMENT_WHO
    assert {action for action, grant in who.items() if grant(someone, case)} == MAY.get(role, set())


def test_a_unit_and_a_county_elsewhere_may_nothing():
    case, who = AssessmentFactory(), permissions.ASSESSMENT_WHO

    for someone in (person(Role.ENT_ADMIN), person(Role.COUNTY_STAFF, division="130104")):
        assert {action for action, grant in who.items() if grant(someone, case)} == set()


def test_tables_have_the_keys_of_their_lifecycle_and_steps_their_people():
    assert set(permissions.ASSESSMENT_WHO) == set(ASSESSMENT.moves)
    assert set(ASSESSMENT_DESK.steps) == set(ASSESSMENT.moves) - BY_THE_SYSTEM


@pytest.mark.parametrize("state", S)
def test_the_unit_fills_in_a_draft_and_everybody_reads_the_grade_when_published(state):
    case = AssessmentFactory(state=state)
    filler, clerk = person(Role.ENT_FILLER, organisation=case.host), person(Role.BUREAU_CLERK)

    assert permissions.may_fill_in_assessment(filler, case) == (state == S.DRAFT)
    assert not permissions.may_fill_in_assessment(clerk, case)
    assert permissions.may_read_grade(filler, case) == (state == S.PUBLISHED)
    assert permissions.may_read_grade(clerk, case)
    assert permissions.may_read_figures(filler, case)
    assert permissions.may_read_figures(clerk, case) == (case.handed_in_at is not None)
