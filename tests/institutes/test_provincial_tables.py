"""The way to the province: who may take which move from where, what cannot be stored; written a second time by hand."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from institutes import policy
from institutes.enums.provincial import FilingState as F
from institutes.lifecycle import FILING
from institutes.models import Inspection, InspectionParticipant, ProvincialFiling
from institutes.permissions.provincial import FILING_WHO
from institutes.selectors import provincial as reads
from records import clock
from records.errors import IllegalMove, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.provincial import FilingFactory, InspectionFactory, InspectionParticipantFactory

db = pytest.mark.django_db
OPEN = tuple(
    state for state in F if state not in (F.NOT_SUPPORTED, F.RECOGNISED, F.NOT_RECOGNISED, F.WITHDRAWN)
)
LAWFUL = {
    (F.DRAFT, "hand_up"): F.UNIT_REVIEW,
    (F.UNIT_REVIEW, "send_back"): F.DRAFT,
    (F.UNIT_REVIEW, "hand_in"): F.COUNTY_OPINION,
    (F.COUNTY_OPINION, "county_return"): F.DRAFT,
    (F.COUNTY_OPINION, "draft_opinion"): F.COUNTY_SIGNING,
    (F.COUNTY_SIGNING, "return_opinion"): F.COUNTY_OPINION,
    (F.COUNTY_SIGNING, "sign_opinion"): F.ACCEPTANCE,
    (F.ACCEPTANCE, "return"): F.DRAFT,
    (F.ACCEPTANCE, "accept"): F.FILED,
    (F.FILED, "schedule"): F.SCHEDULED,
    (F.SCHEDULED, "reschedule"): F.SCHEDULED,
    (F.SCHEDULED, "record_inspection"): F.CONCLUDING,
    (F.CONCLUDING, "return_conclusion"): F.SCHEDULED,
    (F.CONCLUDING, "confirm_support"): F.INSPECTED,
    (F.CONCLUDING, "confirm_improvement"): F.IMPROVING,
    (F.CONCLUDING, "confirm_refusal"): F.NOT_SUPPORTED,
    (F.IMPROVING, "report_improvement"): F.FILED,
    (F.INSPECTED, "apply_to_province"): F.APPLIED,
    (F.APPLIED, "record_result"): F.RESULT_CHECK,
    (F.RESULT_CHECK, "return_result"): F.APPLIED,
    (F.RESULT_CHECK, "settle_recognition"): F.RECOGNISED,
    (F.RESULT_CHECK, "settle_refusal"): F.NOT_RECOGNISED,
    **{(state, "withdraw"): F.WITHDRAWN for state in OPEN if state != F.RESULT_CHECK},
    **{(state, "lapse"): F.WITHDRAWN for state in OPEN},
}
FOUR_EYES = {
    "sign_opinion": "opined_by",
    "confirm_support": "concluded_by",
    "confirm_improvement": "concluded_by",
    "confirm_refusal": "concluded_by",
    "settle_recognition": "resulted_by",
    "settle_refusal": "resulted_by",
}
NEEDS_A_REASON = {
    "send_back",
    "county_return",
    "return_opinion",
    "return",
    "reschedule",
    "return_conclusion",
    "return_result",
    "withdraw",
    "lapse",
}
HELD = {
    F.DRAFT: (Role.ENT_FILLER, None),
    F.UNIT_REVIEW: (Role.ENT_ADMIN, 5),
    F.COUNTY_OPINION: (Role.COUNTY_STAFF, 10),
    F.COUNTY_SIGNING: (Role.COUNTY_LEAD, None),
    F.ACCEPTANCE: (Role.BUREAU_CLERK, 5),
    F.FILED: (Role.BUREAU_CLERK, 20),
    F.SCHEDULED: (Role.BUREAU_CLERK, 5),
    F.CONCLUDING: (Role.BUREAU_APPROVER, 5),
    F.IMPROVING: (Role.ENT_ADMIN, 60),
    F.INSPECTED: (Role.BUREAU_CLERK, 10),
    F.APPLIED: (Role.BUREAU_CLERK, None),
    F.RESULT_CHECK: (Role.BUREAU_APPROVER, 5),
}
CLERKS = {
    "return", "accept", "schedule", "reschedule", "record_inspection", "apply_to_province", "record_result",
}  # fmt: skip
APPROVERS = {
    "return_conclusion", "confirm_support", "confirm_improvement", "confirm_refusal", "return_result",
    "settle_recognition", "settle_refusal",
}  # fmt: skip
MAY = {
    Role.ENT_FILLER: {"hand_up"},
    Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in", "report_improvement", "withdraw"},
    Role.COUNTY_STAFF: {"county_return", "draft_opinion"},
    Role.COUNTY_LEAD: {"return_opinion", "sign_opinion"},
    Role.BUREAU_CLERK: CLERKS,
    Role.BUREAU_APPROVER: APPROVERS,
    Role.SYSTEM: {"lapse"},
}


@db
def test_every_state_and_move():
    by = UserFactory()
    for state in F:
        case = FilingFactory(state=state)
        for action, move in FILING.moves.items():
            lawful = LAWFUL.get((state, action))
            assert FILING.allows(case, action) is (lawful is not None), (state, action)
            assert lawful is None or move.leads_to(state) == lawful
        with pytest.raises(IllegalMove):
            FILING.move(case, next(a for a in FILING.moves if (state, a) not in LAWFUL), by=by, reason="示例")


@db
@pytest.mark.parametrize("action", FOUR_EYES)
def test_whoever_took_the_first_step_does_not_take_the_second(action):
    case = FilingFactory(state=next(source for source, move in LAWFUL if move == action))

    with pytest.raises(SamePerson):
        FILING.move(case, action, by=getattr(case, FOUR_EYES[action]), reason="示例")


def test_what_the_table_asks_for_is_as_written_here():
    assert {a: m.unlike for a, m in FILING.moves.items() if m.unlike} == {
        action: (first,) for action, first in FOUR_EYES.items()
    }
    assert {action for action, move in FILING.moves.items() if move.reason} == NEEDS_A_REASON
    assert [action for action, move in FILING.moves.items() if move.system] == ["lapse"]
    assert [code for code, state in FILING.states.items() if state.continues] == [F.COUNTY_SIGNING]


@db
def test_holders_and_time_limits_are_as_written_here():
    case = FilingFactory()
    found = {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in FILING.states.items()
        if not state.final
    }

    assert found == HELD


@db
@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = FilingFactory(state=F.FILED)
    inside = role in (Role.ENT_FILLER, Role.ENT_ADMIN)
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if inside else None, division=case.division.code)
    )

    assert {action for action, grant in FILING_WHO.items() if grant(someone, case)} == MAY.get(role, set())


@db
def test_a_unit_and_a_county_elsewhere_may_nothing_and_see_nothing():
    case = FilingFactory(state=F.APPLIED)

    for someone in (person(Role.ENT_ADMIN), person(Role.COUNTY_STAFF, division="130104")):
        assert [action for action, grant in FILING_WHO.items() if grant(someone, case)] == []
        assert not reads.filings_visible_to(someone).exists()


@db
def test_officers_see_what_was_handed_in_and_finance_opens_the_papers_of_what_is_paid():
    draft, sent, done = FilingFactory(), FilingFactory(state=F.FILED), FilingFactory(state=F.RECOGNISED)

    seen = reads.filings_visible_to(person(Role.BUREAU_CLERK))
    assert set(seen) == {sent, done}
    assert set(reads.filings_visible_to(person(Role.ENT_FILLER, organisation=draft.host))) == {draft}
    finance = person(Role.FINANCE)
    assert list(reads.filings_visible_to(finance)) == []
    assert list(reads.filings_with_papers_for(finance)) == [done]


@db
def test_a_filler_takes_back_what_is_still_inside():
    for state, may in ((F.DRAFT, True), (F.UNIT_REVIEW, True), (F.COUNTY_OPINION, False)):
        case = FilingFactory(state=state)
        assert FILING_WHO["withdraw"](person(Role.ENT_FILLER, organisation=case.host), case) is may


# --- what cannot be stored --------------------------------------------------------------------------------------------

PAIRS = {
    F.COUNTY_OPINION: ("handed_in",),
    F.COUNTY_SIGNING: ("opined",),
    F.ACCEPTANCE: ("signed",),
    F.FILED: ("filed", "filed_on"),
    F.CONCLUDING: ("concluded",),
    F.INSPECTED: ("confirmed",),
    F.APPLIED: ("applied", "applied_on"),
    F.RESULT_CHECK: ("resulted",),
    F.NOT_RECOGNISED: ("settled",),
}


def refused_by(name: str, act) -> None:
    with pytest.raises(IntegrityError, match=f"institutes_{name}"), transaction.atomic():
        act()


@db
@pytest.mark.parametrize("state", PAIRS)
def test_a_state_is_not_stored_without_its_evidence(state):
    row = ProvincialFiling.objects.filter(pk=FilingFactory(state=state).pk)
    (stamp, *days) = PAIRS[state]
    half = "_".join(["provincialfiling", f"{stamp}_at", f"{stamp}_by", *days])

    refused_by(half, lambda: row.update(**{f"{stamp}_by": None}))
    nothing = {f"{stamp}_at": None, f"{stamp}_by": None, **dict.fromkeys(days)}
    refused_by(f"provincialfiling_{stamp}_by_somebody", lambda: row.update(**nothing))


@db
def test_what_a_filing_says_is_known_and_whole():
    filed = ProvincialFiling.objects.filter(pk=FilingFactory(state=F.CONCLUDING).pk)
    for wrong, name in (
        ({"state": "nowhere"}, "state_known"),
        ({"county_position": "so"}, "county_position_known"),
        ({"conclusion": "so"}, "conclusion_known"),
        ({"outcome": "so"}, "outcome_known"),
        ({"county_position": ""}, "county_takes_a_position"),
        ({"number": ""}, "filed_with_number"),
        ({"grounds": ""}, "says_what"),
    ):
        refused_by(f"provincialfiling_{name}", lambda wrong=wrong: filed.update(**wrong))


@db
def test_the_provinces_document_follows_the_filing_whatever_a_hand_writes():
    done = FilingFactory(state=F.RECOGNISED)
    row = ProvincialFiling.objects.filter(pk=done.pk)
    refused = ProvincialFiling.objects.filter(pk=FilingFactory(state=F.NOT_RECOGNISED).pk)

    for wrong in (
        {"document_on": done.filed_on},
        {"document_on": done.applied_on - timedelta(days=1)},
        {"document_number": ""},
        {"outcome": "not_recognised"},
    ):
        refused_by("provincialfiling_document_after_filing", lambda wrong=wrong: row.update(**wrong))
    refused_by("provincialfiling_refused_by_the_province", lambda: refused.update(outcome="recognised"))


@db
def test_two_people_and_one_filing_at_a_time():
    done = FilingFactory(state=F.RECOGNISED)
    row = ProvincialFiling.objects.filter(pk=done.pk)

    refused_by("provincialfiling_county_by_two", lambda: row.update(signed_by=done.opined_by))
    refused_by("provincialfiling_conclusion_by_two", lambda: row.update(confirmed_by=done.concluded_by))
    refused_by("provincialfiling_result_by_two", lambda: row.update(settled_by=done.resulted_by))
    refused_by("provincialfiling_once", lambda: FilingFactory(recognition=done.institute.recognition))
    other = FilingFactory(state=F.FILED)
    refused_by("provincialfiling_number_once", lambda: row.update(number=other.number))


@db
def test_an_inspection_and_its_people_are_whole():
    held = InspectionFactory(held=True, conclusion="support")
    row, someone = Inspection.objects.filter(pk=held.pk), held.participants.first()
    person_row = InspectionParticipant.objects.filter(pk=someone.pk)

    refused_by("inspection_conclusion_known", lambda: row.update(conclusion="so"))
    refused_by("inspection_recorded_by_somebody", lambda: row.update(held_on=None))
    refused_by("inspection_concludes_something", lambda: row.update(opinion=""))
    refused_by("inspection_has_a_place", lambda: row.update(place=""))
    refused_by("inspection_round_once", lambda: InspectionFactory(filing=held.filing))
    refused_by("inspectionparticipant_says_who", lambda: person_row.update(post=""))
    refused_by(
        "inspectionparticipant_once",
        lambda: InspectionParticipantFactory(
            inspection=held, organisation=someone.organisation, name=someone.name
        ),
    )
    assert (str(held)[-6:], str(someone)) == ("1次考察论证", "示例市工业和信息化局示例甲")


# --- pure rules -------------------------------------------------------------------------------------------------------

PATTERN = "河北省{industry}产业技术研究院"


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("河北省生物制剂产业技术研究院", True),
        ("河北省产业技术研究院", False),
        ("石家庄市生物制剂产业技术研究院", False),
        ("河北省生物制剂研究院", False),
    ],
)
def test_a_name_off_the_pattern_is_hinted_at(name, fits):
    assert (policy.name_hint(name, PATTERN) == "") is fits


@pytest.mark.parametrize(
    ("held", "lacking"),
    [(["a", "b", "b"], []), (["a", "b"], ["b"]), (["b", "b", "c"], ["a"]), ([], ["a", "b"])],
)
def test_the_parts_that_are_lacking(held, lacking):
    required = [{"code": "a", "at_least": 1}, {"code": "b", "at_least": "2"}]

    assert [row["code"] for row in policy.roles_lacking(required, held)] == lacking


@pytest.mark.parametrize(
    ("days", "faults"),
    [(0, 0), (-1, 1), (-10, 1), (-19, 1), (-20, 2), (-31, 2), (-40, 3), (-50, 4), (1, 1)],
)
def test_the_day_of_the_provinces_document(days, faults):
    """Applied today, inspected twenty days before that, filed forty, recognised fifty days before."""
    today = clock.today()
    said = policy.document_faults(
        today + timedelta(days=days),
        filed_on=today - timedelta(days=40),
        recognised_on=today - timedelta(days=50),
        inspected_on=today - timedelta(days=19),
        applied_on=today,
        today=today,
    )

    assert len(said) == faults
