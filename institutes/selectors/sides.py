"""The roles this room asks for by side, and the agencies a person works at."""

from accounts.models import User
from accounts.roles import Role

UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD)
BUREAU = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
DECIDERS = (Role.BUREAU_APPROVER,)
DECISION_READERS = (*BUREAU, Role.AUDITOR)


def agencies_of(user: User) -> list[int]:
    """The agencies this person works at."""
    return sorted({m.organisation_id for m in user.memberships_active if m.role == Role.AGENCY})
