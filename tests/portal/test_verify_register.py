"""The tool by which outsiders check the register: every way of rewriting history shows, and nothing else does."""

import csv
import hashlib
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

TOOL = Path(settings.BASE_DIR) / "tools" / "verify_register.py"
MAIN = runpy.run_path(str(TOOL))["main"]
HELD, BROKEN, UNCHECKED = 0, 1, 2


def mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Register:
    """A register of so many lines a day, with the files that an outsider may download on a day."""

    def __init__(self, *days: int) -> None:
        self.marks = [mark(f"第 {n} 条") for n in range(1, sum(days) + 1)]
        self.sizes = list(days)

    def lines(self) -> list[dict]:
        return [{"position": n, "day": "", "fingerprint": one} for n, one in enumerate(self.marks, 1)]

    def heads(self) -> list[dict]:
        rows, seal, place = [], "", 0
        for number, size in enumerate(self.sizes, 1):
            for _line in range(size):
                place += 1
                seal = hashlib.sha256(f"{seal}:{place}:{self.marks[place - 1]}".encode()).hexdigest()
            rows.append({"day": f"2026-11-{number:02}", "position": place, "lines": size, "seal": seal})
        return rows


@pytest.fixture
def told(tmp_path, capsys):
    """Writes files as the portal does, runs the tool over them; gives its exit code and its words."""

    def run(*files: tuple[str, list[dict]]) -> tuple[int, str]:
        paths = []
        for number, (kind, rows) in enumerate(files):
            path = tmp_path / f"{number}.{kind}"
            if kind == "json":
                path.write_text(json.dumps({"rows": rows}), encoding="utf-8")
            else:
                with path.open("w", encoding="utf-8-sig", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]))
                    writer.writeheader()
                    writer.writerows(rows)
            paths.append(str(path))
        code = MAIN(paths)
        return code, capsys.readouterr().out

    return run


def test_a_register_that_only_grew_holds_against_every_head_of_it(told):
    before, now = Register(3, 2), Register(3, 2, 4, 0, 1)

    code, words = told(("json", before.heads()), ("csv", now.heads()), ("csv", now.lines()))

    assert code == HELD
    assert words.count("相符 2026") == 5
    assert "不符" not in words.replace("有不符之处", "")


def edited(register: Register) -> None:
    register.marks[3] = mark("改写")


def deleted(register: Register) -> None:
    del register.marks[3]
    register.sizes[1] -= 1


def reordered(register: Register) -> None:
    register.marks[3], register.marks[4] = register.marks[4], register.marks[3]


def added(register: Register) -> None:
    register.marks.insert(3, mark("补插"))
    register.sizes[1] += 1


@pytest.mark.parametrize("rewrite", [edited, deleted, reordered, added])
def test_history_that_was_rewritten_whole_does_not_lead_to_the_head_that_somebody_kept(told, rewrite):
    """The portal publishes new heads and new fingerprints that agree with each other: the old head does not."""
    before, now = Register(3, 2), Register(3, 2, 4)
    rewrite(now)

    alone = told(("csv", now.heads()), ("csv", now.lines()))
    code, words = told(("json", before.heads()), ("csv", now.heads()), ("csv", now.lines()))

    assert alone[0] == HELD
    assert code == BROKEN
    assert "2026-11-02 的日链头在" in words
    assert "历史被改写" in words
    assert "相符 2026-11-01 的日链头" in words
    assert "2026-11-01 以后、2026-11-02 及以前有登记被改动" in words


@pytest.mark.parametrize("rewrite", [edited, reordered])
def test_fingerprints_that_do_not_fit_the_published_heads_are_found(told, rewrite):
    kept, now = Register(3, 2, 4), Register(3, 2, 4)
    rewrite(now)

    code, words = told(("csv", kept.heads()), ("csv", now.lines()))

    assert code == BROKEN
    assert "不符 2026-11-03 的日链头（第 9 条）：2026-11-01 以后" in words


def test_what_was_cut_off_at_the_end_shows_against_a_later_head(told):
    kept, now = Register(3, 2, 4), Register(3, 2)

    code, words = told(("json", kept.heads()), ("csv", now.heads()), ("csv", now.lines()))

    assert code == BROKEN
    assert "指纹只连续到第 5 条，2026-11-03 的日链头已到第 9 条：登记被删除或者截断" in words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.pop(3), "第 3 条之后是第 5 条"),
        (lambda rows: rows.insert(3, rows[3]), "第 4 条之后是第 4 条"),
        (lambda rows: rows.reverse(), "第 9 条之后是第 8 条"),
    ],
)
def test_a_file_of_fingerprints_with_gaps_repeats_or_out_of_order_is_no_proof(told, change, said):
    register = Register(3, 2, 4)
    rows = register.lines()
    change(rows)

    code, words = told(("csv", register.heads()), ("csv", rows))

    assert code == BROKEN
    assert said in words


def test_two_downloads_of_fingerprints_name_the_very_line_that_differs(told):
    before, now = Register(3, 2), Register(3, 2, 4)
    edited(now)

    code, words = told(("csv", before.heads()), ("csv", before.lines()), ("csv", now.lines()))

    assert code == BROKEN
    assert "第 4 条的指纹与另一份文件不同" in words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.pop(1), "中缺少 2026-11-02 的日链头"),
        (lambda rows: rows[1].update(lines=7), "新增 7 条，与前后累计条数不符"),
        (lambda rows: rows.reverse(), "排在 2026-11-03 之后"),
    ],
)
def test_heads_that_do_not_fit_each_other_are_found(told, change, said):
    kept, register = Register(3, 2, 4), Register(3, 2, 4)
    rows = register.heads()
    change(rows)

    code, words = told(("json", kept.heads()), ("json", rows), ("csv", register.lines()))

    assert code == BROKEN
    assert said in words


def test_a_part_of_the_fingerprints_is_followed_from_the_head_before_it(told):
    register = Register(3, 2, 4)
    later = register.lines()[5:]

    assert told(("csv", register.heads()), ("csv", later))[0] == HELD
    later[0]["fingerprint"] = mark("改写")
    assert told(("csv", register.heads()), ("csv", later))[0] == BROKEN
    assert told(("csv", register.heads()), ("csv", register.lines()[6:]))[0] == UNCHECKED


def test_without_heads_without_fingerprints_or_with_other_files_nothing_is_claimed(told, tmp_path):
    register = Register(3)

    assert told(("csv", register.heads()))[0] == UNCHECKED
    assert told(("csv", register.lines()))[0] == UNCHECKED
    assert told(("csv", [{"其他": "表格"}]))[0] == UNCHECKED
    assert MAIN([str(tmp_path / "nothing.csv")]) == UNCHECKED
    assert MAIN([]) == UNCHECKED


def test_it_runs_by_itself_with_the_standard_library_alone(tmp_path):
    register = Register(2, 1)
    heads, lines = tmp_path / "heads.json", tmp_path / "lines.json"
    heads.write_text(json.dumps({"rows": register.heads()}), encoding="utf-8")
    lines.write_text(json.dumps({"rows": register.lines()}), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "utf8", TOOL, heads, lines], capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (HELD, b"")
    assert "结论：登记簿与所给的日链头全部相符。" in done.stdout.decode()
