"""The book read without saying whose it is: identifying boxes are left out, everything else is searched for them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from institutes.book.core import Book, cell_of, flatten
from institutes.book.kinds import Date
from institutes.book.reading import Chapter, Item, read
from institutes.book.setting import setting_of, with_frozen_names
from institutes.models import Application

SHORTEST_TO_HIDE = 2
SHORTEST_NUMBER = 6
SHORTEST_STEM = 4
HOST, PARTNER, PERSON, NAME, OTHER = "【依托单位】", "【共建单位】", "【人员】", "【研究院】", "【隐去】"
CODES = {
    "institute_name": NAME,
    "host_name": HOST,
    "legal_rep": PERSON,
    "contact": PERSON,
    "signatory": PERSON,
    "booking_contact": PERSON,
}
CODES_OF_ROWS = {"partners": PARTNER, "people": PERSON, "roster": PERSON}
# What identifies by its form alone, wherever it stands: mobiles, landlines, addresses of mail, credit codes.
TRACES = re.compile(
    r"(?<![\d.])1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![\d.])"
    r"|(?<![\d.])0\d{2,3}[- ]\d{7,8}(?!\d)"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{2}\d{6}[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{10}(?![0-9A-Za-z])",
    re.ASCII,
)
TRACE = "【隐去】"
# Endings of the names of units: without them a name is still recognised.
ENDINGS = re.compile(r"(?:集团|股份|有限|责任|控股|总|分)*公司$|集团$")


def stem_of(name: str) -> str:
    """The name of a unit without what says its legal form: ``示例电子`` of ``示例电子股份有限公司``."""
    return ENDINGS.sub("", name.strip())


def hider(replacements: Mapping[str, str]) -> Callable[[str], str]:
    """A function that puts its code in place of every string to hide, then hides what identifies by its form.

    In one pass, the longest first, whatever the case of Latin letters.
    """
    folded = {hidden.casefold(): code for hidden, code in replacements.items() if hidden}
    longest_first = "|".join(re.escape(hidden) for hidden in sorted(folded, key=len, reverse=True))
    pattern = re.compile(longest_first or r"(?!)", re.IGNORECASE)

    def hide(text: str) -> str:
        return TRACES.sub(TRACE, pattern.sub(lambda found: folded.get(found[0].casefold(), TRACE), text))

    return hide


def read_blind(book: Book, application: Application, answers: Mapping) -> list[Chapter]:
    """The book as experts and the agency read it while they must not know who applies."""
    setting = with_frozen_names(setting_of(application), answers)
    hide = hider(replacements_for(book, application, answers))
    return [hidden(chapter, hide) for chapter in read(book, answers, setting, blind=True)]


def hidden(chapter: Chapter, hide: Callable[[str], str]) -> Chapter:
    """The chapter with ``hide`` done to every text in it."""
    return replace(chapter, items=tuple(_hidden_item(item, hide) for item in chapter.items))


def _hidden_item(item: Item, hide: Callable[[str], str]) -> Item:
    rows = tuple(tuple(replace(cell, text=hide(cell.text)) for cell in row) for row in item.rows)
    return replace(item, text=hide(item.text), rows=rows)


def replacements_for(book: Book, application: Application, answers: Mapping) -> dict[str, str]:
    """Every string that would tell who applies, with what stands in its place.

    The name of the institute is hidden as a whole: the industry in it stays readable elsewhere.
    """
    found = _of_host(application)
    if application.institute_name:
        found[application.institute_name] = NAME
    for section in book.sections:
        for path, value in flatten(section, answers.get(section.code, {})).items():
            field = cell_of(section, path)
            if field and field.identifying and not isinstance(field, Date) and _is_worth_hiding(value):
                found.setdefault(value.strip(), _code_for(path))
    kept = industry_of(application, answers)
    stems = {stem_of(name): code for name, code in found.items() if code in (HOST, PARTNER)}
    usable = {
        stem: code
        for stem, code in stems.items()
        if len(stem) >= SHORTEST_STEM and not any(stem in word for word in kept)
    }
    return usable | found


def _of_host(application: Application) -> dict[str, str]:
    host = application.host
    coded = {
        HOST: (host.name, host.short_name),
        PERSON: (host.legal_rep, host.contact_name),
        OTHER: (host.uscc, host.address, host.contact_mobile, host.contact_email),
    }
    return {text.strip(): code for code, texts in coded.items() for text in texts if _is_worth_hiding(text)}


def _code_for(path: str) -> str:
    """What stands in the place of the box at ``path``: who it was, without who it is."""
    code, _sep, rest = path.partition("-")
    return CODES_OF_ROWS.get(code, OTHER) if rest.endswith("-name") else CODES.get(code, OTHER)


def _is_worth_hiding(value: object) -> bool:
    """Not so short, nor so plain a number, that hiding it would eat into other words and sums."""
    if not isinstance(value, str):
        return False
    text = value.strip()
    return len(text) >= (SHORTEST_NUMBER if text.isascii() and text.isalnum() else SHORTEST_TO_HIDE)


def industry_of(application: Application, answers: Mapping) -> list[str]:
    """The words an expert must be able to read: the industry, and the chain."""
    chain = application.chain
    words = [
        answers.get("basics", {}).get("industry", ""),
        chain.name if chain else "",
        chain.industry if chain else "",
    ]
    return [word for word in words if word]
