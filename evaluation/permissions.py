"""Who may take which move; and the only caller of guardian's grants."""

from guardian.shortcuts import assign_perm, remove_perm

from accounts.permissions import Grant, by
from accounts.roles import Role
from evaluation.models import Assignment

SCORE = "evaluation.score_assignment"


def works_for_agency(user, panel) -> bool:
    return any(
        membership.role == Role.AGENCY and membership.organisation_id == panel.agency_id
        for membership in user.memberships_active
    )


def works_for_agency_of_panel(user, assignment) -> bool:
    return works_for_agency(user, assignment.panel)


def is_assigned(user, assignment) -> bool:
    """Whether the assignment was granted to this expert, and not taken away since."""
    return user.has_perm(SCORE, assignment)


AGENCY = by(Role.AGENCY, also=works_for_agency)
ASSIGNED = by(Role.EXPERT, also=is_assigned)

PANEL_WHO: dict[str, Grant] = {"draw": AGENCY, "conclude": AGENCY}

ASSIGNMENT_WHO: dict[str, Grant] = {
    "commit": ASSIGNED,
    "decline": ASSIGNED,
    "recuse": ASSIGNED,
    "lock": ASSIGNED,
    "replace": by(Role.AGENCY, also=works_for_agency_of_panel),
}


def may_open_panel(user, application) -> bool:
    """Whether this person's agency is the one engaged for the application."""
    return any(
        membership.role == Role.AGENCY and membership.organisation_id == application.agency_id
        for membership in user.memberships_active
    )


def may_read_package(user, assignment: Assignment) -> bool:
    """Whether the expert may open the blinded package: assigned, and the commitment is signed."""
    return is_assigned(user, assignment) and assignment.committed_at is not None


def grant_assignment(assignment: Assignment) -> None:
    """Give the expert access to the assignment."""
    assign_perm(SCORE, assignment.expert.user, assignment)


def revoke_assignment(assignment: Assignment) -> None:
    """Take the access away at once, open pages included: every page asks again."""
    remove_perm(SCORE, assignment.expert.user, assignment)
