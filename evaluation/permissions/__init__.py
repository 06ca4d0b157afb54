"""Who may take which move; and the only caller of guardian's grants."""

from guardian.shortcuts import assign_perm, remove_perm

from accounts.permissions import Grant, by
from accounts.reach import reach_of
from accounts.roles import UNIT_ROLES, Role
from evaluation.enums import (
    READING_STATES,
    WRITING_STATES,
    AcceptanceState,
    Answer,
    EngagementState,
    ReportState,
    VisitState,
)
from evaluation.kinds import kind_for
from evaluation.models import Assignment, Expert
from evaluation.permissions.assessment import (
    ASSESSMENT_WHO,
    may_fill_in_assessment,
    may_flag_for_assessments,
    may_publish_assessments,
    may_read_assessments,
    may_read_figures,
    may_read_grade,
    may_write_assessment,
)
from evaluation.selectors import BUREAU, POOL_READERS, assignments_visible_to, is_frozen
from evaluation.selectors.acceptances import READERS as ACCEPTANCE_READERS
from evaluation.selectors.visits import experts_of

__all__ = [
    "ASSESSMENT_WHO",
    "may_fill_in_assessment",
    "may_flag_for_assessments",
    "may_publish_assessments",
    "may_read_assessments",
    "may_read_grade",
    "may_read_figures",
    "may_write_assessment",
]
"""Handed on from the modules of this package; the names below are this module's own."""
ENGAGEMENT_READERS = POOL_READERS
SCORE = "evaluation.score_assignment"


def works_for_agency(user, panel) -> bool:
    return any(
        membership.role == Role.AGENCY and membership.organisation_id == panel.agency_id
        for membership in user.memberships_active
    )


def works_for_agency_of_panel(user, assignment) -> bool:
    return works_for_agency(user, assignment.panel)


def is_assigned(user, assignment) -> bool:
    """Whether the assignment is this expert's, was granted to them, and not taken away since."""
    return assignment.expert.user_id == user.pk and user.has_perm(SCORE, assignment)


AGENCY = by(Role.AGENCY, also=works_for_agency)
ASSIGNED = by(Role.EXPERT, also=is_assigned)

CLOCK = by(Role.SYSTEM)

CLERK, APPROVER = by(Role.BUREAU_CLERK), by(Role.BUREAU_APPROVER)

ENGAGEMENT_WHO: dict[str, Grant] = {
    "approve": APPROVER,
    "discard": CLERK | APPROVER,
    "end": APPROVER,
    "expire": CLOCK,
    "hand_over": APPROVER,
}

PANEL_WHO: dict[str, Grant] = {
    "pledge": AGENCY,
    "draw": AGENCY,
    "pledge_refill": AGENCY,
    "refill": AGENCY,
    "flag": CLOCK,
    "resume": CLOCK,
    "reopen": CLOCK,
    "discuss": AGENCY,
    "conclude": AGENCY,
    "cancel": CLOCK,
}

PACKAGE_WHO: dict[str, Grant] = {
    "scan": CLERK,
    "mask": CLERK,
    "ask_waiver": CLERK,
    "waive": CLERK | APPROVER,
    "ask_file": CLERK,
    "open_file": CLERK | APPROVER,
    "withhold_file": CLERK,
    "freeze": CLERK,
    "reopen": CLERK | APPROVER,
}

ASSIGNMENT_WHO: dict[str, Grant] = {
    "accept": ASSIGNED,
    "commit": ASSIGNED,
    "decline": ASSIGNED,
    "recuse": ASSIGNED,
    "declare": ASSIGNED,
    "keep_result": APPROVER,
    "redo": APPROVER,
    "lock": ASSIGNED,
    "reopen": CLOCK,
    "keep": ASSIGNED,
    "replace": by(Role.AGENCY, also=works_for_agency_of_panel),
    "release": CLOCK,
    "lapse": CLOCK,
}


def is_asked(user, plan) -> bool:
    """Whether this expert was asked to come along and has not said yes."""
    return any(one.user_id == user.pk and one.answer != Answer.ACCEPTED for one in experts_of(plan))


def may_excuse(user, plan) -> bool:
    return any(one.user_id == user.pk and one.answer != Answer.EXCUSED for one in experts_of(plan))


def is_witness(user, plan) -> bool:
    witness = plan.witness
    return witness is not None and witness.user_id == user.pk


FILLER, ADMIN = by(Role.ENT_FILLER, Role.ENT_ADMIN), by(Role.ENT_ADMIN)
STAFF, LEAD = by(Role.COUNTY_STAFF), by(Role.COUNTY_LEAD)

ACCEPTANCE_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "recall": ADMIN,
    "county_return": STAFF,
    "give_opinion": STAFF,
    "return_opinion": LEAD,
    "sign": LEAD,
    "return": CLERK,
    "entrust": CLERK,
    "entrust_anew": CLERK,
    "record_review": CLOCK,
    "reopen_review": CLOCK,
    "propose": CLERK,
    "return_proposal": APPROVER,
    "pass": APPROVER,
    "condition": APPROVER,
    "fail": APPROVER,
    "lapse": CLOCK,
}


def may_read_acceptances(user) -> bool:
    """Whether acceptances are this person's business at all."""
    return user.is_authenticated and user.holds(*ACCEPTANCE_READERS)


def may_prepare(user, acceptance) -> bool:
    """Whether this person writes on the unit's material now: its people, until it was handed up."""
    return acceptance.state == AcceptanceState.PREPARING and FILLER(user, acceptance)


def may_read_material(user, acceptance) -> bool:
    """Whether this person reads what the unit wrote and brought: everybody else once it was handed in."""
    return acceptance.handed_in_at is not None or acceptance.host_id in user.reach.organisations


def may_look_up(user, acceptance) -> bool:
    """Whether this person enters what a look-up of the host brought."""
    return acceptance.state == AcceptanceState.CHECKING and CLERK(user, acceptance)


def may_flag(user, acceptance) -> bool:
    """Whether this person proposes to end the recognition for what became of its acceptance."""
    return CLERK(user, acceptance)


VISIT_WHO: dict[str, Grant] = {
    "accept": by(Role.EXPERT, also=is_asked),
    "excuse": by(Role.EXPERT, also=may_excuse),
    "reschedule": AGENCY,
    "hand_over": AGENCY,
    "recall": AGENCY,
    "confirm": by(Role.COUNTY_STAFF, also=is_witness),
    "send_back": by(Role.COUNTY_STAFF, also=is_witness),
    "record": AGENCY,
    "repeat": CLOCK,
    "refuse": AGENCY | by(Role.ENT_ADMIN),
    "resume": APPROVER,
    "give_up": APPROVER,
    "cancel": CLOCK,
}

REPORT_WHO: dict[str, Grant] = {
    "hand_over": AGENCY,
    "send_back": CLERK | APPROVER,
    "accept": CLERK | APPROVER,
    "reopen": CLOCK,
}


def may_plan_visits(user) -> bool:
    """Whether this person arranges visits, and drafts reports, for an agency."""
    return user.holds(Role.AGENCY)


def may_fill_in(user, plan) -> bool:
    """Whether this person writes on the record of the visit now."""
    return plan.state == VisitState.PLANNED and AGENCY(user, plan)


def may_read_record(user, plan) -> bool:
    """Whether what was found is this reader's to know: everybody's who sees the visit but the unit's."""
    reach = reach_of(user.memberships_active, *UNIT_ROLES)
    return plan.host_id not in reach.organisations


def may_read_reports(user) -> bool:
    return user.holds(*POOL_READERS)


def may_write_report(user, report) -> bool:
    """Whether this person writes on the report now."""
    return report.state in (ReportState.DRAFT, ReportState.RETURNED) and AGENCY(user, report)


def may_draft_engagements(user) -> bool:
    """Whether this person draws up engagements."""
    return user.holds(Role.BUREAU_CLERK)


def may_revise_engagement(user, engagement) -> bool:
    """Whether this person changes the draft."""
    return engagement.state == EngagementState.DRAFT and may_draft_engagements(user)


def may_read_engagements(user) -> bool:
    """Whether engagements are this person's business at all."""
    return user.holds(*ENGAGEMENT_READERS)


def may_open_panel(user, case) -> bool:
    """Whether this person's agency is the one engaged for the case."""
    agency = kind_for(case).describe(case).agency
    return agency is not None and any(
        membership.role == Role.AGENCY and membership.organisation_id == agency.pk
        for membership in user.memberships_active
    )


def may_read_package(user, assignment: Assignment) -> bool:
    """Whether the expert may open the blinded package: assigned, the commitment signed, the package frozen."""
    signed = assignment.state in READING_STATES
    mine = signed and user.holds(Role.EXPERT) and is_assigned(user, assignment)
    return mine and is_frozen(assignment.panel)


def may_score(user, assignment: Assignment) -> bool:
    """Whether the expert may write on the sheet: as reading, and not handed in yet."""
    return assignment.state in WRITING_STATES and may_read_package(user, assignment)


def may_read_pool(user) -> bool:
    """Whether this person sees the whole pool of experts."""
    return user.holds(*POOL_READERS)


def may_read_exclusions(user) -> bool:
    """Whether this person reads who was left out of a draw, and why: whoever checks it, not whoever runs it."""
    return user.holds(Role.AUDITOR)


def may_read_panels(user) -> bool:
    """Whether panels are this person's business at all."""
    return user.holds(*POOL_READERS)


def may_set_availability(user, expert: Expert) -> bool:
    """Everybody says for themselves whether they can be drawn."""
    return expert.user_id == user.pk and user.holds(Role.EXPERT)


def may_keep_expert(user, expert: Expert) -> bool:
    """Everybody keeps their own profile; the bureau's clerk keeps them all."""
    return may_set_availability(user, expert) or user.holds(Role.BUREAU_CLERK)


def may_suspend(user, expert: Expert) -> bool:
    """Who bars an expert from being drawn, and lets them back."""
    return user.holds(Role.BUREAU_APPROVER)


def may_import_experts(user) -> bool:
    return user.holds(Role.BUREAU_CLERK)


def may_open_qualification(user, expert: Expert) -> bool:
    """Proofs of qualification are for the bureau, the auditor and the expert, not for the agency."""
    return user.holds(*BUREAU, Role.AUDITOR) or may_set_availability(user, expert)


def may_reveal_phone(user, expert: Expert) -> bool:
    """The bureau and the auditor; the agency only once the expert was drawn for a panel of its own."""
    if user.holds(*BUREAU, Role.AUDITOR):
        return True
    return user.holds(Role.AGENCY) and assignments_visible_to(user).live().filter(expert=expert).exists()


def grant_assignment(assignment: Assignment) -> None:
    """Give the expert access to the assignment."""
    assign_perm(SCORE, assignment.expert.user, assignment)


def revoke_assignment(assignment: Assignment) -> None:
    """Take the access away at once, open pages included: every page asks again."""
    remove_perm(SCORE, assignment.expert.user, assignment)
