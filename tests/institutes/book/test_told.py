"""Whatever the book says to people is said in a test: each sentence of its rules, boxes and annexes, word by word."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
BOOK = ROOT / "institutes" / "book"
SPOKEN = [
    *sorted((BOOK / "rules").glob("*.py")),
    BOOK / "kinds.py",
    BOOK / "checks.py",
    BOOK / "checklist.py",
]
SPOKEN += [BOOK / "core.py", ROOT / "institutes" / "selectors" / "naming.py"]
SPOKEN += [ROOT / "institutes" / "services" / "unit.py"]
TESTS = [path for path in sorted((ROOT / "tests" / "institutes").rglob("*.py")) if path != Path(__file__)]
GAP = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")


def sentences(path: Path) -> Iterator[str]:
    """Every sentence that is written in a module, docstrings and names of things apart."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith("。"):
            yield node.value


def shape_of(sentence: str) -> re.Pattern:
    """What a sentence looks like once its gaps are filled in."""
    parts, gaps = GAP.split(sentence), iter(GAP.findall(sentence))
    return re.compile("".join(re.escape(part) + (r".*?" if next(gaps, "") else "") for part in parts))


def said_in_tests() -> str:
    """Every string of the tests, one a line; what an f-string fills in is left as it is written."""
    found = []
    for path in TESTS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.append(
                    "".join(
                        str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "…"
                        for part in node.values
                    )
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


@pytest.fixture(scope="module")
def heard() -> str:
    return said_in_tests()


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.stem)
def test_every_sentence_stands_in_a_test(path, heard):
    assert [text for text in sentences(path) if not shape_of(text).search(heard)] == []
