"""The map of industry chains: kept by the bureau, each entry with its source (四(一))."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from accounts.models import Organisation, User
from institutes.models import ChainMember, ChainSegment, IndustryChain
from records import audit
from records.errors import Conflict, Reason


@transaction.atomic
def enter_chain(
    *,
    code: str,
    name: str,
    industry: str,
    segments: Sequence[tuple[str, str]],
    is_priority: bool = False,
    by: User,
) -> IndustryChain:
    """Enter a chain with its ``segments``, each ``(position, name)`` from upstream to downstream."""
    if IndustryChain.objects.filter(code=code).exists() or IndustryChain.objects.filter(name=name).exists():
        raise Conflict(Reason(f"产业链“{name}”已在图谱中。", field="name"))
    chain = IndustryChain.objects.create(code=code, name=name, industry=industry, is_priority=is_priority)
    ChainSegment.objects.bulk_create(
        ChainSegment(chain=chain, position=position, name=segment) for position, segment in segments
    )
    audit.record("institutes.chain.enter", chain, by=by, segments=[segment for _, segment in segments])
    return chain


@transaction.atomic
def enter_chain_member(
    *, segment: ChainSegment, organisation: Organisation, role: str, source: str, since: date, by: User
) -> ChainMember:
    """Enter an enterprise as leader or backbone of a segment, by the document that says so."""
    if ChainMember.objects.filter(segment=segment, organisation=organisation).exists():
        raise Conflict(Reason(f"“{organisation}”已在“{segment}”中。", field="organisation"))
    member = ChainMember.objects.create(
        segment=segment, organisation=organisation, role=role, source=source, since=since
    )
    audit.record("institutes.chain.enter_member", member, by=by, role=role, source=source)
    return member
