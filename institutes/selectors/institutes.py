"""Reads of institutes and recognitions."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.models import CertificateBatch, Institute, Recognition
from institutes.selectors.applications import APPLICATION_TYPE
from institutes.selectors.sides import BUREAU, COUNTY, UNIT, agencies_of, covered
from records import clock
from records.models import AuditEvent, Document


def institutes_visible_to(user: User) -> QuerySet[Institute]:
    """The register: all for the city's offices, a county's for the county, a unit's own."""
    rows = Institute.objects.select_related(
        "host",
        "division",
        "chain",
        "recognition__edition",
        "recognition__application",
        "recognition__earlier",
        "recognition__batch",
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
        | _reviewed_by_agency(user)
    )


def _reviewed_by_agency(user: User) -> Q:
    """What an agency reviewed, while it is engaged for the call."""
    application = "recognition__application__"
    engaged = covered(clock.today(), call=f"{application}call_id", agency=f"{application}agency_id")
    return Q(**{f"{application}agency_id__in": agencies_of(user)}) & Q(engaged)


def search_institutes(rows: QuerySet[Institute], text: str) -> QuerySet[Institute]:
    """Those whose name, certificate number or host, now or before, contains ``text``."""
    return rows.filter(pk__in=Institute.objects.named(text).order_by().values("pk"))


def recognitions_entitling() -> QuerySet[Recognition]:
    """Recognitions neither ended nor stopped, with whose they are: what entitles to money."""
    return (
        Recognition.objects.entitling()
        .select_related("institute__host", "institute__division", "institute__chain", "edition")
        .order_by("pk")
    )


def active_institutes_of(host: Organisation) -> QuerySet[Institute]:
    """What this host leads now."""
    return Institute.objects.recognised().filter(host=host)


def active_institutes_by_host(host_ids: Iterable[int]) -> dict[int, int]:
    """How many institutes each of these hosts leads now; a host that leads none is left out."""
    rows = Institute.objects.recognised().filter(host__in=set(host_ids)).order_by()
    return dict(rows.values_list("host").annotate(count=Count("pk")))


def certificate_batches_visible_to(user: User) -> QuerySet[CertificateBatch]:
    """Joint notices as the bureau and the auditor keep them; everybody else reads the paper."""
    rows = CertificateBatch.objects.select_related("ordered_by")
    return rows if user.is_authenticated and user.holds(*BUREAU, Role.AUDITOR) else rows.none()


def recognitions_without_notice() -> QuerySet[Recognition]:
    """In force, and named on no joint notice yet; in the order of their numbers."""
    rows = Recognition.objects.in_force().decided_here().filter(batch__isnull=True).numbered()
    return rows.select_related("institute__host", "institute__division").annotate(
        has_certificate=_has_certificate()
    )


def recognitions_of(batch: CertificateBatch) -> QuerySet[Recognition]:
    """What the notice names, in the order of the numbers, each with the key of its ``certificate``."""
    rows = batch.recognitions.numbered().select_related("institute__host", "institute__division")
    papers = Document.objects.filter(subject_type=APPLICATION_TYPE, kind="certificate").in_force()
    mine = papers.filter(subject_id=OuterRef("application_id"))
    return rows.annotate(certificate=Subquery(mine.values("pk")[:1]))


def _has_certificate() -> Exists:
    papers = Document.objects.filter(subject_type=APPLICATION_TYPE, kind="certificate")
    return Exists(papers.filter(subject_id=OuterRef("application_id")))


def certificates_of(batch: CertificateBatch) -> QuerySet[Document]:
    """The certificates in force of those that the notice names."""
    papers = Document.objects.filter(subject_type=APPLICATION_TYPE, kind="certificate").in_force()
    return papers.filter(subject_id__in=batch.recognitions.values("application_id")).order_by("number")


def promises_of_certificates(recognitions: Iterable[Recognition]) -> dict[int, AuditEvent]:
    """The line of the register that promised each certificate, by application."""
    keys = [one.application_id for one in recognitions if one.application_id]
    events = AuditEvent.objects.filter(
        subject_type=APPLICATION_TYPE, subject_id__in=keys, verb=f"{APPLICATION_TYPE}.recognise"
    )
    return {event.subject_id: event for event in events.select_related("actor")}
