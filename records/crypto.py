"""Columns that nobody reads without the key: bank accounts, identity numbers, phone numbers.

AES-256-GCM; each value carries the id of its key, so keys can be rotated: the first of
``settings.FIELD_KEYS`` writes, all of them read.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

_NONCE_BYTES = 12


def _keys() -> dict[str, bytes]:
    pairs = (entry.split(":", 1) for entry in settings.FIELD_KEYS)
    return {name: base64.b64decode(key) for name, key in pairs}


def encrypt(text: str) -> str:
    """``key-id:base64(nonce + ciphertext)``; the key's id is authenticated with the text."""
    name, key = next(iter(_keys().items()))
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), name.encode())
    return f"{name}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(value: str) -> str:
    """The text again. Raises ``ImproperlyConfigured`` where the key is gone or the value was altered."""
    name, _, sealed = value.partition(":")
    if (key := _keys().get(name)) is None:
        raise ImproperlyConfigured(f"FIELD_KEYS has no key “{name}”, which an encrypted column needs.")
    raw = base64.b64decode(sealed)
    try:
        return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], name.encode()).decode()
    except InvalidTag as error:
        raise ImproperlyConfigured(
            f"A value sealed with key “{name}” was altered, or the key is another."
        ) from error


def blind_index(text: str) -> str:
    """A keyed fingerprint, to look a value up, or to compare two, without reading it (by the oldest key)."""
    key = list(_keys().values())[-1]
    digest = hmac.HMAC(key, hashes.SHA256())
    digest.update(text.encode())
    return digest.finalize().hex()


def masked(value: str, *, head: int = 3, tail: int = 4) -> str:
    """The value with its middle hidden: ``138****1234``. What is too short to hide in part is hidden whole."""
    if len(value) <= head + tail:
        return "*" * len(value)
    return f"{value[:head]}****{value[-tail:]}"


class EncryptedTextField(models.TextField):
    """Text that is stored encrypted. It cannot be searched; keep a ``blind_index`` beside it for that."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name):
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
