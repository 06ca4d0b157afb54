"""The tables of moves and of who takes them, written out a second time by hand."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from projects import permissions
from projects.enums import ProposalState as S
from projects.lifecycle import PROJECT_CALL, PROJECT_DECISION, PROPOSAL
from projects.models import BudgetLine, ProjectCall, ProjectDecisionItem, Proposal, ProposalHint
from tests.factories.projects import (
    BudgetLineFactory,
    ProjectCallFactory,
    ProjectDecisionItemFactory,
    ProposalFactory,
    ProposalHintFactory,
)

UNDER_WAY = (
    S.DRAFT,
    S.UNIT_REVIEW,
    S.COUNTY_REVIEW,
    S.COUNTY_SIGNING,
    S.FORMAL_REVIEW,
    S.FORMAL_CONFIRMATION,
    S.SUPPLEMENT,
    S.REVIEWING,
    S.BUDGET_REVIEW,
    S.DECISION,
)
AT_THE_CITY = (
    S.FORMAL_REVIEW,
    S.FORMAL_CONFIRMATION,
    S.REVIEWING,
    S.BUDGET_REVIEW,
    S.DECISION,
    S.PUBLICITY,
)
LAWFUL = {
    (S.DRAFT, "hand_up"): S.UNIT_REVIEW,
    (S.UNIT_REVIEW, "send_back"): S.DRAFT,
    (S.UNIT_REVIEW, "hand_in"): S.COUNTY_REVIEW,
    (S.COUNTY_REVIEW, "recall"): S.DRAFT,
    (S.COUNTY_SIGNING, "recall"): S.DRAFT,
    (S.COUNTY_REVIEW, "county_return"): S.DRAFT,
    (S.COUNTY_REVIEW, "give_opinion"): S.COUNTY_SIGNING,
    (S.COUNTY_SIGNING, "return_opinion"): S.COUNTY_REVIEW,
    (S.COUNTY_SIGNING, "sign"): S.FORMAL_REVIEW,
    (S.COUNTY_SIGNING, "refuse"): S.CLOSED_COUNTY,
    (S.FORMAL_REVIEW, "propose_formal"): S.FORMAL_CONFIRMATION,
    (S.FORMAL_CONFIRMATION, "return_formal"): S.FORMAL_REVIEW,
    (S.FORMAL_CONFIRMATION, "confirm_pass"): S.REVIEWING,
    (S.FORMAL_CONFIRMATION, "confirm_supplement"): S.SUPPLEMENT,
    (S.FORMAL_CONFIRMATION, "confirm_fail"): S.CLOSED_FORMAL,
    (S.SUPPLEMENT, "resubmit"): S.FORMAL_REVIEW,
    (S.SUPPLEMENT, "lapse_supplement"): S.CLOSED_FORMAL,
    (S.REVIEWING, "change_agency"): S.REVIEWING,
    (S.BUDGET_REVIEW, "change_agency"): S.BUDGET_REVIEW,
    (S.REVIEWING, "pass_review"): S.BUDGET_REVIEW,
    (S.REVIEWING, "fail_review"): S.CLOSED_REVIEW,
    (S.BUDGET_REVIEW, "reopen_review"): S.REVIEWING,
    (S.BUDGET_REVIEW, "review_budget"): S.DECISION,
    (S.DECISION, "return_budget"): S.BUDGET_REVIEW,
    (S.DECISION, "shortlist"): S.PUBLICITY,
    (S.DECISION, "reject"): S.CLOSED_DECISION,
    (S.PUBLICITY, "approve"): S.APPROVED,
    (S.PUBLICITY, "uphold_objection"): S.CLOSED_OBJECTION,
    **{(state, "bar"): S.BARRED for state in AT_THE_CITY},
    **{(state, "withdraw"): S.WITHDRAWN for state in UNDER_WAY},
}
UNIT, ADMIN = {Role.ENT_FILLER, Role.ENT_ADMIN}, {Role.ENT_ADMIN}
STAFF, LEAD, CLERK, APPROVER = (
    {Role.COUNTY_STAFF},
    {Role.COUNTY_LEAD},
    {Role.BUREAU_CLERK},
    {Role.BUREAU_APPROVER},
)
AGENCY, CLOCK = {Role.AGENCY}, {Role.SYSTEM}
WHO = {
    "hand_up": UNIT,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "recall": ADMIN,
    "withdraw": ADMIN,
    "resubmit": UNIT,
    "county_return": STAFF,
    "give_opinion": STAFF,
    "return_opinion": LEAD,
    "sign": LEAD,
    "refuse": LEAD,
    "propose_formal": CLERK,
    "return_formal": APPROVER,
    "confirm_pass": APPROVER,
    "confirm_supplement": APPROVER,
    "confirm_fail": APPROVER,
    "review_budget": AGENCY,
    "return_budget": CLERK,
    "bar": APPROVER,
    "lapse_supplement": CLOCK,
    "change_agency": CLOCK,
    "pass_review": CLOCK,
    "fail_review": CLOCK,
    "reopen_review": CLOCK,
    "shortlist": CLOCK,
    "reject": CLOCK,
    "approve": CLOCK,
    "uphold_objection": CLOCK,
}
FOUR_EYES = {
    "sign": ("opined_by",),
    "refuse": ("opined_by",),
    "confirm_pass": ("checked_by",),
    "confirm_supplement": ("checked_by",),
    "confirm_fail": ("checked_by",),
}


def test_every_state_allows_these_moves_and_no_others():
    found = {
        (S(state), action): move.leads_to(state)
        for state, (action, move) in product(S.values, PROPOSAL.moves.items())
        if state in move.sources
    }

    assert found == LAWFUL


def test_these_roles_take_them_and_no_others():
    assert {action: {*grant.all_roles} for action, grant in permissions.PROPOSAL_WHO.items()} == WHO
    assert {action: {*grant.all_roles} for action, grant in permissions.PROJECT_CALL_WHO.items()} == {
        "publish": APPROVER,
        "discard": CLERK | APPROVER,
        "propose_extension": CLERK,
        "publish_extension": APPROVER,
        "drop_extension": APPROVER,
    }
    assert {action: {*grant.all_roles} for action, grant in permissions.PROJECT_DECISION_WHO.items()} == {
        "release": APPROVER,
        "discard": CLERK | APPROVER,
    }


def test_another_person_signs_confirms_and_publishes():
    assert {name: move.unlike for name, move in PROPOSAL.moves.items() if move.unlike} == FOUR_EYES
    assert PROJECT_CALL.moves["publish"].unlike == ("drafted_by",)
    assert PROJECT_CALL.moves["publish_extension"].unlike == ("extension_proposed_by",)
    assert PROJECT_DECISION.moves["release"].unlike == ("drafted_by",)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "model", "change", "constraint"),
    [
        (ProposalFactory, Proposal, {"state": "nowhere"}, "projects_proposal_state_known"),
        (ProposalFactory, Proposal, {"state": S.UNIT_REVIEW}, "handed_up_by_somebody"),
        (
            lambda: ProposalFactory(state=S.UNIT_REVIEW),
            Proposal,
            {"state": S.COUNTY_REVIEW},
            "handed_in_whole",
        ),
        (
            lambda: ProposalFactory(state=S.COUNTY_REVIEW),
            Proposal,
            {"leader_mark": ""},
            "handed_in_by_name",
        ),
        (
            lambda: ProposalFactory(state=S.FORMAL_CONFIRMATION),
            Proposal,
            {"state": S.REVIEWING},
            "confirmed_and_entrusted",
        ),
        (lambda: ProposalFactory(state=S.REVIEWING), Proposal, {"state": S.BUDGET_REVIEW}, "reviewed_by"),
        (lambda: ProposalFactory(state=S.BUDGET_REVIEW), Proposal, {"state": S.DECISION}, "budget_reviewed"),
        (
            lambda: ProposalFactory(state=S.DECISION),
            Proposal,
            {"state": S.PUBLICITY},
            "projects_proposal_(decided_by_somebody|granted_an_amount)",
        ),
        (lambda: ProposalFactory(state=S.PUBLICITY), Proposal, {"state": S.APPROVED}, "approved_by_somebody"),
        (lambda: ProposalFactory(state=S.PUBLICITY), Proposal, {"minute_number": ""}, "with_minute"),
        (lambda: ProposalFactory(state=S.WITHDRAWN), Proposal, {"closing_reason": ""}, "with_reason"),
        (ProjectCallFactory, ProjectCall, {"committed": "12000000.01"}, "committed_not_after_budget"),
        (ProjectCallFactory, ProjectCall, {"committed": "-0.01"}, "committed_not_negative"),
        (BudgetLineFactory, BudgetLine, {"accepted": "1000000.01", "reason": "多"}, "accepts_no_more"),
        (BudgetLineFactory, BudgetLine, {"accepted": "1.00"}, "cut_with_reason"),
        (ProposalHintFactory, ProposalHint, {"county_finding": "same"}, "county_says_why"),
        (ProposalHintFactory, ProposalHint, {"share": "100.01"}, "share_of_hundred"),
        (ProjectDecisionItemFactory, ProjectDecisionItem, {"grant": None}, "amount_or_reason"),
    ],
)
def test_the_database_refuses_what_no_form_would_store(make, model, change, constraint):
    row = make()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**change)


@pytest.mark.django_db
@pytest.mark.parametrize(("one", "other"), [("opined_by", "signed_by"), ("checked_by", "confirmed_by")])
def test_four_eyes_are_asked_for_by_the_database_too(one, other):
    proposal = ProposalFactory(state=S.REVIEWING)

    with pytest.raises(IntegrityError, match=r"signed_by_another|formal_four_eyes"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(**{other: getattr(proposal, one)})
