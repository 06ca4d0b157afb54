"""The joint notice and the certificates of a batch: ordered at once, made by a job a few at a time.

Numbers are taken when an institute is recognised and nowhere else; a batch hands out papers, in the order of the
numbers. A certificate that exists is left as it is.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from institutes import documents, notifications
from institutes.models import CertificateBatch, Recognition
from institutes.selectors import edition_in_force, promises_of_certificates
from institutes.services.papers import promised_paper
from records import audit, clock, jobs
from records import documents as paper_office
from records.errors import Conflict, Incomplete, Reason
from records.models import Document, Job

KIND = "certificates"
NOTICE = "recognition_notice"
AT_A_TIME = 20
TITLE = "关于认定{year}年石家庄市市级产业技术研究院的通知"


@transaction.atomic
def order_certificates(
    *, recognitions: Sequence[Recognition], number: str, by: User, at: datetime | None = None
) -> CertificateBatch:
    """Name ``recognitions`` on one joint notice of that ``number``, and order it with their certificates."""
    at = at or clock.now()
    keys = [one.pk for one in recognitions]
    locked = list(Recognition.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys))
    _refuse_what_cannot_be_named(locked, number.strip())
    edition = edition_in_force(clock.today())
    batch = CertificateBatch.objects.create(
        number=number.strip(),
        title=TITLE.format(year=max(one.year for one in locked)),
        issuers=edition.terms["certificates"]["joint_issuers"],
        size=len(locked),
        ordered_at=at,
        ordered_by=by,
    )
    Recognition.objects.filter(pk__in=keys).update(batch=batch)
    audit.record(
        "institutes.certificatebatch.order", batch, by=by, at=at, number=batch.number, size=batch.size
    )
    jobs.order(
        kind=KIND,
        subject=batch,
        title=f"生成认定通知和证书：{batch.number}",
        total=batch.size + 1,
        data={"page": batch.get_absolute_url()},
        by=by,
    )
    return batch


def _refuse_what_cannot_be_named(recognitions: Sequence[Recognition], number: str) -> None:
    missing = []
    if not number:
        missing.append(Reason("请填写认定通知的文号。", field="number"))
    if not recognitions:
        missing.append(Reason("请选择列入认定通知的研究院。", field="recognitions"))
    if missing:
        raise Incomplete(*missing)
    faults = [
        Reason(f"“{one.certificate_number}”已列入另一份认定通知。", field="recognitions")
        for one in recognitions
        if one.batch_id
    ]
    faults += [
        Reason(f"“{one.certificate_number}”已被撤销，不能列入认定通知。", field="recognitions")
        for one in recognitions
        if one.revoked_at
    ]
    faults += [
        Reason(f"“{one.certificate_number}”在本平台启用前认定，已有认定文件。", field="recognitions")
        for one in recognitions
        if one.application_id is None
    ]
    if CertificateBatch.objects.filter(number=number).exists():
        faults.append(Reason(f"文号“{number}”已用于另一份认定通知。", field="number"))
    if faults:
        raise Conflict(*faults)


def make_some(job: Job) -> jobs.Progress:
    """Make the notice, then a few certificates behind the one made last."""
    batch = CertificateBatch.objects.select_related("ordered_by").get(pk=job.subject_id)
    if not job.position:
        _make_notice(batch)
        return jobs.Progress(1, 1)
    rows = batch.recognitions.numbered().filter(place__gt=job.position)
    some = list(
        rows.select_related("application__host", "application__division", "application__call")[:AT_A_TIME]
    )
    if not some:
        return jobs.Progress(0, job.position)
    promises = promises_of_certificates(some)
    paper_office.issue_many(promised_paper(one.application, promises[one.application_id]) for one in some)
    for one in some:
        notifications.tell_of_certificate(one, batch)
    return jobs.Progress(len(some), some[-1].place)


def _make_notice(batch: CertificateBatch) -> Document:
    return paper_office.issue(
        paper_office.Paper(
            kind=NOTICE,
            subject=batch,
            title=batch.title,
            number=batch.number,
            template="institutes/print/recognition_notice.html",
            context=documents.recognition_notice(batch),
            by=batch.ordered_by,
            at=batch.ordered_at,
            public=True,
        )
    )


jobs.register(KIND, make_some)
