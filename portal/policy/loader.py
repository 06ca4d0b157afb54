"""From the policy file to edition rows in the rooms that own them. Loading twice changes nothing."""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction

from portal.policy.document import EditionTerms, PolicyFile, PolicyFileError, read_policy_file
from records.editions import digest_of, is_referenced, only_adds, publish_edition
from records.models import Edition


class Effect(Enum):
    """What loading does, or would do, to one edition."""

    SAME = "不变"
    NEW = "新增"
    CHANGED = "更新"
    COMPLETED = "补充"
    REFUSED = "已被引用，不能改动"


@dataclass(frozen=True, slots=True)
class Change:
    edition: EditionTerms
    effect: Effect


def policy_file() -> PolicyFile:
    """The policy this portal carries out (setting ``POLICY_FILE``)."""
    return _read_once(Path(settings.POLICY_FILE))


@cache
def _read_once(path: Path) -> PolicyFile:
    return read_policy_file(path)


def preview_policy(policy: PolicyFile) -> list[Change]:
    """What ``load_policy`` would do with each edition, without writing."""
    return [Change(edition, _effect_of(edition, model)) for edition, model in _owners(policy)]


@transaction.atomic
def load_policy(policy: PolicyFile) -> list[Change]:
    """Publish every edition of the file, or none; raises ``Conflict`` where a value in use would change."""
    changes = []
    for edition, model in _owners(policy):
        effect = _effect_of(edition, model)
        publish_edition(
            model,
            kind=edition.kind,
            valid_from=edition.valid_from,
            terms=edition.terms,
            citations=edition.citations,
            source=policy.source,
        )
        changes.append(Change(edition, effect))
    return changes


def _owners(policy: PolicyFile) -> list[tuple[EditionTerms, type[Edition]]]:
    """Each edition with the model of the room that owns it; raises ``PolicyFileError`` where there is none."""
    found, faults = [], []
    for edition in policy.editions:
        model = apps.all_models.get(edition.room, {}).get(edition.model.lower())
        if model is None or not issubclass(model, Edition):
            faults.append(f"{edition.name}: no such edition model")
        else:
            found.append((edition, model))
    if faults:
        raise PolicyFileError(faults)
    return found


def _effect_of(edition: EditionTerms, model: type[Edition]) -> Effect:
    stored = model._default_manager.filter(kind=edition.kind, valid_from=edition.valid_from).first()
    if stored is None:
        return Effect.NEW
    if stored.digest == digest_of(edition.terms, edition.citations):
        return Effect.SAME
    if not is_referenced(stored):
        return Effect.CHANGED
    return Effect.COMPLETED if only_adds(stored.terms, edition.terms) else Effect.REFUSED
