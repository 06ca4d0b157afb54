"""A proposal read without saying whose it is: the units and people that its book names, and the leading unit."""

from collections.abc import Mapping

from institutes.book.core import Book, cell_of, flatten
from institutes.book.hiding import (
    HOST,
    NAME,
    OTHER,
    PARTNER,
    PERSON,
    SHORTEST_NUMBER,
    SHORTEST_STEM,
    SHORTEST_TO_HIDE,
    stem_of,
)
from institutes.book.traces import needles_from
from institutes.enums import TenureKind
from projects.models import Proposal

BORNE: dict[str, str] = {
    TenureKind.NAME: NAME,
    TenureKind.HOST: HOST,
    TenureKind.DIRECTOR: PERSON,
    TenureKind.CO_BUILDER: PARTNER,
}
"""What an institute bore at any time, by which it is known."""


def replacements_for(book: Book, proposal: Proposal, answers: Mapping) -> dict[str, str]:
    """Every string that would tell who proposes, with what stands in its place: also what the institute was called,
    who hosted and directed it before."""
    host, institute = proposal.host, proposal.institute
    found = {institute.name: NAME, host.name: HOST}
    coded = [
        (HOST, (host.short_name,)),
        (PERSON, (host.legal_rep, host.contact_name, institute.director)),
        (OTHER, (host.uscc, host.address, host.contact_mobile, host.contact_email)),
        (PARTNER, tuple(institute.co_builders)),
        *((BORNE[row.kind], (row.value,)) for row in institute.tenures.all() if row.kind in BORNE),
    ]
    for code, texts in coded:
        for text in texts:
            if _is_worth_hiding(text):
                found.setdefault(text.strip(), code)
    for section in book.sections:
        for path, value in flatten(section, answers.get(section.code, {})).items():
            field = cell_of(section, path)
            if field and field.identifying and _is_worth_hiding(value):
                found.setdefault(value.strip(), _code_for(section.code, path))
    stems = {stem_of(name): code for name, code in found.items() if code in (HOST, PARTNER)}
    return {stem: code for stem, code in stems.items() if len(stem) >= SHORTEST_STEM} | found


def needles_for(book: Book, proposal: Proposal, answers: Mapping) -> dict[str, str]:
    """What is looked for in the texts and in annexes, in its bare form; the words of the chain stay readable."""
    chain = proposal.topic.chain if proposal.topic else None
    kept = [chain.name, chain.industry] if chain else []
    return needles_from(replacements_for(book, proposal, answers), kept=[word for word in kept if word])


def _code_for(section: str, path: str) -> str:
    if section == "partners":
        return PARTNER if path.endswith("-name") else OTHER
    return PERSON if path in ("leader_name",) or path.endswith("-name") else OTHER


def _is_worth_hiding(value: object) -> bool:
    if not isinstance(value, str):
        return False
    text = value.strip()
    return len(text) >= (SHORTEST_NUMBER if text.isascii() and text.isalnum() else SHORTEST_TO_HIDE)
