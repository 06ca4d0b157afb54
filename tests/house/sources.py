"""The house's own files, read as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROOMS = ("records", "accounts", "notices", "institutes", "projects", "evaluation", "funding", "portal")
BUSINESS = ("accounts", "notices", "institutes", "projects", "evaluation", "funding")


@cache
def sources(*parts: str) -> tuple[Path, ...]:
    """Python files of the rooms, migrations aside; of the floors (or rooms) named in ``parts`` only, if any."""
    found = [
        path
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    return tuple(path for path in found if not parts or _is_part(path, parts))


def _is_part(path: Path, parts: tuple[str, ...]) -> bool:
    inside = path.relative_to(ROOT).with_suffix("").parts
    return any(part in inside for part in parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(*parts: str, kind) -> Iterator[tuple[str, ast.AST]]:
    """Every node of a kind with its place, ``room/file.py:12``."""
    for path in sources(*parts):
        for node in ast.walk(tree(path)):
            if isinstance(node, kind):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.*"))


def our_models() -> list[type]:
    """The models of the rooms, without the tables that Django makes between two of them."""
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
