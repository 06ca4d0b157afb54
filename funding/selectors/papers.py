"""Papers that a line of the register promises and that were not made yet."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.fields.json import KT

from funding.models import Award
from records.models import AuditEvent, Document
from records.models.subject import subject_type

AWARD_TYPE = subject_type(Award)


def promises_unkept(kind_of_subject: str, *, before: datetime) -> QuerySet[AuditEvent]:
    """Moves of such cases before that moment whose promised paper was not issued, in their order."""
    issued = Document.objects.filter(
        subject_type=kind_of_subject, kind=OuterRef("paper_kind"), number=OuterRef("paper_number")
    )
    rows = AuditEvent.objects.filter(subject_type=kind_of_subject, data__has_key="paper", at__lt=before)
    rows = rows.annotate(paper_kind=KT("data__paper__kind"), paper_number=KT("data__paper__number"))
    return rows.filter(~Exists(issued)).order_by("pk")
