"""Reads of institutes and recognitions."""

from django.db.models import Q, QuerySet

from accounts.models import Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.models import (
    Institute,
    Recognition,
)
from institutes.selectors.sides import BUREAU, COUNTY, UNIT, agencies_of


def institutes_visible_to(user: User) -> QuerySet[Institute]:
    """The register: all for the city's offices, a county's for the county, a unit's own."""
    rows = Institute.objects.select_related(
        "host", "division", "chain", "recognition__edition", "recognition__application"
    )
    if not user.is_authenticated:
        return rows.none()
    everywhere = (*BUREAU, Role.AUDITOR, Role.FINANCE, Role.TAX)
    if user.is_system or user.holds(*everywhere):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY, Role.COUNTY_FIN)
    return rows.filter(
        Q(host_id__in=sorted(reach.organisations))
        | Q(division_id__in=sorted(reach.divisions))
        | Q(recognition__application__agency_id__in=agencies_of(user))
    )


def search_institutes(rows: QuerySet[Institute], text: str) -> QuerySet[Institute]:
    """Those whose name, certificate number or host contains ``text``."""
    return rows.filter(
        Q(name__icontains=text)
        | Q(recognition__certificate_number__icontains=text)
        | Q(host__name__icontains=text)
    )


def recognitions_in_force() -> QuerySet[Recognition]:
    """Recognitions that were not revoked, with whose they are: what entitles to money."""
    return (
        Recognition.objects.in_force()
        .select_related("institute__host", "institute__division", "institute__chain", "edition")
        .order_by("pk")
    )


def active_institutes_of(host: Organisation) -> QuerySet[Institute]:
    """What this host leads now."""
    return Institute.objects.recognised().filter(host=host)
