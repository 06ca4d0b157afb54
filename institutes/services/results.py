"""What a joint project reached becomes drafts of its institute's achievements: each once, for the unit to complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes.lifecycle import ACHIEVEMENT
from institutes.models import Achievement, Institute, RecognitionEdition
from institutes.selectors import achievements as reads
from institutes.services.achievement_faults import against_entering
from records import clock
from records.lifecycle import lock


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that a project brought about, as its final acceptance found it. ``item`` tells it from its others."""

    item: str
    kind: str
    title: str
    description: str


@transaction.atomic
def draft_results(
    *,
    institute: Institute,
    source: str,
    results: Sequence[Result],
    achieved_on: date,
    by: User,
    at: datetime | None = None,
) -> list[Achievement]:
    """Draft achievements of what the project numbered ``source`` reached; what is drafted already is not drafted again.

    None for an institute that enters nothing any more. What only the unit knows (numbers, partners, proof) it adds.
    """
    at = at or clock.now()
    lock(institute)
    if not results or against_entering(institute):
        return []
    edition = reads.achievement_edition(timezone.localdate(at))
    known = set(Achievement.objects.filter(source_number=source).values_list("source_item", flat=True))
    kinds = reads.kinds_in(edition)
    drafts = [
        _draft(institute, edition, kinds, one, source=source, on=achieved_on, by=by, at=at)
        for one in results
        if one.item not in known
    ]
    for draft in drafts:
        draft.save()
        ACHIEVEMENT.begin(draft, by=by, at=at, kind=draft.kind, title=draft.title, source=source)
    return drafts


def _draft(
    institute: Institute,
    edition: RecognitionEdition,
    kinds: Mapping[str, dict],
    result: Result,
    *,
    source: str,
    on: date,
    by: User,
    at: datetime,
) -> Achievement:
    return Achievement(
        institute=institute,
        edition=edition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        kind=result.kind,
        terms=kinds[result.kind],
        title=result.title[:100],
        description=result.description[:2000],
        achieved_on=on,
        source_number=source,
        source_item=result.item,
        drafted_at=at,
        drafted_by=by,
    )
