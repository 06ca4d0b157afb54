"""Reads of the way to the province (四(五)): who sees which filing, what it lacks, which institutes are provincial."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes import policy
from institutes.enums.provincial import FilingFile, FilingState, Level
from institutes.models import Inspection, Institute, ProvincialFiling, Recognition, RecognitionEdition
from institutes.models.provincial import CLOSED
from institutes.selectors.sides import BUREAU, COUNTY, UNIT
from records import deadlines
from records.deadlines import with_due
from records.models import Attachment

Rows = TypeVar("Rows", bound=QuerySet[Institute])
EDITION = "provincial"
NEEDED = (FilingFile.MATERIALS, FilingFile.SUPPORT)
"""What has to be brought before a filing is handed in."""
_RELATED = ("institute__recognition", "institute__host", "institute__chain", "host", "division", "edition")


def filings_visible_to(user: User) -> QuerySet[ProvincialFiling]:
    """A unit sees those of its institutes; county, bureau and auditor what was handed in."""
    rows = with_due(ProvincialFiling.objects.select_related(*_RELATED))
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return rows
    handed_in = Q(handed_in_at__isnull=False)
    units = sorted(reach_of(user.memberships_active, *UNIT).organisations)
    condition = Q(host_id__in=units) | Q(institute__host_id__in=units)
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    condition |= handed_in & Q(division_id__in=divisions)
    if user.holds(*BUREAU, Role.AUDITOR):
        condition |= handed_in
    return rows.filter(condition)


def filings_with_papers_for(user: User) -> QuerySet[ProvincialFiling]:
    """Those whose papers this person opens: finance, too, where the province's recognition is to be paid for."""
    known = Q(pk__in=filings_visible_to(user).order_by().values("pk"))
    if user.is_authenticated and user.holds(Role.FINANCE):
        known |= Q(state=FilingState.RECOGNISED)
    return ProvincialFiling.objects.filter(known)


def search_filings(rows: QuerySet[ProvincialFiling], text: str) -> QuerySet[ProvincialFiling]:
    """Those about an institute or unit, now or before, or with a name or number, that contains ``text``."""
    named = Institute.objects.named(text).order_by().values("pk")
    return rows.filter(
        Q(institute__in=named)
        | Q(host__name__icontains=text)
        | Q(proposed_name__icontains=text)
        | Q(number__icontains=text)
        | Q(document_number__icontains=text)
    )


def provincial_edition(on: date) -> RecognitionEdition:
    """The rules of the way to the province on a day."""
    return RecognitionEdition.objects.in_force(EDITION, on)


def parts_of(filing: ProvincialFiling) -> list[tuple[str, str]]:
    """In which parts people take part in an inspection: code and words."""
    return [(row["code"], row["label"]) for row in filing.edition.terms["inspection"]]


def institutes_to_file(user: User) -> QuerySet[Institute]:
    """Those of this person's units that may be filed for the province: recognised, and not filed yet."""
    mine = sorted(reach_of(user.memberships_active, *UNIT).organisations) if user.is_authenticated else []
    rows = Institute.objects.recognised().filter(host_id__in=mine)
    return rows.select_related("host", "recognition").order_by("pk")


def live_filing_of(institute: Institute) -> ProvincialFiling | None:
    """The filing under way, or the one by which it became provincial; there is never more than one."""
    ended = [state for state in CLOSED if state != FilingState.RECOGNISED]
    return ProvincialFiling.objects.filter(institute=institute).exclude(state__in=ended).first()


def files_lacking(filing: ProvincialFiling) -> list[FilingFile]:
    """The files that are still to be brought before it is handed in."""
    held = set(Attachment.objects.about(filing).current().values_list("kind", flat=True))
    return [kind for kind in NEEDED if kind not in held]


def files_of_filing(filing: ProvincialFiling) -> QuerySet[Attachment]:
    """What was brought to it, by unit and officers."""
    return Attachment.objects.about(filing).current().order_by("kind", "pk")


def current_inspection(filing: ProvincialFiling) -> Inspection | None:
    """The latest inspection, be it scheduled or held."""
    return filing.inspections.order_by("-round").first()


def inspections_of(filing: ProvincialFiling) -> QuerySet[Inspection]:
    return filing.inspections.prefetch_related("participants").order_by("round")


def name_hint_of(filing: ProvincialFiling) -> str:
    """Where the proposed name does not follow the province's pattern: a hint, never a refusal."""
    return policy.name_hint(filing.proposed_name, filing.edition.terms["guards"]["name_pattern"])


# --- which institutes are provincial ----------------------------------------------------------------------------------


def provincial_recognition_of(institute: Institute) -> ProvincialFiling | None:
    """The filing by which the province recognised this institute."""
    return ProvincialFiling.objects.recognised().filter(institute=institute).first()


def provincial_among(institutes: Iterable[Institute]) -> dict[int, ProvincialFiling]:
    """Of these institutes the provincial ones, by key, in one query."""
    rows = ProvincialFiling.objects.recognised().filter(institute__in=list(institutes))
    return {row.institute_id: row for row in rows}


def at_level(rows: Rows, level: str) -> Rows:
    """Of these institutes the provincial ones, or those that are municipal only."""
    provincial = ProvincialFiling.objects.recognised().order_by().values("institute")
    return rows.filter(pk__in=provincial) if level == Level.PROVINCIAL else rows.exclude(pk__in=provincial)


def saying_level(rows: QuerySet[Institute]) -> QuerySet[Institute]:
    """The same institutes, each saying in the database's words whether the province recognised it."""
    recognised = ProvincialFiling.objects.recognised().filter(institute=OuterRef("pk"))
    return rows.annotate(is_provincial=Exists(recognised))


def with_level(institutes: Iterable[Institute]) -> list[Institute]:
    """These institutes, each with ``level`` in words, in one query for all."""
    rows = list(institutes)
    recognised = (
        ProvincialFiling.objects.recognised().order_by().filter(institute__in=[one.pk for one in rows])
    )
    found = set(recognised.values_list("institute", flat=True))
    for one in rows:
        one.level = Level.PROVINCIAL if one.pk in found else Level.MUNICIPAL  # type: ignore[attr-defined]
    return rows


def due_on_of_filing(filing: ProvincialFiling) -> date | None:
    """Until when the present holder has it."""
    deadline = deadlines.current(filing)
    return deadline.due_on if deadline else None


def filings_entitling() -> QuerySet[ProvincialFiling]:
    """Those by which the province recognised an institute that stands, each with the day of its last inspection."""
    entitling = Recognition.objects.entitling().order_by().values("institute")
    rows = ProvincialFiling.objects.recognised().filter(institute__in=entitling)
    last = Inspection.objects.filter(filing=OuterRef("pk")).order_by("-round")
    held = rows.annotate(inspected_on=Subquery(last.values("held_on")[:1]))
    return held.select_related("institute__recognition").order_by("pk")
