"""What the rules of a section say at its boxes while it is filled in: what must be mended, what to look at again."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from institutes.book.core import Section, cell_of
from institutes.book.values import Answers, Fault, Setting

Remarks = dict[str, list[str]]
"""Sentences by the path of a box, or by the code of a table."""


def remarks(section: Section, answers: Answers, setting: Setting) -> Remarks:
    """Nothing about boxes that are merely empty: those are counted, and listed before handing in."""
    found: Remarks = {}
    if not answers.get(section.code):
        return found
    for rules, words in ((section.rules, _("待更正：%(text)s")), (section.hints, _("请核对：%(text)s"))):
        for fault in _said_by(rules, answers, setting):
            found.setdefault(fault.path, []).append(words % {"text": _text(section, fault)})
    return found


def _said_by(rules, answers: Answers, setting: Setting) -> Iterator[Fault]:
    for rule in rules:
        yield from rule(answers, setting)


def _text(section: Section, fault: Fault) -> str:
    """The sentence, with what it is about where the box alone does not say so."""
    cell = cell_of(section, fault.path)
    known = "-" in fault.path or (cell is not None and str(cell.label) == str(fault.label))
    clause = _("（依据 %(clause)s）") % {"clause": fault.clause} if fault.clause else ""
    return fault.text + clause if known else f"{fault.label}：{fault.text}{clause}"
