"""Reading the policy file: from TOML to plain terms and their citations, with every fault named at once.

Pure: no database, no clock. A *leaf* of the file is either a value (``{ value = 5, unit = …, label = … }``) or a
record (a criterion, an indicator) that stands in a list and is known by its ``code``. Each leaf cites a clause
or says that it is assumed.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from portal.policy.balance import faults_of_balance
from portal.policy.text import Clause, clauses_of

EDITION = "edition"
"""The key under which an edition's own label stands among its citations."""

_POLICY_KEYS = {"title", "issuer", "number", "issued_on", "city", "text"}
_EDITION_KEYS = {"room", "model", "kind", "label", "valid_from", "terms"}
_GROUND_KEYS = {"citation", "assumed", "note", "shown"}
_VALUE_KEYS = _GROUND_KEYS | {"value", "unit", "label"}
_EXACT_UNITS = {"元", "%", "分", "倍"}


class PolicyFileError(Exception):
    """The policy file cannot be used; ``faults`` says everything that is wrong with it."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class EditionTerms:
    """What one ``[[edition]]`` says: the terms a room reads, and by their paths the grounds they rest on."""

    room: str
    model: str
    kind: str
    label: str
    valid_from: date
    terms: dict
    citations: dict

    @property
    def name(self) -> str:
        return f"{self.room}.{self.model} {self.kind} {self.valid_from}"


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """The policy as signed off: what it is, its clauses, and its editions.

    ``printed`` is the number as the file prints it, where that is not how a number is written.
    """

    title: str
    issuer: str
    number: str
    issued_on: date
    city: str
    clauses: tuple[Clause, ...]
    editions: tuple[EditionTerms, ...]
    printed: str = ""

    @property
    def source(self) -> str:
        return f"{self.issuer}{self.number}"


@dataclass(frozen=True, slots=True)
class _Leaf:
    path: str
    table: dict
    is_record: bool

    @property
    def group(self) -> str:
        """The table the leaf stands in; empty where it stands at the top."""
        return self.path.split(".")[0] if "." in self.path else ""


def read_policy_file(path: Path) -> PolicyFile:
    """The policy file at ``path``; raises ``PolicyFileError`` with every fault found in it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise PolicyFileError([f"{path}: {fault}"]) from fault
    policy, groups, editions = raw.get("policy", {}), raw.get("groups", {}), raw.get("edition", [])
    faults = [f"[policy]: {key} is missing" for key in sorted(_POLICY_KEYS - policy.keys())]
    faults += [f"unknown table: {key}" for key in sorted(raw.keys() - {"policy", "groups", "edition"})]
    text = path.parent / policy.get("text", "")
    if not text.is_file():
        raise PolicyFileError([*faults, f"[policy]: text {text} does not exist"])
    clauses = clauses_of(text)
    faults += _faults_of(editions, {clause.number for clause in clauses}, groups)
    if faults:
        raise PolicyFileError(faults)
    read = tuple(_edition(table, groups) for table in editions)
    faults = [f"{one.name}: {fault}" for one in read for fault in faults_of_balance(one.terms)]
    if faults:
        raise PolicyFileError(faults)
    about = {key: policy[key] for key in _POLICY_KEYS - {"text"}} | {"printed": policy.get("printed", "")}
    return PolicyFile(**about, clauses=clauses, editions=read)


def _edition(table: dict, groups: dict[str, str]) -> EditionTerms:
    terms: dict = {}
    citations: dict = {EDITION: {"label": table["label"]}}
    for order, leaf in enumerate(_leaves(table["terms"])):
        *above, key = leaf.path.split(".")
        place = terms
        for group in above[:-1] if leaf.is_record else above:
            place = place.setdefault(group, {})
        if leaf.is_record:
            place.setdefault(above[-1], []).append(_record(leaf.table))
        else:
            place[key] = _plain(leaf.table["value"])
        citations[leaf.path] = _ground(leaf.table, order, groups.get(leaf.group, ""))
    return EditionTerms(
        **{key: table[key] for key in _EDITION_KEYS - {"terms"}}, terms=terms, citations=citations
    )


def _record(table: dict) -> dict:
    """A record as a room reads it: everything it says, and the clause it rests on ("" where assumed)."""
    said = {key: _plain(value) for key, value in table.items() if key not in _GROUND_KEYS}
    return {**said, "clause": table.get("citation", "")}


def _ground(table: dict, order: int, group: str) -> dict:
    ground = {key: table[key] for key in ("label", "unit", "note", "shown") if table.get(key)}
    return {
        **ground,
        "group": group,
        "order": order,
        "clause": table.get("citation", ""),
        "assumed": "assumed" in table,
    }


def _plain(value: object) -> Any:
    """As JSON holds it without loss: exact decimals become strings."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _leaves(node: dict, path: str = "") -> Iterator[_Leaf]:
    for key, child in node.items():
        here = f"{path}.{key}" if path else key
        if isinstance(child, list):
            yield from (_Leaf(f"{here}.{row.get('code', '?')}", row, True) for row in child)
        elif child.keys() & (_GROUND_KEYS | {"value"}):
            yield _Leaf(here, child, False)
        else:
            yield from _leaves(child, here)


def _faults_of(editions: list[dict], clauses: set[str], groups: dict[str, str]) -> list[str]:
    faults, seen = [], set()
    for table in editions:
        name = " ".join(str(table.get(key, "?")) for key in ("room", "kind", "valid_from"))
        faults += [f"{name}: {key} is missing" for key in sorted(_EDITION_KEYS - table.keys())]
        faults += [f"{name}: unknown key {key}" for key in sorted(table.keys() - _EDITION_KEYS)]
        if not isinstance(table.get("valid_from"), date):
            faults.append(f"{name}: valid_from is not a day")
        identity = tuple(str(table.get(key)) for key in ("room", "model", "kind", "valid_from"))
        if identity in seen:
            faults.append(f"{name}: stands in the file twice")
        seen.add(identity)
        faults += [f"{name}: {fault}" for fault in _faults_of_terms(table.get("terms", {}), clauses, groups)]
    return faults


def _faults_of_terms(terms: dict, clauses: set[str], groups: dict[str, str]) -> Iterator[str]:
    paths = set()
    for leaf in _leaves(terms):
        if leaf.path in paths:
            yield f"{leaf.path}: the code stands in its list twice"
        paths.add(leaf.path)
        if leaf.group and leaf.group not in groups:
            yield f"{leaf.path}: [groups] has no name for {leaf.group}"
        yield from (f"{leaf.path}: {fault}" for fault in _faults_of_leaf(leaf, clauses))


def _faults_of_leaf(leaf: _Leaf, clauses: set[str]) -> Iterator[str]:
    table = leaf.table
    if ("citation" in table) == ("assumed" in table):
        yield "needs either a citation or assumed = true"
    if table.get("assumed", True) is not True:
        yield "assumed can only be true"
    if "citation" in table and table["citation"] not in clauses:
        yield f"the text has no clause {table['citation']}"
    if not table.get("label"):
        yield "has no label"
    if leaf.is_record:
        if not table.get("code"):
            yield "a record needs a code"
    else:
        yield from _faults_of_value(table)


def _faults_of_value(table: dict) -> Iterator[str]:
    yield from (f"unknown key {key}" for key in sorted(table.keys() - _VALUE_KEYS))
    if "value" not in table:
        yield "has no value"
        return
    value, unit = table["value"], table.get("unit", "")
    if isinstance(value, int | Decimal) and not isinstance(value, bool) and not unit:
        yield "a number needs a unit"
    if unit in _EXACT_UNITS and not isinstance(value, Decimal):
        yield f"{unit} is written with a decimal point"
    if unit == "元" and isinstance(value, Decimal) and value.as_tuple().exponent != -2:
        yield "money is written to the cent"
