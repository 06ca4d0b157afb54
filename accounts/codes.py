"""Codes of the second step, as plain values: made, shown, compared. Knows neither people nor rows."""

import hashlib
import hmac
import secrets
from base64 import b32decode, b32encode
from datetime import timedelta
from urllib.parse import quote, urlencode

from django_otp.oath import hotp

STEP = 30
"""Seconds for which an app shows a code; the one before and the one after are taken, too."""
DIGITS = 6
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_FREE_FAILURES = 5
_LONGEST_PAUSE = 900


def new_secret() -> str:
    """160 random bits, as people type them into an app."""
    return b32encode(secrets.token_bytes(20)).decode()


def address_for_apps(secret: str, *, username: str, issuer: str) -> str:
    """What the QR code says."""
    query = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{query}"


def code_at(secret: str, step: int) -> str:
    return f"{hotp(b32decode(secret), step, digits=DIGITS):0{DIGITS}d}"


def matching_step(secret: str, code: str, *, seconds: float, after: int) -> int | None:
    """The step that ``code`` belongs to, if it is later than ``after``; nothing where it belongs to none."""
    now = int(seconds) // STEP
    fits = [step for step in (now - 1, now, now + 1) if step > after and _same(code_at(secret, step), code)]
    return fits[0] if fits else None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def plain(code: str) -> str:
    """As people type it: without spaces and hyphens, in small letters."""
    return "".join(code.split()).replace("-", "").lower()


def new_recovery_codes() -> list[str]:
    """Ten codes of fifty bits, in two groups of five."""
    halves = (
        ["".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in "12"] for _ in range(RECOVERY_CODES)
    )
    return ["-".join(half) for half in halves]


def digest_of(code: str) -> str:
    return hashlib.sha256(plain(code).encode()).hexdigest()


def pause_after(failures: int) -> timedelta:
    """How long no further code is looked at, from wherever it comes: whoever asks knows the password."""
    over = failures - _FREE_FAILURES
    return timedelta(seconds=min(2**over, _LONGEST_PAUSE) if 0 <= over < 11 else _LONGEST_PAUSE * (over > 0))
