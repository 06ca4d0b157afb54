"""Publishing editions of a policy: terms are never changed once something was decided by them, only completed."""

import hashlib
import json
from datetime import date

from django.db import transaction
from django.db.models.fields.related import ForeignObjectRel

from records.errors import Conflict
from records.models import Edition


def digest_of(terms: dict, citations: dict) -> str:
    """The fingerprint of an edition's content."""
    text = json.dumps([terms, citations], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_referenced(edition: Edition) -> bool:
    """Whether any row was decided by this edition."""
    relations = [f for f in edition._meta.get_fields() if isinstance(f, ForeignObjectRel)]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: edition}).exists()
        for relation in relations
    )


def only_adds(stored: object, wanted: object) -> bool:
    """Whether ``wanted`` keeps every value of ``stored`` and at most names values that it had no name for."""
    if isinstance(stored, dict) and isinstance(wanted, dict):
        return all(key in wanted and only_adds(value, wanted[key]) for key, value in stored.items())
    return stored == wanted


@transaction.atomic
def publish_edition(
    model: type[Edition], *, kind: str, valid_from: date, terms: dict, citations: dict, source: str
) -> tuple[Edition, bool]:
    """Store an edition; returns it and whether anything was written.

    The same content twice changes nothing. Other content for the same day is taken only while nothing refers
    to the edition; afterwards values may be added that it did not name yet, as a later version of the portal
    asks for them, but a change needs a new day (raises ``Conflict``).
    """
    digest = digest_of(terms, citations)
    values = {"terms": terms, "citations": citations, "source": source, "digest": digest}
    edition = (
        model._default_manager.select_for_update(no_key=True).filter(kind=kind, valid_from=valid_from).first()
    )
    if edition is None:
        return model._default_manager.create(kind=kind, valid_from=valid_from, **values), True
    if edition.digest == digest:
        return edition, False
    if is_referenced(edition) and not only_adds(edition.terms, terms):
        raise Conflict(
            f"{kind}（{valid_from} 起施行）已有业务依据该版本办理，不能改动；请以新的施行日期发布新版本。"
        )
    for name, value in values.items():
        setattr(edition, name, value)
    edition.save(update_fields=list(values))
    return edition, True
