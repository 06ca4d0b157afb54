"""What still tells whose a text is, after the exact words were replaced: the same words in another dress.

A person looks at each of these: some are chance.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from institutes.book.core import Book
from institutes.book.hiding import (
    HOST,
    NAME,
    OTHER,
    PARTNER,
    PERSON,
    SHORTEST_NUMBER,
    SHORTEST_STEM,
    hidden,
    industry_of,
    read_blind,
    replacements_for,
    stem_of,
)
from institutes.book.reading import Chapter
from institutes.models import Application
from records.names import bare_form

REGION = re.compile(
    r"^(?:中国|河北省?|石家庄市?|(?:[\u4e00-\u9fff]{2,3}?(?:高新区|循环化工园区|区|县|市)))(?=.{3})"
)
TITLES = ("总经理", "董事长", "总", "院士", "教授", "博士", "院长", "所长", "主任", "工程师", "老师")
PUBLIC_MAIL = frozenset({"qq.com", "163.com", "126.com", "sina.com", "139.com", "foxmail.com", "hotmail.com"})
WIDEST = 12


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a text that may tell whose it is, with what would stand there instead."""

    start: int
    end: int
    found: str
    code: str


def needles_for(book: Book, application: Application, answers: Mapping) -> dict[str, str]:
    """What is looked for, in its bare form, with the code that would stand in its place."""
    replaced = replacements_for(book, application, answers)
    return needles_from(replaced, kept=industry_of(application, answers))


def needles_from(replacements: Mapping[str, str], *, kept: Iterable[str]) -> dict[str, str]:
    """The same from what is replaced in any book; the words ``kept`` an expert must be able to read."""
    found: dict[str, str] = {}
    for text, code in replacements.items():
        for variant in {text, *_variants(text, code)}:
            bare, _places = bare_form(variant)
            if _tells(bare, variant, code):
                found.setdefault(bare, code)
    readable = [bare_form(word)[0] for word in kept]
    return {bare: code for bare, code in found.items() if not any(bare in word for word in readable)}


def _variants(text: str, code: str) -> set[str]:
    """Other ways to say it: short names, a surname with a title, the domain of an address of mail, a street."""
    if code in (HOST, PARTNER):
        stem = stem_of(text)
        return {stem, _without_region(stem)}
    if code == NAME:
        return {_without_region(text)}
    if code == PERSON and 2 <= len(text) <= 4 and not text.isascii():
        return {f"{text[0]}{title}" for title in TITLES}
    if code == OTHER and "@" in text:
        domain = text.rpartition("@")[2].casefold()
        return set() if domain in PUBLIC_MAIL else {domain}
    return {_without_region(text)} if code == OTHER and not text.isascii() else set()


def _without_region(text: str) -> str:
    """A name without the place that it begins with, as often as one stands there."""
    while (shorter := REGION.sub("", text, count=1)) != text:
        text = shorter
    return text


def _tells(bare: str, variant: str, code: str) -> bool:
    """Long enough that finding it is more than chance."""
    if bare.isascii():
        return len(bare) >= SHORTEST_NUMBER
    return len(bare) >= (2 if code == PERSON else SHORTEST_STEM)


def traces(text: str, needles: Mapping[str, str]) -> list[Trace]:
    """Every place of ``text`` where one of the needles stands, the longest first where several do."""
    bare, places = bare_form(text)
    found: list[Trace] = []
    taken: set[int] = set()
    for needle in sorted(needles, key=len, reverse=True):
        at = bare.find(needle)
        while at >= 0:
            span = range(at, at + len(needle))
            start, end = places[at], places[at + len(needle) - 1] + 1
            if taken.isdisjoint(span) and end - start <= len(needle) * 2 + WIDEST:
                taken.update(span)
                found.append(Trace(start, end, text[start:end], needles[needle]))
            at = bare.find(needle, at + 1)
    return sorted(found, key=lambda trace: trace.start)


def read_covered(book: Book, application: Application, answers: Mapping) -> list[Chapter]:
    """The blind book for those who run its review: what a person would have to look at is replaced, too."""
    needles = needles_for(book, application, answers)

    def cover(text: str) -> str:
        for trace in reversed(traces(text, needles)):
            text = f"{text[: trace.start]}{trace.code}{text[trace.end :]}"
        return text

    return [hidden(chapter, cover) for chapter in read_blind(book, application, answers)]
