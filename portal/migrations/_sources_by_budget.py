"""What is counted since dashboards count nothing anew: money by the year of its budget, promises, proposals, and
applications call by call."""

from dataclasses import replace

from portal.migrations import _sources as first
from portal.migrations._tallies import Lookup, Source

BUDGET = Lookup("funding_budget", "budget_id", ("year",), optional=True)
AWARD = Lookup("funding_award", "award_id", ("kind", "budget_id"))
BUDGET_OF_AWARD = Lookup("funding_budget", "budget_id", ("year",), name="q", of="p", optional=True)
UNCHANGED = ("institutes", "recognitions", "pool", "verifications", "filings", "projects", "evaluations")
_FIRST = {one.what: one for one in first.SOURCES}

SOURCES = [
    replace(_FIRST["applications"], kind="r.call_id"),
    *(_FIRST[what] for what in UNCHANGED),
    replace(
        _FIRST["achievements"],
        where="r.state IN ('verified', 'annulling')",
        kind="coalesce(r.terms ->> 'toward', '')",
    ),
    Source(
        what="promises",
        table="institutes_application",
        columns=("state", "division_id", "received_at", "county_support_amount"),
        where="r.received_at IS NOT NULL AND r.state = 'recognised' AND r.county_support_amount IS NOT NULL",
        amount="r.county_support_amount",
    ),
    Source(
        what="proposals",
        table="projects_proposal",
        columns=("state", "division_id", "number", "asked"),
        where="r.number IS NOT NULL",
        state="r.state",
        amount="coalesce(r.asked, 0)",
    ),
    Source(
        what="approved",
        table="funding_award",
        columns=("state", "division_id", "kind", "budget_id", "approved_at", "amount"),
        where="r.state IN ('approved', 'suspended', 'closed') AND r.approved_at IS NOT NULL",
        year="coalesce(p.year, 0)",
        kind="r.kind",
        amount="r.amount",
        lookups=(BUDGET,),
    ),
    Source(
        what="legs",
        table="funding_award",
        columns=("state", "division_id", "kind", "budget_id", "amount", "freed", "ordered"),
        where="r.state IN ('entitled', 'account_check', 'pending_approval', 'suspended')"
        " OR r.state = 'approved' AND r.ordered < r.amount - r.freed",
        year="coalesce(p.year, 0)",
        kind="r.kind",
        state=first.LEG_OF_AWARD,
        amount="r.amount - r.freed - r.ordered",
        lookups=(BUDGET,),
    ),
    Source(
        what="legs",
        table="funding_disbursement",
        columns=("state", "division_id", "award_id", "amount"),
        where="r.state NOT IN ('returned', 'voided')",
        year="coalesce(q.year, 0)",
        kind="p.kind",
        state=first.LEG_OF_ORDER,
        amount="r.amount",
        lookups=(AWARD, BUDGET_OF_AWARD),
    ),
]
