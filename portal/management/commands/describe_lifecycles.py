"""``manage.py describe_lifecycles``: write docs/lifecycles.md from the tables of moves, so that it cannot lie."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from records.lifecycle import Lifecycle

PAGE = Path(settings.BASE_DIR) / "docs" / "lifecycles.md"
HEAD = """# Lifecycles

Written by `./run manage describe_lifecycles` from the tables in each room's `lifecycle.py`; do not edit by hand.
Per state: who holds it, and the key of its time limit in the policy file (*continues*: the due date of the state
before goes on). Per move: from where to where, and who may not take it because they took part before.
"""


def tables() -> Iterator[tuple[str, Lifecycle]]:
    """Every lifecycle of the house with its room, from the ground up."""
    for config in reversed(list(apps.get_app_configs())):
        if find_spec(f"{config.name}.lifecycle") and Path(config.path).parent == settings.BASE_DIR:
            found = vars(import_module(f"{config.name}.lifecycle")).values()
            yield from ((config.name, table) for table in found if isinstance(table, Lifecycle))


def describe() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(room, table) for room, table in tables())])


def _section(room: str, table: Lifecycle) -> str:
    states = [
        f"| `{code}` | {state.label} | {state.applicant_label or '—'} | {_code(state.role)} | {_limit(state)} |"
        for code, state in table.states.items()
    ]
    moves = [
        f"| `{action}` | {move.label} | {' '.join(f'`{source}`' for source in sorted(move.sources))} "
        f"| {_code(move.target)} | {' '.join(f'`{name}`' for name in move.unlike) or '—'} | {_notes(move)} |"
        for action, move in table.moves.items()
    ]
    return "\n".join(
        [
            f"## {room}: {table.name}\n",
            "| State | 办理人员所见 | 申报单位所见 | Holder | Limit |",
            "|---|---|---|---|---|",
            *states,
            "\n| Move | 名称 | From | To | Not by | |",
            "|---|---|---|---|---|---|",
            *moves,
            f"\n```mermaid\n{table.diagram()}\n```\n",
        ]
    )


def _code(text: str) -> str:
    return f"`{text}`" if text else "—"


def _limit(state) -> str:
    return "final" if state.final else "continues" if state.continues else _code(state.limit)


def _notes(move) -> str:
    return ", ".join(["reason"] * move.reason + ["system"] * move.system)


class Command(BaseCommand):
    help = "Write docs/lifecycles.md from the tables of moves."

    def handle(self, **options):
        PAGE.write_text(describe(), encoding="utf-8")
        self.stdout.write(f"{PAGE.relative_to(settings.BASE_DIR)}")
