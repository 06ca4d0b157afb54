"""Addresses and identifiers that stay the same for whoever keeps them outside of the portal."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.db.models import Model
from django.urls import reverse

KEY_BITS = 62
_VERSION, _VARIANT = 8, 0b10


def absolute(page: str, /, *args: object, **blanks: object) -> str:
    """The whole address of a page, as others keep it."""
    return settings.PORTAL_URL + reverse(page, args=args or None, kwargs=blanks or None)


def identifier_of(model: type[Model], key: int, *, space: str) -> UUID:
    """The identifier of a row for other programs: the same for ever, and found again without a search.

    A UUID of version 8 (RFC 9562): its first half says of which office and kind it is, its second half is the key.
    ``space`` tells this city's rows from another's.
    """
    first = _first_half(model, space)
    return UUID(int=first << 64 | _VARIANT << KEY_BITS | key)


def key_of(identifier: UUID, model: type[Model], *, space: str) -> int | None:
    """The key of the row with this identifier; None where it is of another kind, or another city's."""
    first, second = identifier.int >> 64, identifier.int & (1 << 64) - 1
    if first != _first_half(model, space) or second >> KEY_BITS != _VARIANT:
        return None
    return second & (1 << KEY_BITS) - 1


def _first_half(model: type[Model], space: str) -> int:
    digest = hashlib.sha256(f"{space}:{model._meta.label_lower}".encode()).digest()
    first = int.from_bytes(digest[:8], "big")
    return first & ~(0xF << 12) | _VERSION << 12
