"""Awards whose institute no longer stands as it did: what waits, and what may be claimed back."""

from datetime import date

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from funding.enums import AwardState
from funding.models import Award, Clawback, Disbursement, GrantEdition
from institutes.models import Recognition
from institutes.policy import add_years
from projects.enums.running import ProjectState

ENDED_AWARDS = (AwardState.CLOSED, AwardState.WAIVED, AwardState.LAPSED)


def awards_that_stand(rows: QuerySet[Award]) -> QuerySet[Award]:
    """Those of which something may be approved or ordered: the same that :attr:`Award.barrier` says of one."""
    return rows.filter(_stands())


def awards_barred(rows: QuerySet[Award]) -> QuerySet[Award]:
    """Those still under way of which nothing may be approved or ordered: the institute ended, is stopped, has another
    host, its unit has not repaid what was claimed back, or the bank has paid what was voided."""
    return rows.exclude(_stands()).exclude(state__in=ENDED_AWARDS)


def _stands() -> Combinable | Q:
    recognition = {
        f"recognition__{name}__isnull": True for name in ("revoked_at", "withdrawn_at", "suspended_at")
    }
    owed = Clawback.objects.owed().filter(host=OuterRef("host"))
    late = Disbursement.objects.paid_after_void().filter(award=OuterRef("pk"))
    goes_on = Q(project__ended_at__isnull=True, project__suspended_at__isnull=True)
    project = Q(project__isnull=True) | goes_on | Q(project__state=ProjectState.ACCEPTED)
    return Q(**recognition) & Q(host=F("institute__host")) & project & ~Exists(owed) & ~Exists(late)


def clawback_candidates(rows: QuerySet[Award]) -> QuerySet[Award]:
    """Those of which money was paid so shortly before the recognition was revoked that it may be claimed back."""
    paid = rows.filter(paid__gt=0, recognition__revoked_at__isnull=False).order_by().values("pk")
    found = Award.objects.filter(pk__in=paid).annotate(last_paid=Max("disbursements__paid_on"))
    keys = [
        award.pk
        for award in found.select_related("recognition")
        if may_be_clawed_back(award.recognition, award.last_paid)
    ]
    return rows.filter(pk__in=keys)


def may_be_clawed_back(recognition: Recognition, last_paid: date | None) -> bool:
    """Whether it was revoked within the years that the edition looks back from the last payment (I-5)."""
    if recognition.revoked_at is None or last_paid is None:
        return False
    revoked = timezone.localdate(recognition.revoked_at)
    return revoked <= add_years(last_paid, look_back_years(revoked))


def last_paid_on(award: Award) -> date | None:
    """The day of the last payment of it to the unit."""
    return award.disbursements.aggregate(last=Max("paid_on"))["last"]


def look_back_years(on: date) -> int:
    edition = GrantEdition.objects.in_force("clawback", on)
    return int(edition.terms["repayment"]["look_back_years"])
