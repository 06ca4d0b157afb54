"""Which results a project brought, on plain values: by the targets that were met, one for each piece of a number."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Reached(NamedTuple):
    """One result: of which target, the how-manieth, of which kind of achievement, in which words."""

    item: str
    kind: str
    title: str
    description: str


def pieces(reached: str, most: int) -> int:
    """How many pieces “2 件” is; what is no whole number is one."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*[^\d.,%]*", reached)
    return max(1, min(int(found.group(1)), most)) if found else 1


def results_of(
    targets: Iterable[Mapping[str, Any]], *, kinds: Mapping[str, str], project: str, most: int
) -> list[Reached]:
    """``targets`` as judged; ``kinds`` says of which kind of achievement a target of a kind is."""
    found = []
    for one in targets:
        kind = kinds.get(one["kind"])
        if kind is None or not one["met"]:
            continue
        count = pieces(one["reached"], most)
        for n in range(1, count + 1):
            place = f"（{n}）" if count > 1 else ""
            said = f"依据：{one['said']}。" if one["said"] else ""
            reached = f"目标 {one['planned']}，完成 {one['reached']}。{said}"
            words = f"联合攻关项目“{project}”考核指标“{one['name']}”：{reached}"
            found.append(Reached(f"{one['order']}-{n}", kind, f"{one['name']}{place}", words))
    return found
