"""Invariants that must always hold, checked nightly and after every scenario. A finding is an alarm, never a repair."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, OuterRef, Subquery

from records import audit, heads
from records import desk as desk_registry
from records.attachments import sha256_of
from records.models import Attachment, AuditEvent, Document

Check = Callable[[], list[str]]


@dataclass(frozen=True, slots=True)
class Invariant:
    code: str
    words: str
    findings: Check


_INVARIANTS: dict[str, Invariant] = {}


def check(code: str, words: str) -> Callable[[Check], Check]:
    """Register an invariant of the house under the code of the quality targets (``I13``)."""

    def register(function: Check) -> Check:
        _INVARIANTS[f"{code} {function.__module__}.{function.__name__}"] = Invariant(code, words, function)
        return function

    return register


def run() -> list[tuple[Invariant, list[str]]]:
    """Every invariant with what it found."""
    return [(invariant, invariant.findings()) for _, invariant in sorted(_INVARIANTS.items())]


@check("I13", "登记簿哈希链完整")
def register_chain_holds() -> list[str]:
    return [f"登记簿第 {position} 条与前一条不相接" for position in audit.verify_chain()]


@check("I13", "登记簿的每个日链头都能由登记簿逐条算得")
def heads_follow_from_the_register() -> list[str]:
    return heads.faults()


@check("I12", "每个文件的字节与登记的 SHA-256 一致")
def files_are_as_recorded() -> list[str]:
    found = []
    for model in (Attachment, Document):
        for row in model.objects.only("pk", "file", "sha256").iterator(chunk_size=500):
            if not row.file.storage.exists(row.file.name):
                found.append(f"{model._meta.label} {row.pk}：文件不在")
            elif _digest(row.file) != row.sha256:
                found.append(f"{model._meta.label} {row.pk}：文件与哈希不符")
    return found


def _digest(file) -> str:
    with file.open("rb") as opened:
        return sha256_of(opened)


@check("I8", "每个案卷的状态等于登记簿中最后一步，且步步相接")
def states_follow_the_register() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT subject_type, subject_id FROM (
                SELECT subject_type, subject_id, from_state,
                       lag(to_state) OVER (PARTITION BY subject_type, subject_id ORDER BY id) AS before
                FROM records_auditevent WHERE to_state <> ''
            ) steps
            WHERE before IS NOT NULL AND from_state <> before
            """
        )
        return [f"{name} {pk}：登记簿步骤不相接" for name, pk in cursor.fetchall()]


@check("I8", "每个案卷现在的状态是登记簿的最后一步")
def states_are_the_last_step() -> list[str]:
    return [
        f"{row} 现为 {row.state}，登记簿最后一步为 {row.last_step or '无'}"
        for desk in desk_registry.all_desks()
        for row in desk.model.objects.annotate(
            last_step=Subquery(
                AuditEvent.objects.filter(subject_type=desk.subject_type, subject_id=OuterRef("pk"))
                .exclude(to_state="")
                .order_by("-pk")
                .values("to_state")[:1]
            )
        ).exclude(last_step=F("state"))
    ]
