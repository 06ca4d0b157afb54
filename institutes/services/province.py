"""What became of a filing at the province: sent there, its answer put down by one person and settled by another."""

from collections.abc import Iterator
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import policy
from institutes.enums.provincial import FilingFile as F
from institutes.enums.provincial import FilingState, ProvincialOutcome
from institutes.models import ProvincialFiling
from institutes.services.inspections import inspection_at_hand, ready
from institutes.services.provincial import CLAUSE, bring, take
from records import clock
from records.errors import Conflict, Incomplete, Reason


@transaction.atomic
def apply_to_province(
    *,
    filing: ProvincialFiling,
    applied_on: date,
    dispatch_number: str,
    by: User,
    dispatch: UploadedFile | None = None,
    at: datetime | None = None,
) -> ProvincialFiling:
    """Put down by which letter, and when, the bureau recommended the institute to the province."""
    at = at or clock.now()
    ready(filing, "apply_to_province", by)
    found = [] if dispatch_number.strip() else [Reason("请填写报省文号。", field="dispatch_number")]
    held_on = inspection_at_hand(filing).held_on or date.min
    if applied_on > timezone.localdate(at):
        found.append(Reason("报省日期不能晚于今天。", field="applied_on"))
    elif applied_on < held_on:
        words = f"报省日期不能早于考察论证日期（{held_on:%Y-%m-%d}）。"
        found.append(Reason(words, field="applied_on", clause=CLAUSE))
    Incomplete.unless_empty(found)
    bring(filing, {F.DISPATCH: dispatch}, by=by, fields={F.DISPATCH: "dispatch"})
    take(
        filing,
        "apply_to_province",
        by=by,
        at=at,
        data={"number": dispatch_number.strip()},
        dispatch_number=dispatch_number.strip(),
        applied_on=applied_on,
        applied_at=at,
        applied_by=by,
    )
    return filing


@transaction.atomic
def record_result(
    *,
    filing: ProvincialFiling,
    outcome: str,
    by: User,
    document_number: str = "",
    document_on: date | None = None,
    document: UploadedFile | None = None,
    note: str = "",
    at: datetime | None = None,
) -> ProvincialFiling:
    """Put down what the province decided, with its document; another person settles it.

    Raises ``Incomplete`` where a recognition comes without number, day or file, ``Conflict`` where the document is not
    later than filing and municipal recognition.
    """
    at = at or clock.now()
    ready(filing, "record_result", by, standing=False)
    Incomplete.unless_empty(_lacking_of_result(outcome, document_number, document_on, document, note))
    if outcome == ProvincialOutcome.RECOGNISED and document_on:
        _check_day(filing, document_on, timezone.localdate(at))
    boxes = {F.PROVINCE_DOCUMENT: "document"}
    bring(filing, {F.PROVINCE_DOCUMENT: document}, by=by, fields=boxes)
    take(
        filing,
        "record_result",
        by=by,
        at=at,
        data={"outcome": outcome, "number": document_number.strip()},
        outcome=outcome,
        document_number=document_number.strip(),
        document_on=document_on,
        outcome_note=note.strip(),
        resulted_at=at,
        resulted_by=by,
    )
    return filing


def _lacking_of_result(
    outcome: str, number: str, day: date | None, document: UploadedFile | None, note: str
) -> Iterator[Reason]:
    if outcome not in ProvincialOutcome.values:
        yield Reason("请选择省级结果。", field="outcome")
    elif outcome == ProvincialOutcome.NOT_RECOGNISED:
        if not note.strip():
            yield Reason("请写明未认定的情况和来源。", field="note")
    else:
        if not number.strip():
            yield Reason("请填写省级文件文号。", field="document_number", clause=CLAUSE)
        if day is None:
            yield Reason("请填写省级文件日期。", field="document_on", clause=CLAUSE)
        if document is None:
            yield Reason("请上传省级文件。", field="document", clause=CLAUSE)


def _check_day(filing: ProvincialFiling, day: date, today: date) -> None:
    """The province's document is later than filing and municipal recognition, and follows inspection and letter."""
    if filing.filed_on is None or filing.applied_on is None:
        raise Conflict(Reason("未经报备和报省，不能登记省级结果。", clause=CLAUSE))
    faults = policy.document_faults(
        day,
        filed_on=filing.filed_on,
        recognised_on=filing.institute.recognition.recognised_on,
        inspected_on=inspection_at_hand(filing).held_on or filing.filed_on,
        applied_on=filing.applied_on,
        today=today,
    )
    Conflict.unless_empty(Reason(words, field="document_on", clause=CLAUSE) for words in faults)


@transaction.atomic
def return_result(
    *, filing: ProvincialFiling, reason: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """Have the result checked and put down anew."""
    take(filing, "return_result", by=by, at=at or clock.now(), reason=reason)
    return filing


@transaction.atomic
def settle_recognition(*, filing: ProvincialFiling, by: User, at: datetime | None = None) -> ProvincialFiling:
    """The institute is provincial from the document's day on; the reward is proposed by the system from this."""
    at = at or clock.now()
    ready(filing, "settle_recognition", by, standing=False)
    _must_be(filing, ProvincialOutcome.RECOGNISED)
    data = {"number": filing.document_number, "on": str(filing.document_on)}
    take(filing, "settle_recognition", by=by, at=at, data=data, settled_at=at, settled_by=by)
    return filing


@transaction.atomic
def settle_refusal(*, filing: ProvincialFiling, by: User, at: datetime | None = None) -> ProvincialFiling:
    """The province did not recognise it; it stays municipal and may file again."""
    at = at or clock.now()
    ready(filing, "settle_refusal", by, standing=False)
    _must_be(filing, ProvincialOutcome.NOT_RECOGNISED)
    take(
        filing,
        "settle_refusal",
        by=by,
        at=at,
        reason=filing.outcome_note,
        settled_at=at,
        settled_by=by,
    )
    return filing


def _must_be(filing: ProvincialFiling, outcome: str) -> None:
    """What is settled is what was put down."""
    if filing.state == FilingState.RESULT_CHECK and filing.outcome != outcome:
        said = filing.get_outcome_display()
        raise Conflict(f"登记的省级结果为“{said}”，与本复核不一致；请退回经办核对。")
