"""Reads of what follows recognition: changes, stops, revocations; what an institute was called before."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.enums import RevocationState, SuspensionState, TenureKind
from institutes.models import (
    Application,
    Change,
    Institute,
    Recognition,
    RecognitionEdition,
    Revocation,
    Suspension,
    Tenure,
)
from institutes.selectors.applications import APPLICATION_TYPE
from institutes.selectors.content import WITH_NOTICE
from institutes.selectors.institutes import institutes_visible_to
from institutes.selectors.sides import BUREAU, COUNTY, UNIT
from records import deadlines
from records.deadlines import with_due
from records.models import Attachment, AuditEvent, Document
from records.models.subject import subject_type

READERS = (*UNIT, *COUNTY, *BUREAU, Role.AUDITOR)
"""Who opens the lists at all."""
_RELATED = ("institute__recognition", "institute__host", "institute__chain", "host", "division", "edition")


def changes_visible_to(user: User) -> QuerySet[Change]:
    """A unit sees its own; county, bureau and auditor what was handed in."""
    rows = with_due(Change.objects.select_related(*_RELATED, "new_host__division"))
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return rows
    handed_in = Q(handed_in_at__isnull=False)
    condition = Q(host_id__in=sorted(reach_of(user.memberships_active, *UNIT).organisations))
    divisions = sorted(reach_of(user.memberships_active, *COUNTY).divisions)
    condition |= handed_in & Q(division_id__in=divisions)
    if user.holds(*BUREAU, Role.AUDITOR):
        condition |= handed_in
    return rows.filter(condition)


def suspensions_visible_to(user: User) -> QuerySet[Suspension]:
    """Bureau and auditor see all; unit and county what came into force."""
    decided = Q(decided_at__isnull=False) & ~Q(state=SuspensionState.REFUSED)
    return cases_visible_to(user, Suspension.objects.all(), decided)


def revocations_visible_to(user: User) -> QuerySet[Revocation]:
    """Bureau and auditor see all; unit and county what the unit was notified of."""
    return cases_visible_to(user, Revocation.objects.all(), Q(noticed_at__isnull=False))


def cases_visible_to(user: User, rows: QuerySet, known: Q) -> QuerySet:
    """Bureau and auditor see all; unit and county what is ``known`` to them of their own."""
    rows = with_due(rows.select_related(*_RELATED))
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.AUDITOR):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(known & mine)


def search_cases(rows: QuerySet, text: str) -> QuerySet:
    """Those about an institute or a unit whose name, now or before, or number contains ``text``."""
    return rows.filter(
        Q(institute__in=Institute.objects.named(text).order_by().values("pk")) | Q(host__name__icontains=text)
    )


def institutes_to_change(user: User) -> QuerySet[Institute]:
    """Those for which this person's unit may ask for something."""
    mine = sorted(reach_of(user.memberships_active, *UNIT).organisations) if user.is_authenticated else []
    rows = Institute.objects.recognised().filter(host_id__in=mine)
    return rows.select_related("host", "recognition")


def institutes_in_force(user: User) -> QuerySet[Institute]:
    """Those whose recognition could be stopped or ended."""
    seen = institutes_visible_to(user).order_by().values("pk")
    return Institute.objects.recognised().filter(pk__in=seen).order_by("name")


def tenures_of(institute: Institute) -> QuerySet[Tenure]:
    """What it was called and who hosted, directed and co-built it, kind by kind, oldest first."""
    return institute.tenures.select_related("change", "ended_with")


def former_names(institutes: Iterable[Institute]) -> dict[int, list[str]]:
    """The names that these bore before, by institute, the latest first."""
    found: dict[int, list[str]] = {}
    rows = Tenure.objects.filter(institute__in=list(institutes), kind=TenureKind.NAME, until__isnull=False)
    for row in rows.order_by("-until", "-pk"):
        found.setdefault(row.institute_id, []).append(row.value)
    return found


def due_on_of_case(case: Change | Suspension | Revocation) -> date | None:
    """Until when the present holder has it."""
    deadline = deadlines.current(case)
    return deadline.due_on if deadline else None


def files_of(case: Change | Suspension | Revocation) -> QuerySet[Attachment]:
    """What was brought to prove it."""
    return Attachment.objects.about(case).current().order_by("kind", "pk")


def papers_about(case: Change | Suspension | Revocation) -> QuerySet[Document]:
    return Document.objects.about(case).in_force().order_by("pk")


def statements_run_out(on: date) -> QuerySet[Revocation]:
    """Notified, and the days for a statement are over."""
    return Revocation.objects.filter(state=RevocationState.STATEMENT, statement_until__lt=on).order_by("pk")


def first_certificate_of(application: Application | None) -> AuditEvent | None:
    """The line of the register that promised the certificate of recognition; before the portal there was none."""
    if application is None:
        return None
    rows = AuditEvent.objects.filter(
        subject_type=APPLICATION_TYPE, subject_id=application.pk, verb=f"{APPLICATION_TYPE}.recognise"
    )
    return rows.select_related("actor").first()


def certificates_of_application(application: int) -> QuerySet[Document]:
    rows = Document.objects.filter(subject_type=APPLICATION_TYPE, kind="certificate")
    return rows.filter(subject_id=application)


def has_certificate_to_come(recognition: Recognition) -> bool:
    """Whether its certificate waits for a joint notice that does not name it yet, or whose job has not made it."""
    if recognition.application_id is None or certificates_of_application(recognition.application_id).exists():
        return False
    promise = first_certificate_of(recognition.application)
    return promise is not None and WITH_NOTICE in promise.data


def editions_of_certificate(recognition: Recognition) -> int:
    """How many editions of its certificate were promised, the first included."""
    rows = AuditEvent.objects.filter(
        subject_type=subject_type(recognition),
        subject_id=recognition.pk,
        verb="institutes.recognition.reissue",
    )
    return 1 + rows.count()


def causes_of_revocation(on: date) -> list[tuple[str, str]]:
    """The causes for which a recognition may be revoked, by the edition of that day; none before there is one."""
    edition = RecognitionEdition.objects.filter(kind="recognition", valid_from__lte=on).order_by(
        "-valid_from"
    )
    found = edition.first()
    causes = found.terms.get("revocation_causes", []) if found else []
    return [(cause["code"], cause["label"]) for cause in causes]
