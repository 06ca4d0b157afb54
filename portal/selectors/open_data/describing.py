"""How the datasets are described to programs: a catalogue after DCAT, and for each a table schema after Frictionless.

The vocabulary of DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/) and Table Schema (https://specs.frictionlessdata.io/).
What the office says of all of it, licence and publisher, stands in the edition ``open_data``.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from notices.models import ReminderEdition
from portal.selectors.open_data.addresses import absolute
from portal.selectors.open_data.shape import Column, Dataset, State

EDITION = "open_data"
MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
LANGUAGE = "zh-CN"


def terms(*, on: date) -> dict[str, Any]:
    """What the office says of its open data: licence, publisher, and the space of its identifiers."""
    return ReminderEdition.objects.in_force(EDITION, on).terms["catalogue"]


def licence(*, on: date) -> dict[str, str]:
    said = terms(on=on)
    return {"name": said["licence"], "url": said["licence_url"], "attribution": said["publisher"]}


def address_of(dataset: Dataset, kind: str) -> str:
    return absolute("open-data-file", name=dataset.name, kind=kind)


def schema_address(dataset: Dataset) -> str:
    return absolute("open-data-schema", name=dataset.name)


def schema_of(dataset: Dataset) -> dict[str, Any]:
    """The columns of a dataset: name, type, meaning, unit and clause."""
    return {
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": dataset.name,
        "title": dataset.title,
        "description": dataset.about,
        "fields": [_field(column) for column in dataset.columns],
        "primaryKey": list(dataset.key),
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    limits: dict[str, Any] = {"required": column.required}
    if column.choices:
        limits["enum"] = list(column.choices.values)
    said = {
        "name": column.name,
        "title": column.label,
        "type": column.kind,
        "description": column.meaning,
        "unit": column.unit,
        "clause": column.clause,
        "constraints": limits,
        "labels": {str(code): str(label) for code, label in column.choices.choices} if column.choices else {},
    }
    return {key: value for key, value in said.items() if value not in ("", {})}


def catalogue(datasets: dict[str, Dataset], states: dict[str, State], *, on: date) -> dict[str, Any]:
    """All datasets with their addresses, formats, licence and last change."""
    said = terms(on=on)
    publisher = {"@type": "foaf:Organization", "foaf:name": said["publisher"]}
    return {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "@id": absolute("open-data-catalog"),
        "dct:title": said["title"],
        "dct:description": said["about"],
        "dct:language": LANGUAGE,
        "dct:publisher": publisher,
        "dct:license": said["licence_url"],
        "dcat:dataset": [
            _entry(dataset, states[dataset.name], publisher, said["licence_url"])
            for dataset in datasets.values()
        ],
    }


def _entry(dataset: Dataset, state: State, publisher: dict, licence_url: str) -> dict[str, Any]:
    entry = {
        "@type": "dcat:Dataset",
        "@id": absolute("open-data-set", name=dataset.name),
        "dct:identifier": dataset.name,
        "dct:title": dataset.title,
        "dct:description": dataset.about,
        "dct:language": LANGUAGE,
        "dct:publisher": publisher,
        "dct:license": licence_url,
        "dcat:keyword": list(dataset.keywords),
        "dcat:version": state.version,
        "dcat:distribution": [_distribution(dataset, kind, licence_url) for kind in MEDIA_TYPES],
    }
    return entry | ({"dct:modified": timezone.localtime(state.at).isoformat()} if state.at else {})


def _distribution(dataset: Dataset, kind: str, licence_url: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": f"{dataset.title}（{kind.upper()}）",
        "dcat:accessURL": address_of(dataset, kind),
        "dcat:downloadURL": address_of(dataset, kind),
        "dcat:mediaType": MEDIA_TYPES[kind],
        "dct:conformsTo": schema_address(dataset),
        "dct:license": licence_url,
    }
