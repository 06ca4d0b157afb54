"""Who hears of each move of an evaluation and of its round (domain B: every transition is a message), by hand."""

import pytest

from accounts.roles import Role
from evaluation.enums.performance import EvaluationState as S
from evaluation.lifecycle import EVALUATION, ROUND
from evaluation.models.performance import ENTRUSTED, SCORED
from evaluation.notifications.performance import tell_all, tell_of_evaluation, tell_of_round
from notices.models import Notice
from records import audit, clock
from tests.evaluation.test_performance_tables import LAWFUL, LAWFUL_ROUND
from tests.factories.accounts import person
from tests.factories.institutes import a_user
from tests.factories.notices import PublicNoticeFactory
from tests.factories.performance import EvaluationFactory, RoundFactory, _stamps, engaged_for_performance

pytestmark = pytest.mark.django_db

UNIT, COUNTY = {Role.ENT_FILLER, Role.ENT_ADMIN}, {Role.COUNTY_STAFF, Role.COUNTY_LEAD}
CLERK, APPROVER, PROPOSER = Role.BUREAU_CLERK, Role.BUREAU_APPROVER, "the proposer"
HEARS = {
    "hand_up": {Role.ENT_ADMIN},
    "send_back": UNIT,
    "hand_in": UNIT | {Role.COUNTY_STAFF},
    "recall": UNIT | COUNTY,
    "county_return": UNIT,
    "give_opinion": {Role.COUNTY_LEAD},
    "return_opinion": {Role.COUNTY_STAFF},
    "sign": UNIT | {Role.TAX},
    "fill_tax": {Role.FINANCE},
    "fill_finance": {CLERK},
    "refill": {Role.TAX},
    "return": UNIT | COUNTY,
    "mark_false": UNIT,
    "clear_false": UNIT,
    "cap": UNIT,
    "lift_cap": UNIT,
    "entrust": UNIT | {Role.AGENCY},
    "entrust_anew": {Role.AGENCY},
    "record_review": UNIT | {CLERK},
    "reopen_review": {Role.AGENCY},
    "propose_exemption": {APPROVER},
    "refuse_exemption": UNIT | {PROPOSER},
    "defer": UNIT | COUNTY | {PROPOSER},
    "deem": UNIT | COUNTY | {PROPOSER, CLERK},
    "miss": UNIT | COUNTY,
    "grade": set(),  # told of once, for the whole round
    "return_grade": set(),
    "confirm": UNIT | COUNTY,
    "correct_publicity": UNIT,
    "uphold_objection": UNIT | {CLERK},
    "release": UNIT | COUNTY,
    "rectify": UNIT | COUNTY,
    "fail": UNIT | COUNTY,
    "lapse": UNIT | COUNTY,
}
TOGETHER = {"grade", "return_grade", "confirm", "release", "rectify", "fail"}
"""Taken for many at once: of these the units hear, officers hear of their round."""
ROUND_HEARS = {
    "grade": {APPROVER},
    "return": {"the grader"},
    "publish": {"the grader"},
    "release": set(),  # of each result its unit and its county hear
    "finish": {CLERK},
    "close": {CLERK},
}
LISTENERS = (*UNIT, *COUNTY, Role.TAX, Role.FINANCE, Role.AGENCY, CLERK, APPROVER)


def listeners_of(case, agency=None) -> dict:
    places = {Role.AGENCY: {"organisation": agency}} if agency else {}
    places |= {role: {"organisation": case.host} for role in UNIT}
    places |= {role: {"division": case.division.code} for role in COUNTY}
    return {role: person(role, **places.get(role, {})) for role in LISTENERS}


def heard_of(subject, listeners: dict) -> set:
    pks = set(Notice.objects.about(subject).values_list("recipient", flat=True))
    return {name for name, someone in listeners.items() if someone.pk in pks}


@pytest.mark.parametrize("action", HEARS)
def test_everybody_concerned_hears_of_every_move(action):
    source, target = next((s, t) for (s, move), t in LAWFUL.items() if move == action)
    agency = engaged_for_performance().agency
    entrusted = {"agency": agency} if source in ENTRUSTED or source in SCORED else {}
    case = EvaluationFactory(state=source, again=action == "fail", **entrusted)
    listeners = listeners_of(case, agency) | {PROPOSER: a_user("evaluation-clerk")}
    if source == S.EXEMPTION:
        audit.record("evaluation.evaluation.propose_exemption", case, by=listeners[PROPOSER])
    at, given = (
        clock.now(),
        {"cycle": case.cycle, "round": case.round, "agency": agency, "former": case.former},
    )
    stamps = _stamps(target, at, given)
    stamps = {name: value for name, value in stamps.items() if name not in ("number", "attempt", "former")}
    if action in ("deem", "defer"):
        stamps = {"exempted_at": at, "exempted_by": a_user("evaluation-approver")}
    numbered = {"number": f"示例编号{case.pk}"} if action == "hand_in" else {}

    event = EVALUATION.move(case, action, by=a_user("mover"), at=at, reason="示例", **stamps | numbered)
    tell_all([case], [event]) if action in TOGETHER else tell_of_evaluation(case, event)

    assert heard_of(case, listeners) == HEARS[action]


@pytest.mark.parametrize("action", ROUND_HEARS)
def test_officers_hear_of_what_is_done_for_a_whole_round(action):
    source = next(source for (source, move) in LAWFUL_ROUND if move == action)
    found, case = RoundFactory(state=source), EvaluationFactory()
    listeners = listeners_of(case) | {"the grader": a_user("evaluation-clerk")}
    stamps = {
        "grade": {
            "graded_at": clock.now(),
            "graded_by": listeners["the grader"],
            "minute_number": "示例纪要",
        },
        "publish": {
            "confirmed_at": clock.now(),
            "confirmed_by": a_user("evaluation-approver"),
            "notice": PublicNoticeFactory(kind="evaluation"),
        },
        "close": {
            "closed_at": clock.now(),
            "closed_by": a_user("evaluation-approver"),
            "closing_reason": "示例",
        },
    }.get(action, {})

    event = ROUND.move(found, action, by=a_user("evaluation-approver"), reason="示例", **stamps)
    if ROUND_HEARS[action]:
        tell_of_round(found, event)

    assert heard_of(found, listeners) == ROUND_HEARS[action]


def test_the_tables_speak_of_every_move():
    assert set(HEARS) == set(EVALUATION.moves)
    assert set(ROUND_HEARS) == set(ROUND.moves)
