"""What README and docs name is there: files, tests, links and commands."""

import ast
import os
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.house.sources import ROOT

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NOT_OURS = {".git", ".state", ".venv", "__pycache__", "media", "node_modules"}
MADE = {"register-heads.json", "robots.txt", "catalog.json", "datapackage.json"}
"""Made by the running portal, for whoever fetches it."""
NAMED = re.compile(r"`([\w./-]+\.(?:py|md|toml|html|css|js|json|sh|txt|yml|lock))(?:::(\w+))?`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"\./run ([a-z_]+)(?: ([a-z_]+))?")


@pytest.fixture(scope="module")
def files() -> list[str]:
    """Every file of the house, by its path from the top."""
    found = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [one for one in inside if one not in NOT_OURS]
        found += [f"/{(Path(folder) / name).relative_to(ROOT)}" for name in names]
    return found


def found(pattern: re.Pattern) -> list[tuple[Path, re.Match]]:
    return [(document, each) for document in DOCUMENTS for each in pattern.finditer(document.read_text())]


def test_every_file_that_is_named_is_there(files):
    missing = [
        f"{document.name}: {each[1]}"
        for document, each in found(NAMED)
        if Path(each[1]).name not in MADE and not any(one.endswith(f"/{each[1]}") for one in files)
    ]

    assert missing == []


def test_every_test_that_is_named_is_there(files):
    missing = []
    for document, each in found(NAMED):
        if each[2]:
            places = [ROOT / one[1:] for one in files if one.endswith(f"/{each[1]}")]
            known = {
                node.name
                for place in places
                for node in ast.walk(ast.parse(place.read_text()))
                if isinstance(node, ast.FunctionDef)
            }
            missing += [f"{document.name}: {each[0]}"] if each[2] not in known else []

    assert missing == []


def test_every_link_leads_somewhere():
    assert [
        f"{document.name}: {each[1]}"
        for document, each in found(LINK)
        if not (document.parent / each[1]).exists()
    ] == []


def test_every_command_is_one():
    script = (ROOT / "run").read_text()
    known = set(re.findall(r"^    ([a-z|]+)\)", script, re.MULTILINE))
    known = {one for each in known for one in each.split("|")}
    managed = get_commands()

    unknown = [
        f"{document.name}: {each[0]}"
        for document, each in found(COMMAND)
        if each[1] not in known or (each[1] == "manage" and each[2] and each[2] not in managed)
    ]

    assert unknown == []


def test_the_readme_names_every_command_of_the_script():
    script, readme = (ROOT / "run").read_text(), DOCUMENTS[0].read_text()
    offered = re.findall(r"^#   \./run ([a-z]+)", script, re.MULTILINE)

    assert [one for one in offered if f"./run {one}" not in readme] == []
