"""Reads of what institutes offer: who sees which, what everybody reads, for which institutes a unit may enter more."""

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.enums.offerings import OfferingState
from institutes.models import Institute, OfferingWording, ServiceOffering
from institutes.selectors.sides import BUREAU, COUNTY, UNIT
from records.deadlines import with_due

CITY = (*BUREAU, Role.AUDITOR)
OFFERING_READERS = (*UNIT, *COUNTY, *CITY)
"""Who meets the officers' pages: a unit its own, a county and the city what was handed in once."""
_RELATED = ("institute__recognition", "institute__chain", "host", "division", "edition")


def offerings_visible_to(user: User) -> QuerySet[ServiceOffering]:
    """A unit sees those of its institutes, its county and the city's offices what was handed in once."""
    rows = with_due(ServiceOffering.objects.select_related(*_RELATED))
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return rows
    handed_in = Q(handed_in_at__isnull=False)
    units = sorted(reach_of(user.memberships_active, *UNIT).organisations)
    condition = Q(host_id__in=units)
    condition |= handed_in & Q(division_id__in=sorted(reach_of(user.memberships_active, *COUNTY).divisions))
    if user.holds(*CITY):
        condition |= handed_in
    return rows.filter(condition)


def shown_offerings() -> QuerySet[OfferingWording]:
    """The catalogue: what everybody may read, by kind and institute."""
    rows = OfferingWording.objects.shown().select_related(*(f"offering__{name}" for name in _RELATED))
    return rows.order_by("kind", "offering__institute__name", "title")


def shown_wording_of(offering: ServiceOffering) -> OfferingWording | None:
    """What everybody reads of it now; a change that is under way is not yet among it."""
    return OfferingWording.objects.shown().filter(offering=offering).first()


def offerings_by_kind() -> dict[str, int]:
    """How many services of each kind the catalogue holds."""
    rows = OfferingWording.objects.shown().order_by().values_list("kind")
    return dict(rows.annotate(n=Count("pk")))


def search_offerings(rows: QuerySet, text: str, *, of: str = "") -> QuerySet:
    """Those that say ``text``, or whose institute or unit bears it in its name; ``of`` leads from a row to its
    service."""
    return rows.filter(
        Q(title__icontains=text)
        | Q(content__icontains=text)
        | Q(**{f"{of}institute__name__icontains": text})
        | Q(**{f"{of}host__name__icontains": text})
    )


def institutes_to_offer(user: User) -> QuerySet[Institute]:
    """Institutes for which this person's unit may enter services: those in force."""
    mine = sorted(reach_of(user.memberships_active, *UNIT).organisations) if user.is_authenticated else []
    rows = Institute.objects.recognised().filter(host_id__in=mine)
    return rows.select_related("host", "division", "recognition")


def open_offerings_of(institute: Institute) -> QuerySet[ServiceOffering]:
    """What ends with the institute."""
    return ServiceOffering.objects.open().filter(institute=institute).order_by("pk")


def twin_of(offering: ServiceOffering) -> ServiceOffering | None:
    """Another service of the institute that bears the same title or is shown under it, and was not given up."""
    shown = OfferingWording.objects.standing().filter(title=offering.title).values("offering")
    rows = ServiceOffering.objects.filter(institute=offering.institute)
    rows = rows.filter(Q(title=offering.title) | Q(pk__in=shown))
    return rows.exclude(pk=offering.pk).exclude(state=OfferingState.WITHDRAWN).first()
