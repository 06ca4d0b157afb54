"""Papers: which can be opened with a case, and which a line of the register promises and nobody made yet."""

from datetime import datetime

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.fields.json import KT

from funding.models import AllocationPlan, Award, Disbursement
from funding.selectors.cases import ISSUE_NOTICE, papers_of
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


def papers_to_open(subject: Model) -> QuerySet[Document]:
    """The papers that can be opened with a case: with an instalment also the notice of issue it came by."""
    if not isinstance(subject, Disbursement):
        return papers_of(subject)
    return papers_of(subject) | notice_of(subject.plan)


def notice_of(plan: AllocationPlan) -> QuerySet[Document]:
    """The notice by which a plan was issued jointly (下达通知); it is public."""
    return papers_of(plan).filter(kind=ISSUE_NOTICE)
