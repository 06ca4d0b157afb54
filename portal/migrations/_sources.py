"""What is counted, table by table, as the first tallies count it."""

from django.conf import settings

from portal.migrations._tallies import Lookup, Source


def _year(moment: str) -> str:
    """The year of a moment as the city's clock shows it."""
    return f"extract(year FROM {moment} AT TIME ZONE '{settings.TIME_ZONE}')"


INSTITUTE = Lookup("institutes_institute", "institute_id", ("division_id", "chain_id"))
CHAIN = Lookup("institutes_institute", "institute_id", ("chain_id",))
AWARD = Lookup("funding_award", "award_id", ("kind",))
STANDING = """CASE WHEN r.revoked_at IS NOT NULL THEN 'revoked' WHEN r.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN r.suspended_at IS NOT NULL THEN 'suspended' ELSE 'in_force' END"""
COUNTS = "r.state IN ('verified', 'annulling') AND r.terms ->> 'toward' <> ''"
LEG_OF_AWARD = """CASE WHEN r.state IN ('entitled', 'account_check', 'pending_approval') THEN 'waiting'
    WHEN r.state = 'approved' THEN 'to_order' ELSE 'suspended' END"""
LEG_OF_ORDER = """CASE WHEN r.state IN ('paid', 'receipted') THEN 'paid'
    WHEN r.state = 'county_received' THEN 'at_county' ELSE 'on_the_way' END"""

SOURCES = [
    Source(
        what="applications",
        table="institutes_application",
        columns=("state", "division_id", "call_id", "received_at"),
        where="r.received_at IS NOT NULL",
        year="p.year",
        state="r.state",
        lookups=(Lookup("institutes_call", "call_id", ("year",)),),
    ),
    Source(
        what="institutes",
        table="institutes_recognition",
        columns=("institute_id", "year", "revoked_at", "withdrawn_at", "suspended_at"),
        division="p.division_id",
        year="r.year",
        state=STANDING,
        chain="p.chain_id",
        lookups=(INSTITUTE,),
    ),
    Source(
        what="recognitions",
        table="institutes_recognition",
        columns=("institute_id", "recognised_at", "revoked_at", "withdrawn_at"),
        division="p.division_id",
        year=_year("r.recognised_at"),
        state=f"coalesce({_year('coalesce(r.revoked_at, r.withdrawn_at)')}::text, '')",
        chain="p.chain_id",
        lookups=(INSTITUTE,),
    ),
    Source(
        what="pool",
        table="institutes_cultivationentry",
        columns=("state", "division_id"),
        state="r.state",
    ),
    Source(
        what="achievements",
        table="institutes_achievement",
        columns=("state", "division_id", "institute_id", "terms", "achieved_on"),
        where=COUNTS,
        year="extract(year FROM r.achieved_on)",
        kind="r.terms ->> 'toward'",
        chain="p.chain_id",
        lookups=(CHAIN,),
    ),
    Source(
        what="verifications",
        table="institutes_achievement",
        columns=("division_id", "institute_id", "terms", "verified_at", "annulled_at"),
        where="r.verified_at IS NOT NULL AND r.terms ->> 'toward' <> ''",
        year=_year("r.verified_at"),
        kind="r.terms ->> 'toward'",
        state=f"coalesce({_year('r.annulled_at')}::text, '')",
        chain="p.chain_id",
        lookups=(CHAIN,),
    ),
    Source(
        what="filings",
        table="institutes_provincialfiling",
        columns=("state", "division_id", "document_on"),
        year="coalesce(extract(year FROM r.document_on), 0)",
        state="r.state",
    ),
    Source(
        what="projects",
        table="projects_project",
        columns=("state", "division_id", "year", "chain_id", "grant"),
        year="r.year",
        state="r.state",
        chain="r.chain_id",
        amount='r."grant"',
    ),
    Source(
        what="evaluations",
        table="evaluation_evaluation",
        columns=("state", "division_id", "round_id", "grade"),
        year="p.year",
        kind="r.grade",
        state="r.state",
        lookups=(Lookup("evaluation_round", "round_id", ("year",)),),
    ),
    Source(
        what="awards",
        table="funding_award",
        columns=("state", "division_id", "kind", "proposed_at", "amount"),
        year=_year("r.proposed_at"),
        kind="r.kind",
        state="r.state",
        amount="r.amount",
    ),
    Source(
        what="legs",
        table="funding_award",
        columns=("state", "division_id", "kind", "proposed_at", "amount", "freed", "ordered"),
        where="r.state IN ('entitled', 'account_check', 'pending_approval', 'suspended')"
        " OR r.state = 'approved' AND r.ordered < r.amount - r.freed",
        year=_year("r.proposed_at"),
        kind="r.kind",
        state=LEG_OF_AWARD,
        amount="r.amount - r.freed - r.ordered",
    ),
    Source(
        what="legs",
        table="funding_disbursement",
        columns=("state", "division_id", "award_id", "ordered_at", "amount"),
        where="r.state NOT IN ('returned', 'voided')",
        year=_year("r.ordered_at"),
        kind="p.kind",
        state=LEG_OF_ORDER,
        amount="r.amount",
        lookups=(AWARD,),
    ),
    Source(
        what="orders",
        table="funding_disbursement",
        columns=("state", "division_id", "award_id", "ordered_at", "amount"),
        year=_year("r.ordered_at"),
        kind="p.kind",
        state="r.state",
        amount="r.amount",
        lookups=(AWARD,),
    ),
    Source(
        what="payments",
        table="funding_disbursement",
        columns=("state", "division_id", "award_id", "paid_on", "paid_amount"),
        where="r.state IN ('paid', 'receipted')",
        year="extract(year FROM r.paid_on)",
        kind="p.kind",
        amount="r.paid_amount",
        lookups=(AWARD,),
    ),
]
