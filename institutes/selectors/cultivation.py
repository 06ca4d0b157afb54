"""Reads of the cultivation pool (五(三)): whose entries a person sees, what stands still, what an application moves."""

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from accounts.enums import OrganisationKind
from accounts.models import Division, Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.enums import CLOSED_STATES, ApplicationState, PoolState
from institutes.lifecycle import IN_POOL
from institutes.models import Application, CultivationEntry, CultivationMeasure, Institute
from institutes.models.cultivation import OPEN
from institutes.selectors.sides import BUREAU, COUNTY
from records.deadlines import with_due

CITY_READERS = (*BUREAU, Role.AUDITOR)
"""Who reads what every county keeps."""
POOL_READERS = (*COUNTY, *CITY_READERS)
"""Who reads a pool: a county its own, bureau and auditor all of them."""


def entries_visible_to(user: User) -> QuerySet[CultivationEntry]:
    """A county's own entries for its staff and its leader, all of them for bureau and auditor."""
    rows = CultivationEntry.objects.select_related("division", "chain", "segment", "edition", "application")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*CITY_READERS):
        return _as_shown(rows)
    mine = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    return _as_shown(rows.filter(division_id__in=mine))


def _as_shown(rows: QuerySet[CultivationEntry]) -> QuerySet[CultivationEntry]:
    """Each with ``due_on``, the day of the last measure, and the key of the unit where it is registered by now."""
    units = Organisation.objects.standing().filter(uscc=OuterRef("uscc"), division_id=OuterRef("division_id"))
    last = CultivationMeasure.objects.filter(entry=OuterRef("pk")).order_by("-done_on", "-pk")
    return with_due(rows).annotate(
        unit_id=Subquery(units.values("pk")[:1]),
        last_measure_on=Subquery(last.values("done_on")[:1]),
    )


def search_entries(rows: QuerySet[CultivationEntry], text: str) -> QuerySet[CultivationEntry]:
    """Those whose name, credit code or direction contains ``text``."""
    return rows.filter(Q(name__icontains=text) | Q(uscc__iexact=text.strip()) | Q(direction__icontains=text))


def measures_of(entry: CultivationEntry) -> QuerySet[CultivationMeasure]:
    """What was done for it, the latest first."""
    return entry.measures.select_related("file", "recorded_by")


def last_measure_on(entry: CultivationEntry) -> date | None:
    return entry.measures.aggregate(day=Max("done_on"))["day"]


def enterprises_in(division: Division | None) -> QuerySet[Organisation]:
    """Registered enterprises of a county, to choose from."""
    rows = Organisation.objects.confirmed().filter(kind=OrganisationKind.ENTERPRISE)
    return rows.filter(division=division) if division else rows.none()


def open_codes_in(division: Division) -> set[str]:
    """Credit codes that stand in the county's pool already."""
    rows = CultivationEntry.objects.filter(division=division, state__in=OPEN)
    return set(rows.values_list("uscc", flat=True))


def leading_codes_in(division: Division) -> set[str]:
    """Credit codes of the county's enterprises that lead an institute: there is nothing left to cultivate."""
    return set(Institute.objects.recognised().filter(division=division).values_list("host__uscc", flat=True))


# --- what applications move -------------------------------------------------------------------------------------------


def entries_moved_by(applications: Collection[Application]) -> QuerySet[CultivationEntry]:
    """Entries of the same enterprises in the same counties that these applications carry along."""
    carried = Q(application__in=[one.pk for one in applications], state=PoolState.APPLIED)
    for one in applications:
        carried |= Q(uscc=one.host.uscc, division_id=one.division_id, state__in=IN_POOL)
    return CultivationEntry.objects.filter(carried).order_by("pk")


def application_carrying(entry: CultivationEntry) -> Application | None:
    """The last application of the enterprise that its county has received and that has not failed."""
    rows = _received().filter(host__uscc=entry.uscc, division_id=entry.division_id)
    return rows.order_by("-received_at", "-pk").first()


def _received() -> QuerySet[Application]:
    return Application.objects.filter(received_at__isnull=False).exclude(state__in=CLOSED_STATES)


def entries_left_behind() -> QuerySet[CultivationEntry]:
    """Entries whose application has gone on without them."""
    carried = _received().filter(host__uscc=OuterRef("uscc"), division_id=OuterRef("division_id"))
    over = [*CLOSED_STATES, ApplicationState.RECOGNISED]
    return CultivationEntry.objects.filter(
        Q(Exists(carried), state__in=IN_POOL) | Q(state=PoolState.APPLIED, application__state__in=over)
    ).order_by("pk")
