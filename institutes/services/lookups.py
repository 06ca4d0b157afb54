"""Looking a unit up in the lists of the dishonest: what is written down of it, whoever does it and for which case."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import User
from institutes.enums import IntegrityResult
from records import attachments
from records.errors import Incomplete, Reason
from records.models import LifecycleSubject

PROOFS = ("pdf", "jpg", "jpeg", "png")


def lookup_columns(
    subject: LifecycleSubject,
    *,
    items: Collection[str],
    kind: str,
    limits: Any,
    item: str,
    result: str,
    checked_on: date,
    source: str,
    evidence: UploadedFile | None,
    note: str,
    by: User,
    at: datetime,
) -> dict[str, Any]:
    """The columns of a look-up in one of the lists ``items``, its proof kept with the case under ``kind``.

    Raises ``Incomplete`` with all that is missing.
    """
    faults = faults_of_lookup(items, item, result, checked_on, source, note, at)
    if evidence is None:
        raise Incomplete(*faults, Reason("请上传查询结果截图或文件。", field="evidence"))
    found = attachments.faults_of(evidence, among=PROOFS, limits=limits)
    Incomplete.unless_empty([*faults, *(replace(fault, field="evidence") for fault in found)])
    proof = attachments.attach_file(subject=subject, kind=kind, upload=evidence, by=by, limits=limits)
    return {
        "item": item,
        "result": result,
        "checked_on": checked_on,
        "source": source.strip(),
        "note": note.strip(),
        "evidence": proof,
        "recorded_at": at,
        "recorded_by": by,
    }


def faults_of_lookup(
    items: Collection[str],
    item: str,
    result: str,
    checked_on: date,
    source: str,
    note: str,
    at: datetime,
) -> list[Reason]:
    """What is missing of a look-up in one of the lists ``items``."""
    found = list[Reason]()
    if item not in items:
        found.append(Reason("请选择查询项目。", field="item"))
    if result not in IntegrityResult.values:
        found.append(Reason("请选择查询结果。", field="result"))
    if result == IntegrityResult.LISTED and not note.strip():
        found.append(Reason("存在记录的，请写明记录内容。", field="note"))
    if not source.strip():
        found.append(Reason("请写明查询来源。", field="source"))
    if checked_on > timezone.localdate(at):
        found.append(Reason("查询日期不能晚于今天。", field="checked_on"))
    return found
