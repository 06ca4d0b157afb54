"""Who holds a deadline, as SQL: for statements that tell many people at once and read no row to decide."""

from datetime import date
from typing import Any

from accounts.roles import FALLS_TO, ROLES, Reach

# The people in office on the day, with what their organisation reaches.
MEMBERS = """
    SELECT m.role, m.user_id, m.organisation_id, o.division_id
    FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id
    JOIN accounts_user u ON u.id = m.user_id AND u.is_active
    WHERE m.state = 'active' AND o.state = 'confirmed'
      AND m.since <= %(on)s AND (m.until IS NULL OR m.until >= %(on)s)
"""

_WITHIN_REACH = """(
        (m.role = ANY(%(own)s) AND m.organisation_id = c.host_id)
        OR (m.role = ANY(%(county)s) AND m.division_id = c.division_id)
        OR (m.role = ANY(%(assigned)s) AND m.organisation_id = c.holder_organisation_id)
        OR m.role = ANY(%(city)s)
    )"""

# Of each of the ``candidates`` its person, or the people of its role within the reach of that role. Reach by reach,
# each by an equation of its own: a database that is asked for all by "or" compares every row with every member. Where a
# unit has nobody in the role, the people of the role to which it falls.
HOLDERS = """
    SELECT c.id AS deadline_id, c.holder_user_id AS user_id FROM candidates c WHERE c.holder_user_id IS NOT NULL
    UNION
    SELECT c.id, m.user_id FROM candidates c
    JOIN members m ON m.role = c.holder_role AND m.organisation_id = c.host_id
    WHERE c.holder_user_id IS NULL AND c.holder_role = ANY(%(own)s)
    UNION
    SELECT c.id, m.user_id FROM candidates c
    JOIN unnest(%(vacant)s::text[], %(instead)s::text[]) AS v (role, instead) ON v.role = c.holder_role
    JOIN members m ON m.role = v.instead AND m.organisation_id = c.host_id
    WHERE c.holder_user_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM members o WHERE o.role = c.holder_role AND o.organisation_id = c.host_id
    )
    UNION
    SELECT c.id, m.user_id FROM candidates c
    JOIN members m ON m.role = c.holder_role AND m.division_id = c.division_id
    WHERE c.holder_user_id IS NULL AND c.holder_role = ANY(%(county)s)
    UNION
    SELECT c.id, m.user_id FROM candidates c
    JOIN members m ON m.role = c.holder_role AND m.organisation_id = c.holder_organisation_id
    WHERE c.holder_user_id IS NULL AND c.holder_role = ANY(%(assigned)s)
    UNION
    SELECT c.id, m.user_id FROM candidates c JOIN members m ON m.role = c.holder_role
    WHERE c.holder_user_id IS NULL AND c.holder_role = ANY(%(city)s)
"""

# Whoever stands in on the day for the person whom one of them names. What a role holds, they hold as well.
DEPUTIES = """
    SELECT DISTINCT c.id AS deadline_id, d.deputy_id AS user_id, d.user_id AS principal_id
    FROM candidates c
    JOIN accounts_deputy d ON d.user_id = c.holder_user_id AND d.ended_at IS NULL
     AND %(on)s BETWEEN d.since AND d.until
    WHERE EXISTS (SELECT 1 FROM members m WHERE m.user_id = d.user_id AND m.organisation_id = d.organisation_id)
      AND EXISTS (SELECT 1 FROM members m WHERE m.user_id = d.deputy_id AND m.organisation_id = d.organisation_id)
"""

# The superiors of whoever holds them, each within the reach of the superior's own role; nobody is told of oneself.
SUPERIORS = f"""
    SELECT c.id AS deadline_id, m.user_id
    FROM candidates c
    JOIN unnest(%(juniors)s::text[], %(seniors)s::text[]) AS s (junior, senior) ON s.junior = c.holder_role
    JOIN members m ON m.role = s.senior
    WHERE {_WITHIN_REACH}
    EXCEPT ({HOLDERS})
"""


def parameters(*, on: date) -> dict[str, Any]:
    """What the statements above ask for."""
    roles = {reach: [role.value for role, spec in ROLES.items() if spec.reach is reach] for reach in Reach}
    return {
        "on": on,
        "own": roles[Reach.OWN],
        "county": roles[Reach.DIVISION],
        "assigned": roles[Reach.ASSIGNED],
        "city": roles[Reach.CITY],
        "vacant": [role.value for role in FALLS_TO],
        "instead": [role.value for role in FALLS_TO.values()],
    }
