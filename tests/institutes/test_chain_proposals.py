"""What counties propose for the map: two people of the county, two of the bureau, and the map as proposed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from institutes import permissions, selectors, services
from institutes.enums import ProposalKind as K
from institutes.enums import ProposalState as P
from institutes.lifecycle import CHAIN_PROPOSAL
from institutes.models import ChainMember, ChainProposal, ChainSegment
from notices.models import Notice
from records import audit, calendar, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory, make_uscc, person, system_user
from tests.factories.institutes import (
    ChainMemberFactory,
    ChainProposalFactory,
    ChainSegmentFactory,
    RecognitionEditionFactory,
)
from tests.factories.records import pdf_upload

pytestmark = pytest.mark.django_db
LAWFUL = {
    (P.DRAFT, "hand_up"): P.SIGNING,
    (P.DRAFT, "withdraw"): P.WITHDRAWN,
    (P.SIGNING, "send_back"): P.DRAFT,
    (P.SIGNING, "propose"): P.PROPOSED,
    (P.SIGNING, "withdraw"): P.WITHDRAWN,
    (P.PROPOSED, "check"): P.CHECKED,
    (P.PROPOSED, "withdraw"): P.WITHDRAWN,
    (P.CHECKED, "return_check"): P.PROPOSED,
    (P.CHECKED, "accept"): P.ACCEPTED,
    (P.CHECKED, "refuse"): P.REFUSED,
    (P.CHECKED, "withdraw"): P.WITHDRAWN,
}
FOUR_EYES = {"propose": ("drafted_by",), "accept": ("checked_by",), "refuse": ("checked_by",)}
NEEDS_A_REASON = {"send_back", "return_check", "refuse", "withdraw"}
DECIDES = {"return_check", "accept", "refuse"}
MAY = {
    Role.COUNTY_STAFF: {"hand_up"},
    Role.COUNTY_LEAD: {"send_back", "propose", "withdraw"},
    Role.BUREAU_CLERK: {"check"} | DECIDES,
    Role.BUREAU_APPROVER: DECIDES,
}


# --- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", sorted(CHAIN_PROPOSAL.moves))
@pytest.mark.parametrize("state", P)
def test_proposal_table(state, action):
    assert CHAIN_PROPOSAL.allows(ChainProposal(state=state), action) == ((state, action) in LAWFUL)
    if (state, action) in LAWFUL:
        assert CHAIN_PROPOSAL.moves[action].target == LAWFUL[state, action]


def test_four_eyes_and_reasons_are_as_written_here():
    moves = CHAIN_PROPOSAL.moves

    assert {name: move.unlike for name, move in moves.items() if move.unlike} == FOUR_EYES
    assert {name for name, move in moves.items() if move.reason} == NEEDS_A_REASON


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_and_no_other(role):
    proposal = ChainProposalFactory(state=P.CHECKED)
    user = system_user() if role == Role.SYSTEM else person(role, division=proposal.division.code)
    taken = {action for action, grant in permissions.PROPOSAL_WHO.items() if grant(user, proposal)}

    assert taken == MAY.get(role, set())


@pytest.mark.parametrize(("state", "may"), [(P.DRAFT, True), (P.SIGNING, False)])
def test_the_clerk_of_the_county_gives_up_only_what_the_leader_has_not_got(state, may):
    proposal = ChainProposalFactory(state=state)
    staff = person(Role.COUNTY_STAFF, division=proposal.division.code)

    assert permissions.PROPOSAL_WHO["withdraw"](staff, proposal) == may
    assert permissions.may_revise_proposal(staff, proposal) == may


@pytest.mark.parametrize("role", [Role.COUNTY_STAFF, Role.COUNTY_LEAD])
def test_another_county_neither_sees_nor_moves_it(role):
    proposal = ChainProposalFactory(state=P.SIGNING)
    stranger = person(role, division="130104")

    assert not selectors.proposals_visible_to(stranger).exists()
    assert not [a for a, grant in permissions.PROPOSAL_WHO.items() if grant(stranger, proposal)]


@pytest.mark.parametrize(("state", "seen"), [(P.DRAFT, False), (P.SIGNING, False), (P.PROPOSED, True)])
@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.AUDITOR])
def test_the_city_reads_what_was_handed_in(role, state, seen):
    ChainProposalFactory(state=state)

    assert selectors.proposals_visible_to(person(role)).exists() == seen


# --- what the database refuses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "change", "name"),
    [
        (P.DRAFT, {"state": "lost"}, "state_known"),
        (P.DRAFT, {"kind": "paint"}, "kind_known"),
        (P.DRAFT, {"role": "king"}, "role_known"),
        (P.DRAFT, {"position": "beside"}, "position_known"),
        (P.CHECKED, {"finding": "maybe"}, "finding_known"),
        (P.DRAFT, {"uscc": ""}, "says_what"),
        (P.DRAFT, {"segment": None}, "says_what"),
        (P.DRAFT, {"kind": K.CHANGE_ROLE}, "says_what"),
        (P.DRAFT, {"kind": K.ADD_SEGMENT}, "says_what"),
        (P.PROPOSED, {"proposed_by": None}, "proposed_at_proposed_by"),
        (P.CHECKED, {"checked_by": None}, "checked_at_checked_by"),
        (P.ACCEPTED, {"decided_by": None}, "decided_at_decided_by"),
        (P.DRAFT, {"state": P.PROPOSED}, "proposed_by_somebody"),
        (P.PROPOSED, {"state": P.CHECKED}, "checked_by_somebody"),
        (P.CHECKED, {"state": P.ACCEPTED}, "decided_by_somebody"),
        (P.CHECKED, {"finding": ""}, "checked_with_finding"),
    ],
)
def test_a_proposal_cannot_be_stored_without_its_evidence(state, change, name):
    row = ChainProposal.objects.filter(pk=ChainProposalFactory(state=state).pk)

    with (
        pytest.raises(IntegrityError, match=f'"institutes_chainproposal_{name}"'),
        transaction.atomic(),
    ):
        row.update(**change)


@pytest.mark.parametrize(
    ("state", "one", "other", "name"),
    [
        (P.PROPOSED, "proposed_by", "drafted_by", "county_four_eyes"),
        (P.ACCEPTED, "decided_by", "checked_by", "bureau_four_eyes"),
    ],
)
def test_two_people_are_two(state, one, other, name):
    proposal = ChainProposalFactory(state=state)
    row = ChainProposal.objects.filter(pk=proposal.pk)

    with (
        pytest.raises(IntegrityError, match=f'"institutes_chainproposal_{name}"'),
        transaction.atomic(),
    ):
        row.update(**{one: getattr(proposal, other)})


# --- drafting -------------------------------------------------------------------------------------------------------


@pytest.fixture
def staff():
    RecognitionEditionFactory()
    return person(Role.COUNTY_STAFF, division="130102")


@pytest.fixture
def segment():
    return ChainSegmentFactory()


def facts(segment, /, **changed) -> dict:
    said = {
        "chain": segment.chain,
        "kind": K.ADD_MEMBER,
        "segment": segment,
        "name": "示例建议企业",
        "uscc": make_uscc(),
        "role": "backbone",
        "effective_on": date(2026, 3, 1),
        "grounds": "示例理由",
    }
    return said | changed


def drafted(staff, segment, /, **changed) -> ChainProposal:
    division = selectors.division_to_propose_for(staff)
    return services.draft_proposal(division=division, **facts(segment, **changed), by=staff)


def test_a_draft_belongs_to_the_county_and_waits_for_its_clerk(staff, segment):
    proposal = drafted(staff, segment, file=pdf_upload())

    deadline = deadlines.current(proposal)
    assert (proposal.division.code, proposal.drafted_by) == ("130102", staff)
    assert (deadline.holder_role, deadline.division) == (Role.COUNTY_STAFF, proposal.division)
    assert audit.history(proposal).filter(verb="records.attachment.attach").exists()


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (K.ADD_MEMBER, ["segment", "name", "uscc", "role"]),
        (K.CHANGE_ROLE, ["member", "role"]),
        (K.END_MEMBER, ["member"]),
        (K.ADD_SEGMENT, ["name", "position"]),
    ],
)
def test_each_kind_says_what_it_needs(staff, segment, kind, missing):
    nothing = {"segment": None, "name": "", "uscc": "", "role": "", "member": None, "position": ""}

    with pytest.raises(Incomplete) as refused:
        drafted(staff, segment, kind=kind, **nothing)

    assert [reason.field for reason in refused.value.reasons] == missing


def test_what_a_kind_does_not_ask_for_is_not_kept(staff, segment):
    proposal = drafted(staff, segment, kind=K.ADD_SEGMENT, name="示例新环节", position="upstream")

    assert (proposal.segment, proposal.uscc, proposal.role) == (None, "", "")


def test_a_county_speaks_for_its_own_enterprises(staff):
    member = ChainMemberFactory(
        division=person(Role.COUNTY_STAFF, division="130104").organisations[0].division
    )

    with pytest.raises(Conflict, match="不在本辖区"):
        drafted(staff, member.segment, kind=K.END_MEMBER, member=member)


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"role": "leader"}, "role"), ({"effective_on": date(2026, 1, 1)}, "effective_on")],
)
def test_what_contradicts_the_map_is_refused(staff, changed, field):
    member = ChainMemberFactory(role="leader", since=date(2026, 1, 1))
    said = {"kind": K.CHANGE_ROLE, "member": member, "role": "backbone"} | changed

    with pytest.raises(Conflict) as refused:
        drafted(staff, member.segment, **said)

    assert [reason.field for reason in refused.value.reasons] == [field]


def test_a_draft_is_changed_while_it_is_one(staff, segment):
    proposal = drafted(staff, segment)

    services.revise_proposal(proposal=proposal, **facts(segment, name="示例改名企业"), by=staff)
    assert ChainProposal.objects.get().about == "示例改名企业"

    services.hand_up_proposal(proposal=proposal, by=staff)
    with pytest.raises(IllegalMove, match="不能再改"):
        services.revise_proposal(proposal=proposal, **facts(segment), by=staff)


# --- from the county to the map -------------------------------------------------------------------------------------


@pytest.fixture
def lead(staff):
    return person(Role.COUNTY_LEAD, organisation=staff.organisations[0])


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def approver():
    return person(Role.BUREAU_APPROVER)


def checked(proposal, staff, lead, clerk, finding="adopt") -> ChainProposal:
    services.hand_up_proposal(proposal=proposal, by=staff)
    services.submit_proposal(proposal=proposal, by=lead)
    return services.check_proposal(proposal=proposal, finding=finding, opinion="示例核对属实", by=clerk)


def test_the_leader_has_five_working_days_the_bureau_ten_together(staff, lead, clerk, segment):
    proposal = drafted(staff, segment)

    services.hand_up_proposal(proposal=proposal, by=staff)
    assert deadlines.current(proposal).due_on == calendar.add_working_days(clock.today(), 5)
    services.submit_proposal(proposal=proposal, by=lead)
    due_on = calendar.add_working_days(clock.today(), 10)
    assert (deadlines.current(proposal).holder_role, deadlines.current(proposal).due_on) == (
        Role.BUREAU_CLERK,
        due_on,
    )
    services.check_proposal(proposal=proposal, finding="adopt", opinion="示例", by=clerk)
    assert (deadlines.current(proposal).holder_role, deadlines.current(proposal).due_on) == (
        Role.BUREAU_APPROVER,
        due_on,
    )


def test_an_enterprise_is_added_with_the_proposal_as_its_document(staff, lead, clerk, approver, segment):
    proposal = checked(drafted(staff, segment), staff, lead, clerk)

    services.accept_proposal(proposal=proposal, by=approver)

    member = ChainMember.objects.get()
    assert (member.uscc, member.division, member.since) == (
        proposal.uscc,
        proposal.division,
        proposal.effective_on,
    )
    assert member.source.proposal == proposal
    line = audit.history(segment.chain).get()
    assert (line.verb, line.actor) == ("institutes.industrychain.enter_member", approver)
    told = set(
        Notice.objects.filter(event="institutes.chainproposal.accept").values_list("recipient", flat=True)
    )
    assert told == {staff.pk, lead.pk}


def test_a_second_clerk_may_decide_but_never_the_one_who_checked(staff, lead, clerk, segment):
    proposal = checked(drafted(staff, segment), staff, lead, clerk)

    with pytest.raises(SamePerson):
        services.accept_proposal(proposal=proposal, by=clerk)
    services.accept_proposal(proposal=proposal, by=person(Role.BUREAU_CLERK))

    assert ChainMember.objects.count() == 1


def test_a_role_is_changed_as_proposed(staff, lead, clerk, approver):
    member = ChainMemberFactory(role="backbone", since=date(2026, 1, 1))
    said = {"kind": K.CHANGE_ROLE, "member": member, "role": "leader"}

    services.accept_proposal(
        proposal=checked(drafted(staff, member.segment, **said), staff, lead, clerk), by=approver
    )

    assert selectors.standing_on_the_map(member.uscc).get().role == "leader"


def test_an_enterprise_leaves_the_map_as_proposed(staff, lead, clerk, approver):
    member = ChainMemberFactory()
    proposal = drafted(staff, member.segment, kind=K.END_MEMBER, member=member)

    services.accept_proposal(proposal=checked(proposal, staff, lead, clerk), by=approver)

    member.refresh_from_db()
    assert member.until == proposal.effective_on


def test_a_segment_is_added_as_proposed(staff, lead, clerk, approver, segment):
    proposal = drafted(staff, segment, kind=K.ADD_SEGMENT, name="示例新环节", position="upstream")

    services.accept_proposal(proposal=checked(proposal, staff, lead, clerk), by=approver)

    assert ChainSegment.objects.filter(chain=segment.chain, name="示例新环节", position="upstream").exists()


def test_a_map_that_has_moved_on_refuses_and_nothing_is_decided(staff, lead, clerk, approver, segment):
    proposal = checked(drafted(staff, segment), staff, lead, clerk)
    ChainMemberFactory(segment=segment, uscc=proposal.uscc)

    with pytest.raises(Conflict, match="已在"):
        services.accept_proposal(proposal=proposal, by=approver)

    proposal.refresh_from_db()
    assert proposal.state == P.CHECKED


def test_the_decision_follows_the_check(staff, lead, clerk, approver, segment):
    proposal = checked(drafted(staff, segment), staff, lead, clerk, finding="refuse")

    with pytest.raises(Conflict, match="拟不采纳"):
        services.accept_proposal(proposal=proposal, by=approver)
    services.refuse_proposal(proposal=proposal, reason="示例理由不足", by=approver)

    assert not ChainMember.objects.exists()
    body = Notice.objects.filter(event="institutes.chainproposal.refuse", recipient=staff).get().body
    assert "示例理由不足" in body


def test_a_check_that_is_returned_keeps_its_day(staff, lead, clerk, approver, segment):
    proposal = checked(drafted(staff, segment), staff, lead, clerk)
    due_on = deadlines.current(proposal).due_on

    with clock.at(clock.now() + timedelta(days=1)):
        services.return_proposal_check(proposal=proposal, reason="示例：请核对年报", by=approver)

    assert (proposal.state, deadlines.current(proposal).due_on) == (P.PROPOSED, due_on)


def test_what_is_given_up_is_held_by_nobody(staff, lead, segment):
    proposal = drafted(staff, segment)

    services.withdraw_proposal(proposal=proposal, reason="示例：企业迁出", by=staff)

    assert deadlines.current(proposal) is None
    with pytest.raises(IllegalMove):
        services.hand_up_proposal(proposal=proposal, by=staff)


def test_the_next_holder_is_told_and_not_whoever_handed_it_on(staff, lead, segment):
    proposal = drafted(staff, segment)

    services.hand_up_proposal(proposal=proposal, by=staff)

    told = Notice.objects.filter(event="institutes.chainproposal.hand_up")
    assert [notice.recipient for notice in told] == [lead]
    assert UserFactory().pk not in told.values_list("recipient", flat=True)
