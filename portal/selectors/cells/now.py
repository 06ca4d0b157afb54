"""Cells of what changes with the day, and of what there are few of: counted as it stands, in one statement.

What is under way is in the open deadlines, whose number does not grow with the years; money that lies at a county has
an index of its own; budgets, policies and what counties set aside are a handful of rows a year.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accounts.roles import Role
from institutes.selectors.county_policies import FORMER, IN_FORCE, PENDING
from portal.selectors.cells import Cell, Scope
from portal.selectors.matters import LATE, NEAR, NEW, NEWLY, TODAY, until_soon

LATER = "later"
# Each with what, division, year, kind, state, how many, amount, total.
MATTERS = """
SELECT 'matter', division_id, 0, holder_role,
    CASE WHEN due_on < %(newly)s THEN %(LATE)s WHEN due_on < %(on)s THEN %(NEW)s WHEN due_on = %(on)s THEN %(TODAY)s
        WHEN due_on <= %(soon)s THEN %(NEAR)s ELSE %(LATER)s END AS urgency,
    sum(many), 0, 0
FROM running WHERE holder_role NOT IN ('', %(system)s) AND subject_type <> ALL(%(kept_from)s)
    AND subject_type || ':' || holder_role <> ALL(%(kept_from)s)
GROUP BY division_id, holder_role, urgency"""
# Counted in the order of an index and looked at afterwards: a handful of sums instead of every row.
RUNNING = """
WITH running AS MATERIALIZED (
    SELECT division_id, holder_role, subject_type, due_on, count(*) AS many FROM records_deadline d
    WHERE met_at IS NULL AND paused_on IS NULL {within}
    GROUP BY division_id, holder_role, subject_type, due_on
)"""
LATE_CASES = """
SELECT 'late', division_id, 0, subject_type, subject_state, count(*), 0, 0 FROM records_deadline d
WHERE met_at IS NULL AND paused_on IS NULL AND kind = 'state' AND due_on < %(on)s {within}
GROUP BY division_id, subject_type, subject_state"""
KEPT = """
SELECT 'kept', d.division_id, 0, a.kind, '', count(*), 0, 0 FROM funding_disbursement d
JOIN funding_award a ON a.id = d.award_id {of_chain}
WHERE d.state = 'county_received' AND d.received_on < %(kept_since)s {within} GROUP BY d.division_id, a.kind"""
OF_CHAIN = "JOIN institutes_institute i ON i.id = a.institute_id AND i.chain_id = %(chain)s"
BUDGETS = "SELECT 'budget', NULL, year, programme, '', 1, total, 0 FROM funding_budget"
OWN_BUDGETS = """
SELECT 'own_budget', division_id, year, '', '', 1, paid, amount FROM funding_countybudget d WHERE true {within}"""
POLICIES = """
SELECT 'policy', division_id, 0, '', '', count(*), 0, 0 FROM institutes_countypolicy d
WHERE state = 'published' AND (valid_to IS NULL OR valid_to >= %(on)s) {within} GROUP BY division_id"""
MEASURES = """
SELECT 'measure', division_id, 0, item,
    CASE WHEN state IN ('draft', 'signing') THEN %(PENDING)s
        WHEN state = 'published' AND (valid_to IS NULL OR valid_to >= %(on)s) THEN %(IN_FORCE)s
        ELSE %(FORMER)s END AS standing,
    count(*), 0, 0
FROM institutes_countypolicymeasure m JOIN institutes_countypolicy d ON d.id = m.policy_id
WHERE state <> 'discarded' {within} GROUP BY division_id, item, standing"""
WITHIN = "AND d.division_id = ANY(%(divisions)s)"


def counted(scope: Scope, *, on: date, kept_from: Collection[str], retention: int) -> Iterator[Cell]:
    """What is under way and how late; what counties keep too long, set aside and issued; what the city set aside."""
    parts = [MATTERS, KEPT, OWN_BUDGETS, POLICIES]
    parts += [BUDGETS] if scope.divisions is None else [LATE_CASES, MEASURES]
    within = "" if scope.divisions is None else WITHIN
    query = (RUNNING + " UNION ALL ".join(parts)).format(
        within=within, of_chain=OF_CHAIN if scope.chain else ""
    )
    asked: dict[str, Any] = {
        "divisions": list(scope.divisions or ()),
        "chain": scope.chain,
        "on": on,
        "newly": on - timedelta(days=NEWLY),
        "soon": until_soon(on),
        "kept_since": on - timedelta(days=retention),
        "kept_from": list(kept_from),
        "system": Role.SYSTEM.value,
    }
    urgencies = {"LATE": LATE, "NEW": NEW, "TODAY": TODAY, "NEAR": NEAR, "LATER": LATER}
    standings = {"IN_FORCE": IN_FORCE, "FORMER": FORMER, "PENDING": PENDING}
    with connection.cursor() as cursor:
        cursor.execute(query, asked | urgencies | standings)
        for what, division, year, kind, state, n, amount, total in cursor:
            yield Cell(what, division, None, year, kind, state, int(n), amount, total)
