"""Taking in files: what a file is decides its bytes, not its name."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q

from records import audit, clock, filetypes
from records.errors import BadFile, Reason
from records.models import Attachment
from records.models.subject import subject_type

MEGABYTE = 1024**2
# suffix → content type; what the policy's lists of annexes may be (domain D1).
ACCEPTED = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file, and all files of one case together, may be; and what that rests on."""

    file_bytes: int
    total_bytes: int
    types: tuple[str, ...] = tuple(ACCEPTED)
    clause: str = ""
    assumed: bool = False

    @classmethod
    def of(cls, terms: Mapping[str, Any], ground: Mapping[str, Any]) -> "Limits":
        """The terms ``uploads`` of an edition, with the ground of its limits."""
        types = tuple(each for each in ACCEPTED if each.replace("jpeg", "jpg") in terms["types"])
        clause, assumed = ground.get("clause", ""), ground.get("assumed", False)
        one, all_together = terms["file_max_mb"] * MEGABYTE, terms["total_max_mb"] * MEGABYTE
        return cls(one, all_together, types, clause, assumed)

    @property
    def ground(self) -> str:
        """In words, behind the number."""
        if self.clause:
            return f"（{self.clause}）"
        return "（系统默认，待确认）" if self.assumed else ""


def house_limits() -> Limits:
    """What this installation takes in where no edition says anything."""
    return Limits(settings.UPLOAD_LIMIT_BYTES, settings.UPLOAD_TOTAL_BYTES)


def clean_name(name: str) -> str:
    """A file name that is safe to show and to send: no path, no control characters, at most 120 characters."""
    name = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:110]}{dot}{suffix[:9]}" if dot else name[:120] or "未命名"


def _suffix(upload: UploadedFile) -> str:
    """What stands behind the last dot of the name; nothing where there is none."""
    return PurePath(clean_name(upload.name or "")).suffix[1:].lower()


def _one_of(suffixes: list[str]) -> str:
    """``PDF、JPG 或 PNG``; one alone by itself."""
    *others, last = [each.upper() for each in suffixes]
    return f"{'、'.join(others)} 或 {last}" if others else last


def faults_of(
    upload: UploadedFile, *, among: Iterable[str] | None = None, limits: Limits | None = None
) -> list[Reason]:
    """Everything that speaks against taking this file, in words; empty if it is welcome.

    ``among`` narrows the suffixes where not all that are accepted make sense; ``limits`` are an edition's.
    """
    limits = limits or house_limits()
    among, suffix, found = among or limits.types, _suffix(upload), list[Reason]()
    if not upload.size:
        return [Reason("文件是空的，请重新选择。", field="file")]
    if upload.size > limits.file_bytes:
        size, limit = f"{upload.size / MEGABYTE:.1f} MB", f"{limits.file_bytes // MEGABYTE} MB"
        words = f"文件 {size}，超过单个附件 {limit} 的上限{limits.ground}；请压缩或拆分后再传。"
        found.append(Reason(words, field="file", clause=limits.clause))
    welcome = [each for each in ACCEPTED if each in among and each != "jpeg"]
    if suffix not in ACCEPTED or suffix not in among:
        what = f"不接收 .{suffix} 文件" if suffix else "文件名没有后缀"
        found.append(Reason(f"{what}；请上传 {_one_of(welcome)}。", field="file"))
    elif fault := filetypes.fault_of(upload, suffix):
        found.append(Reason(fault, field="file"))
    return found


def sha256_of(upload: UploadedFile) -> str:
    """The hash of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    upload.seek(0)
    for piece in upload.chunks():
        digest.update(piece)
    upload.seek(0)
    return digest.hexdigest()


@transaction.atomic
def attach_file(
    *,
    subject: models.Model,
    kind: str,
    upload: UploadedFile,
    by,
    replaces: Attachment | None = None,
    limits: Limits | None = None,
):
    """Take ``upload`` in as an annex of ``subject``; with ``replaces``, as the next version of that one.

    The same bytes under the same kind twice are kept once, so an upload that is tried again stores nothing twice.
    Raises ``BadFile`` with every fault.
    """
    limits = limits or house_limits()
    faults = faults_of(upload, limits=limits)
    mine = list(Attachment.objects.about(subject).current())
    faults += _faults_of_total(mine, upload, replaces, limits)
    BadFile.unless_empty(faults)
    digest = sha256_of(upload)
    twin = next((one for one in mine if (one.kind, one.sha256) == (kind, digest)), None)
    BadFile.unless_empty(_faults_of_place(mine, kind, replaces, twin))
    if twin:
        return twin
    attachment = _keep(subject, kind, upload, digest, by=by, version=replaces.version + 1 if replaces else 1)
    if replaces:
        replaces.replaced_by = attachment
        replaces.save(update_fields=["replaced_by"])
    said = {"kind": kind, "name": attachment.name, "sha256": digest, "version": attachment.version}
    audit.record("records.attachment.attach", subject, by=by, **said)
    return attachment


def _faults_of_total(
    mine: Sequence[Attachment], upload: UploadedFile, replaces: Attachment | None, limits: Limits
) -> list[Reason]:
    """Whether all files together stay below their limit; what is replaced counts no more."""
    total = sum(one.size for one in mine if one != replaces) + (upload.size or 0)
    if total <= limits.total_bytes:
        return []
    words = f"全部附件合计将超过 {limits.total_bytes // MEGABYTE} MB 的上限{limits.ground}；请先删去不需要的附件。"
    return [Reason(words, field="file", clause=limits.clause)]


def _faults_of_place(
    mine: Sequence[Attachment], kind: str, replaces: Attachment | None, twin: Attachment | None
) -> list[Reason]:
    """Whether the file that is to be replaced is there to be replaced. Tried again, it is replaced already."""
    if replaces is None or (twin and twin.pk in {replaces.pk, replaces.replaced_by_id}):
        return []
    if not any(one == replaces and one.kind == kind for one in mine):
        return [Reason(f"“{replaces.name}”已被替换或删除，请刷新页面后再传。", field="file")]
    if twin:
        return [Reason(f"所选文件与同类附件“{twin.name}”内容完全相同，没有替换。", field="file")]
    return []


def _keep(
    subject: models.Model, kind: str, upload: UploadedFile, digest: str, *, by, version: int
) -> Attachment:
    attachment = Attachment(
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
        kind=kind,
        name=clean_name(upload.name or ""),
        content_type=ACCEPTED[_suffix(upload)],
        size=upload.size,
        sha256=digest,
        uploaded_at=clock.now(),
        uploaded_by=by,
        version=version,
    )
    attachment.file.save(attachment.name, upload, save=False)
    attachment.save()
    return attachment


def former_versions(files: Iterable[Attachment]) -> dict[int, list[Attachment]]:
    """What each of these stands in the place of, the newest first: one query for all of one subject."""
    known = list(files)
    subjects = {(file.subject_type, file.subject_id) for file in known}
    places = Q(pk__in=[])
    for kind, pk in subjects:
        places |= Q(subject_type=kind, subject_id=pk)
    rows = Attachment.objects.filter(places, replaced_by__isnull=False).select_related("uploaded_by")
    before = {row.replaced_by_id: row for row in rows}
    return {file.pk: list(_chain(file, before)) for file in known}


def _chain(file: Attachment, before: Mapping[int | None, Attachment]) -> Iterator[Attachment]:
    at = before.get(file.pk)
    while at is not None:
        yield at
        at = before.get(at.pk)


@transaction.atomic
def remove_file(*, attachment: Attachment, subject: models.Model, by) -> None:
    """Take an annex out of ``subject``. Its row and bytes stay, for the record."""
    attachment.removed_at, attachment.removed_by = clock.now(), by
    attachment.save(update_fields=["removed_at", "removed_by"])
    audit.record("records.attachment.remove", subject, by=by, kind=attachment.kind, name=attachment.name)
