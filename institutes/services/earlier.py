"""Institutes from before the portal: entered with their document by a clerk, confirmed by another person.

What comes of it is an institute like any other: it is built, accepted, assessed and evaluated from then on. The award
of a new recognition (四(三)) it does not get: that was for its year, before the portal.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from institutes import selectors
from institutes.enums.earlier import EarlierState
from institutes.lifecycle.earlier import EARLIER
from institutes.models import (
    ChainSegment,
    EarlierRecognition,
    IndustryChain,
    Institute,
    Recognition,
    RecognitionEdition,
)
from institutes.notifications.earlier import tell_of_earlier
from institutes.selectors.above import measures_on
from institutes.selectors.earlier import files_lacking_of_earlier, first_recognised_here
from institutes.services.effects import begin_tenures
from institutes.services.recognition import SERIES
from records import attachments, audit, clock, numbering
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment

Files = Mapping[str, UploadedFile | None]
WORDS = {
    "institute_name": "研究院名称",
    "certificate_number": "证书编号或者认定编号",
    "document_number": "认定文件文号",
}
FACTS = (
    *WORDS,
    "segment",
    "director",
    "co_builders",
    "recognised_on",
    "build_from",
    "build_to",
    "accepted_on",
    "acceptance_document",
    "evaluated_through",
    "figures",
    "note",
)


@transaction.atomic
def draft_earlier(
    *,
    host: Organisation,
    institute_name: str,
    chain: IndustryChain,
    certificate_number: str,
    document_number: str,
    recognised_on: date,
    by: User,
    segment: ChainSegment | None = None,
    director: str = "",
    co_builders: list[str] | None = None,
    build_from: date | None = None,
    build_to: date | None = None,
    accepted_on: date | None = None,
    acceptance_document: str = "",
    evaluated_through: int | None = None,
    figures: list[dict[str, Any]] | None = None,
    note: str = "",
    files: Files | None = None,
    at: datetime | None = None,
) -> EarlierRecognition:
    """Enter an institute from before the portal. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    earlier = EarlierRecognition(
        edition=RecognitionEdition.objects.in_force("recognition", timezone.localdate(at)),
        drafted_at=at,
        drafted_by=by,
    )
    given = {
        "institute_name": institute_name,
        "certificate_number": certificate_number,
        "document_number": document_number,
        "recognised_on": recognised_on,
        "segment": segment,
        "director": director,
        "co_builders": co_builders or [],
        "build_from": build_from,
        "build_to": build_to,
        "accepted_on": accepted_on,
        "acceptance_document": acceptance_document,
        "evaluated_through": evaluated_through,
        "figures": figures or [],
        "note": note,
    }
    _write(earlier, host, chain, given, on=timezone.localdate(at))
    earlier.save()
    EARLIER.begin(earlier, by=by, at=at, number=earlier.certificate_number)
    _bring(earlier, files or {}, by=by)
    return earlier


@transaction.atomic
def revise_earlier(
    *,
    earlier: EarlierRecognition,
    host: Organisation,
    chain: IndustryChain,
    by: User,
    files: Files | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> EarlierRecognition:
    """Change an entry that is still a draft; whoever does it becomes its drafter."""
    at = at or clock.now()
    lock(earlier)
    if not earlier.is_draft:
        raise IllegalMove(f"“{earlier}”现为“{EARLIER.label(earlier.state)}”，内容不能再改。")
    _write(earlier, host, chain, facts, on=timezone.localdate(at))
    earlier.drafted_at, earlier.drafted_by = at, by
    earlier.save(update_fields=[*FACTS, "host", "division", "chain", "drafted_at", "drafted_by"])
    audit.record("institutes.earlierrecognition.revise", earlier, by=by, at=at)
    _bring(earlier, files or {}, by=by)
    return earlier


def _write(
    earlier: EarlierRecognition,
    host: Organisation,
    chain: IndustryChain,
    facts: Mapping[str, Any],
    *,
    on: date,
) -> None:
    for name, value in facts.items():
        setattr(earlier, name, value.strip() if isinstance(value, str) else value)
    earlier.host, earlier.chain = host, chain
    if host.division:
        earlier.division = host.division
    Incomplete.unless_empty(
        [*_lacking(earlier), *_faults_of_days(earlier, on), *_faults_of_figures(earlier, on)]
    )
    Conflict.unless_empty(_conflicts(earlier))


def _lacking(earlier: EarlierRecognition) -> Iterator[Reason]:
    for name, label in WORDS.items():
        if not getattr(earlier, name):
            yield Reason(f"请填写{label}。", field=name)
    if earlier.host.division_id is None:
        yield Reason("依托单位没有所属县（市、区），请先完善单位登记。", field="host")
    if earlier.segment and earlier.segment.chain_id != earlier.chain.pk:
        yield Reason("所选环节不属于所选产业链。", field="segment")
    if earlier.accepted_on and not earlier.acceptance_document:
        yield Reason("已通过验收的，请填写验收文件文号。", field="acceptance_document")
    if not earlier.accepted_on and not earlier.build_to:
        yield Reason("尚未验收的，请填写建设期止，到期前由平台提醒申请验收。", field="build_to")


def _faults_of_days(earlier: EarlierRecognition, on: date) -> Iterator[Reason]:
    first, passed, through = first_recognised_here(), earlier.accepted_on, earlier.evaluated_through
    if earlier.recognised_on > on:
        yield Reason("认定日期不能晚于今天。", field="recognised_on")
    if first and earlier.recognised_on >= first:
        words = f"本平台自 {first:%Y-%m-%d} 起办理认定，当日及以后认定的须经申报办理，不能登记为既有研究院。"
        yield Reason(words, field="recognised_on")
    if earlier.build_from and earlier.build_to and earlier.build_from > earlier.build_to:
        yield Reason("建设期止不能早于建设期起。", field="build_to")
    if passed and not earlier.recognised_on <= passed <= on:
        yield Reason("验收日期须在认定日期之后，且不能晚于今天。", field="accepted_on")
    if through and passed is None:
        yield Reason("未通过验收的没有评估周期，请先填写验收日期。", field="evaluated_through")
    if through and passed and not passed.year < through < on.year:
        yield Reason("最近一次评价的周期止年须晚于验收年度、早于今年。", field="evaluated_through")


def _faults_of_figures(earlier: EarlierRecognition, on: date) -> Iterator[Reason]:
    """Figures are of full years between the recognition and today, each once, of what is asked for at all."""
    labels = {one.code: one.label for one in measures_on(on)}
    if earlier.figures and earlier.accepted_on is None:
        yield Reason("未通过验收的不参加绩效评价，不需填写启用前数据。", field="figures")
    seen = set()
    for one in earlier.figures:
        key = (one["code"], one["year"])
        label = labels.get(one["code"], "")
        if not label or key in seen:
            yield Reason(f"“{label or one['code']}”不是可填的指标，或者同一年度重复。", field="figures")
        elif not earlier.recognised_on.year <= one["year"] < on.year:
            yield Reason(f"{label}：{one['year']} 年不在认定年度至去年之间。", field="figures")
        elif Decimal(one["value"]) < 0:
            yield Reason(f"{label}：不能为负数。", field="figures")
        seen.add(key)


def _conflicts(earlier: EarlierRecognition) -> Iterator[Reason]:
    """What is in the register already: the name, the number, an institute of the same host."""
    if Institute.objects.filter(name=earlier.institute_name).exists():
        yield Reason(f"“{earlier.institute_name}”已在册，请核对。", field="institute_name")
    others = EarlierRecognition.objects.exclude(state=EarlierState.DISCARDED).exclude(pk=earlier.pk)
    number = {"certificate_number": earlier.certificate_number}
    if others.filter(**number).exists() or Recognition.objects.filter(**number).exists():
        yield Reason(f"编号“{earlier.certificate_number}”已登记，请核对。", field="certificate_number")
    most = int(earlier.edition.terms["host"]["active_institutes_max"])
    if not earlier.note and selectors.active_institutes_of(earlier.host).count() >= most:
        words = f"“{earlier.host}”已有在册研究院，同一单位一般不超过 {most} 家；确有依据的，请在说明中写明。"
        yield Reason(words, field="note")


def _bring(earlier: EarlierRecognition, files: Files, *, by: User) -> None:
    limits = earlier.edition.upload_limits
    given = {kind: upload for kind, upload in files.items() if upload is not None}
    BadFile.unless_empty(
        Reason(fault.text, field=f"file_{kind}", clause=fault.clause)
        for kind, upload in given.items()
        for fault in attachments.faults_of(upload, limits=limits)
    )
    held = {row.kind: row for row in Attachment.objects.about(earlier).current()}
    for kind, upload in given.items():
        attachments.attach_file(
            subject=earlier, kind=kind, upload=upload, replaces=held.get(kind), limits=limits, by=by
        )


# --- moves ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_up_earlier(
    *, earlier: EarlierRecognition, by: User, at: datetime | None = None
) -> EarlierRecognition:
    """Give the entry to whoever confirms it, with the documents that prove it."""
    event = EARLIER.move(earlier, "hand_up", by=by, at=at or clock.now())
    Incomplete.unless_empty(
        Reason(f"请先在“修改登记”中上传{kind.label}，再送确认。", field=f"file_{kind.value}")
        for kind in files_lacking_of_earlier(earlier)
    )
    tell_of_earlier(earlier, event)
    return earlier


@transaction.atomic
def send_back_earlier(
    *, earlier: EarlierRecognition, reason: str, by: User, at: datetime | None = None
) -> EarlierRecognition:
    """Let a clerk mend the entry."""
    event = EARLIER.move(earlier, "send_back", by=by, at=at or clock.now(), reason=reason)
    tell_of_earlier(earlier, event)
    return earlier


@transaction.atomic
def discard_earlier(
    *, earlier: EarlierRecognition, reason: str, by: User, at: datetime | None = None
) -> EarlierRecognition:
    """Give an entry up; it stays on record with its reason, and its number is free again."""
    EARLIER.move(earlier, "discard", by=by, at=at or clock.now(), reason=reason)
    return earlier


@transaction.atomic
def record_earlier(*, earlier: EarlierRecognition, by: User, at: datetime | None = None) -> Recognition:
    """Let it be an institute of the register from now on; another person than who entered it.

    Raises ``Conflict`` where the name, the number or the host was taken in the meantime.
    """
    at = at or clock.now()
    EARLIER.move(earlier, "record", by=by, at=at, recorded_at=at, recorded_by=by)
    Conflict.unless_empty(_conflicts(earlier))
    institute = Institute.objects.create(
        name=earlier.institute_name,
        host=earlier.host,
        division=earlier.division,
        chain=earlier.chain,
        co_builders=earlier.co_builders,
        director=earlier.director,
        build_from=earlier.build_from,
        build_to=earlier.build_to,
    )
    recognition = _recognition_of(earlier, institute, by=by)
    begin_tenures(institute, earlier.recognised_on)
    event = audit.record(
        "institutes.institute.enter", institute, by=by, at=at, document=earlier.document_number
    )
    tell_of_earlier(earlier, event)
    return recognition


def _recognition_of(earlier: EarlierRecognition, institute: Institute, *, by: User) -> Recognition:
    """The act of that day, under the number of the paper; it takes a place among those of its year."""
    day = earlier.recognised_on
    return Recognition.objects.create(
        institute=institute,
        earlier=earlier,
        edition=earlier.edition,
        certificate_number=earlier.certificate_number,
        year=day.year,
        sequence=numbering.next_number(SERIES, day.year),
        recognised_on=day,
        recognised_at=timezone.make_aware(datetime(day.year, day.month, day.day)),
        recognised_by=by,
    )
