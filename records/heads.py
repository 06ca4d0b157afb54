"""The day's head of the register, for everybody: proof that history was not rewritten, telling nothing of it.

What a line says is not for the public, and whoever can guess it must not be able to check the guess. So each line has
a *fingerprint*, its hash blinded by the secret of its day, and fingerprints are chained anew to *seals*. A head that
somebody downloaded binds every line before it: an edited, removed, moved or added one gives another seal.
``tools/verify_register.py`` does the same from the published files, with the standard library alone.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from records import audit
from records.models import AuditEvent, RegisterHead
from records.turns import take_turns

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the public may know of a line: where it stands, on which day it was sealed, and its blinded hash."""

    position: int
    day: date
    mark: str


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(position: int, line_hash: str, *, secret: str) -> str:
    """The hash of a line, blinded by a key of its own: to show one line to somebody, its key alone is given away."""
    return _sha(f"{_sha(f'{secret}:{position}')}:{line_hash}")


def sealed(seal: str, position: int, mark: str) -> str:
    """The seal after this line, from the one before it."""
    return _sha(f"{seal}:{position}:{mark}")


def last_head() -> RegisterHead | None:
    """The head that was kept last."""
    return RegisterHead.objects.order_by("-day").first()


@transaction.atomic
def keep(*, day: date, at: datetime) -> RegisterHead | None:
    """Keep the head of the register for ``day``, as it stands now; None where that was done, or there is no line.

    Whoever asks second, be it at the same moment, finds it kept.
    """
    take_turns("records.heads")
    former, (position, line_hash) = last_head(), audit.head()
    if position == 0 or (former is not None and former.day >= day):
        return None
    begun, seal = (former.position, former.seal) if former else (0, "")
    secret = secrets.token_hex(32)
    for place, own in _lines(after=begun, upto=position):
        seal = sealed(seal, place, fingerprint(place, own, secret=secret))
    return RegisterHead.objects.create(
        day=day,
        position=position,
        line_hash=line_hash,
        lines=position - begun,
        secret=secret,
        seal=seal,
        kept_at=at,
    )


def _lines(*, after: int, upto: int) -> Iterator[tuple[int, str]]:
    rows = AuditEvent.objects.filter(position__gt=after, position__lte=upto).order_by("position")
    return rows.values_list("position", "hash").iterator(chunk_size=CHUNK)


def fingerprints(*, after: int = 0, most: int | None = None) -> Iterator[Fingerprint]:
    """The fingerprint of every line that lies before a kept head, in the order of the register; the first ``most``."""
    heads = list(RegisterHead.objects.filter(position__gt=after).order_by("position", "day"))
    if not heads:
        return
    ahead = iter(heads)
    head = next(ahead)
    upto = heads[-1].position if most is None else min(heads[-1].position, after + most)
    for position, line_hash in _lines(after=after, upto=upto):
        while position > head.position:
            head = next(ahead)
        yield Fingerprint(position, head.day, fingerprint(position, line_hash, secret=head.secret))


def faults() -> list[str]:
    """Heads that the register as it stands does not lead to any more; the whole of it is gone through once."""
    found, seal, place, waiting = [], "", 0, list(RegisterHead.objects.order_by("position", "day"))
    for line in fingerprints():
        while waiting and waiting[0].position < line.position:
            found += _faults_of(waiting.pop(0), place, seal)
        seal, place = sealed(seal, line.position, line.mark), line.position
    for head in waiting:
        found += _faults_of(head, place, seal)
    return found


def _faults_of(head: RegisterHead, place: int, seal: str) -> list[str]:
    if (head.position, head.seal) == (place, seal):
        return []
    return [f"{head.day} 的日链头（第 {head.position} 条）与登记簿现有内容不符"]
