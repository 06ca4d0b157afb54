"""The treasury as a port: one file per batch of orders, under our own reference.

The only place that holds an account number in clear outside the database. Called with no transaction open.
Sending the same batch twice leaves one file; the same reference with other content is refused.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

HEAD = (
    "拨付编号",
    "下达文号",
    "收款单位",
    "开户银行",
    "开户网点",
    "联行号",
    "账号",
    "金额（元）",
    "县（市、区）",
    "直接拨付",
)
FOLDER = "treasury"
DEFAULT = "funding.gateway.TreasuryFolder"


class TreasuryRefused(Exception):
    """The treasury holds another file under this reference. A matter for people, never to be tried again."""


@dataclass(frozen=True, slots=True)
class Order:
    """One line of the treasury file."""

    number: str
    document_number: str
    payee: str
    bank: str
    branch: str
    cnaps: str
    account: str
    amount: Decimal
    division: str
    direct: bool


def content_of(orders: Iterable[Order]) -> bytes:
    """The file as the treasury reads it: CSV, UTF-8 with mark, one order a line, in the order of numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEAD)
    for order in sorted(orders, key=lambda each: each.number):
        writer.writerow(
            [
                order.number,
                order.document_number,
                order.payee,
                order.bank,
                order.branch,
                f"\t{order.cnaps}",
                f"\t{order.account}",
                f"{order.amount:.2f}",
                order.division,
                "是" if order.direct else "否",
            ]
        )
    return ("\ufeff" + text.getvalue()).encode()


class TreasuryFolder:
    """Files in the portal's store, fetched by the treasury.

    ``absence_is_final``: what does not lie there now never arrived, and may be sent again under its reference.
    """

    absence_is_final = True

    def ask(self, reference: str) -> str | None:
        """The SHA-256 of what the treasury holds under ``reference``; None where it knows of nothing."""
        name = f"{FOLDER}/{reference}.csv"
        return _digest(self.fetch(reference)) if default_storage.exists(name) else None

    def fetch(self, reference: str) -> bytes:
        """The file that was left under ``reference``."""
        with default_storage.open(f"{FOLDER}/{reference}.csv", "rb") as kept:
            return kept.read()

    def send(self, reference: str, content: bytes) -> str:
        """Leave the file under ``reference``; returns its SHA-256."""
        name = f"{FOLDER}/{reference}.csv"
        if default_storage.exists(name):
            with default_storage.open(name, "rb") as kept:
                return _same(kept.read(), content)
        default_storage.save(name, ContentFile(content))
        return _digest(content)


class MemoryTreasury:
    """A treasury for tests: what it was sent, by reference.

    ``broken`` lets it fail before it takes anything, ``silent`` after it has taken it; with ``absence_is_final``
    off it is a bank that may still be at work on what it does not know yet.
    """

    files: dict[str, bytes] = {}
    broken = silent = False
    absence_is_final = True

    def ask(self, reference: str) -> str | None:
        if type(self).broken:
            raise ConnectionError("the treasury does not answer")
        return _digest(self.files[reference]) if reference in self.files else None

    def fetch(self, reference: str) -> bytes:
        return self.files[reference]

    def send(self, reference: str, content: bytes) -> str:
        if type(self).broken:
            raise ConnectionError("the treasury does not answer")
        digest = _same(self.files.setdefault(reference, content), content)
        if type(self).silent:
            raise TimeoutError("the treasury took it and did not answer")
        return digest


def treasury() -> TreasuryFolder | MemoryTreasury:
    """The treasury that the setting names."""
    return import_string(getattr(settings, "TREASURY_GATEWAY", DEFAULT))()


def _same(kept: bytes, content: bytes) -> str:
    if kept != content:
        raise TreasuryRefused("another file stands under this reference")
    return _digest(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
