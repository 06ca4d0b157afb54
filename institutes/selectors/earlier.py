"""Reads of institutes from before the portal: who sees which entry, what proves it, what is still lacking."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from institutes.enums.earlier import EarlierFile, EarlierState
from institutes.models import EarlierRecognition, Recognition
from institutes.selectors.sides import BUREAU, COUNTY, UNIT
from records.deadlines import with_due
from records.models import Attachment

EARLIER_READERS = (*BUREAU, Role.AUDITOR)
"""Who works with the list; units and counties read what was recorded of theirs."""
_RELATED = ("host", "division", "chain", "segment", "edition", "recognition__institute")


def earlier_visible_to(user: User) -> QuerySet[EarlierRecognition]:
    """All for bureau and auditor; what was recorded for the unit and the county that it is about."""
    rows = with_due(EarlierRecognition.objects.select_related(*_RELATED))
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*EARLIER_READERS):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine, state=EarlierState.RECORDED)


def search_earlier(rows: QuerySet[EarlierRecognition], text: str) -> QuerySet[EarlierRecognition]:
    """Those whose name, host or number contains ``text``."""
    return rows.filter(
        Q(institute_name__icontains=text)
        | Q(host__name__icontains=text)
        | Q(certificate_number__icontains=text)
        | Q(document_number__icontains=text)
    )


def hosts_to_enter() -> QuerySet[Organisation]:
    """Enterprises that registered and were confirmed: an institute can be entered for one of them."""
    return Organisation.objects.confirmed().filter(kind="enterprise").order_by("name")


def files_of_earlier(earlier: EarlierRecognition) -> QuerySet[Attachment]:
    return Attachment.objects.about(earlier).current().order_by("-kind", "pk")


def files_lacking_of_earlier(earlier: EarlierRecognition) -> list[EarlierFile]:
    """What has to be brought before somebody can confirm: the document, and that of the acceptance if there was one."""
    wanted = [EarlierFile.RECOGNITION, *([EarlierFile.ACCEPTANCE] if earlier.accepted_on else [])]
    held = set(files_of_earlier(earlier).values_list("kind", flat=True))
    return [kind for kind in wanted if kind not in held]


def first_recognised_here() -> date | None:
    """The day of the first recognition that was decided on the portal."""
    rows = Recognition.objects.filter(application__isnull=False).order_by("recognised_on")
    return rows.values_list("recognised_on", flat=True).first()
