"""What the rules of the book find, as places and words, and answers to ask them about."""

from institutes import book
from tests.factories.accounts import make_uscc
from tests.factories.institutes import a_team

BOOK = book.of_edition("2022")
HOST_NAME, HOST_CODE = "示例科技有限公司", make_uscc(80_001)


def told(kind, section, answers, setting):
    """Place and words of what the ``rules`` (or ``hints``) of a section find."""
    rules = getattr(BOOK.section(section), kind)
    return [(f.path, f"{f.label}：{f.text}") for rule in rules for f in rule(answers, setting)]


def row(**cells):
    return {"key": "0"} | cells


def team(**more):
    """Section 5, in order but for what is passed."""
    return {"team": a_team(full=2, part=1, employer="示例单位") | more}


def premises(**values):
    """Section 6 beside a build period that ends with 2028."""
    return {"basics": {"build_to": "2028-12-31"}, "premises": values}


def base(table, *rows):
    """Section 7 with one table."""
    return {"base": {table: [{"key": str(n)} | each for n, each in enumerate(rows)]}}
