"""The policy file, read once for all factories."""

from copy import deepcopy
from functools import cache
from pathlib import Path

from django.conf import settings

from portal.policy.document import EditionTerms, read_policy_file


def edition_of(model: str, kind: str) -> EditionTerms:
    """An edition as the policy file has it, by the model whose row it becomes; a copy, for a test may change it."""
    return deepcopy(_edition_of(model, kind))


@cache
def _edition_of(model: str, kind: str) -> EditionTerms:
    return next(e for e in _editions() if (e.model, e.kind) == (model, kind))


@cache
def _editions() -> tuple[EditionTerms, ...]:
    return read_policy_file(Path(settings.POLICY_FILE)).editions
