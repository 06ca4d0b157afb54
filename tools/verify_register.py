#!/usr/bin/env python3
"""核对办理登记簿没有被改写：python verify_register.py 文件…（只用标准库）。Checks that the register was not rewritten.

文件来自本平台开放数据页，CSV 或 JSON 均可，可以同时给出不同日期下载的多份：
  登记簿日链头 register-heads：每日一行，封签 seal 是当日终了时全部登记的摘要；请尽早下载、自行保存。
  登记簿指纹   register-lines：每条登记一行，指纹 fingerprint 不含登记的内容。

1. 封签：第 0 条的封签为空；第 n 条的封签 = SHA-256("第 n-1 条的封签:n:第 n 条的指纹")，十六进制小写。
2. 日链头的封签就是其最后一条登记的封签；以前下载的日链头与现在的指纹对得上，说明那一天及以前的登记没有改动。
3. 指纹从 1 起连续，不缺、不重、不乱序，并且一直到最后一个日链头。

退出码：0 全部相符；1 有不符；2 无法核对（文件不对，或者指纹和日链头缺一）。
"""

import csv
import hashlib
import itertools
import json
import sys
from pathlib import Path

HEADS, LINES = "register-heads", "register-lines"
COLUMNS = {HEADS: ("day", "position", "lines", "seal"), LINES: ("position", "fingerprint")}


class Unreadable(Exception):
    """A file that is neither of the two."""


def rows_of(path):
    """Of which kind the file is, and its rows as they stand there."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        found = (
            json.loads(text)["rows"]
            if text.lstrip().startswith("{")
            else list(csv.DictReader(text.splitlines()))
        )
        kind = next(k for k, names in COLUMNS.items() if not found or set(names) <= set(found[0]))
        return kind, [tuple(row[name] for name in COLUMNS[kind]) for row in found]
    except (OSError, UnicodeDecodeError, ValueError, LookupError, TypeError, StopIteration) as fault:
        raise Unreadable(f"{path}：不是从开放数据页下载的日链头或指纹文件") from fault


def heads_in(rows):
    return [(str(day), int(position), int(lines), str(seal)) for day, position, lines, seal in rows]


def lines_in(rows):
    return [(int(position), str(mark)) for position, mark in rows]


def faults_of_heads(path, heads):
    """What is wrong within one file of heads."""
    for former, later in itertools.pairwise(heads):
        if later[0] <= former[0]:
            yield f"{path}：{later[0]} 的日链头排在 {former[0]} 之后"
        if later[1] - former[1] != later[2]:
            yield f"{path}：{later[0]} 新增 {later[2]} 条，与前后累计条数不符"


def faults_between_heads(files):
    """What two files of heads say differently, and what one of them lacks."""
    for number, (path, heads) in enumerate(files):
        mine = {head[0]: head for head in heads}
        for other_path, others in files[number + 1 :]:
            theirs = {head[0]: head for head in others}
            for day in sorted(mine.keys() & theirs.keys()):
                if mine[day] != theirs[day]:
                    yield f"{day} 的日链头在 {path} 和 {other_path} 中不同：历史被改写"
            for have, lack, where in ((mine, theirs, other_path), (theirs, mine, path)):
                for day in sorted(have.keys() - lack.keys()):
                    if lack and min(lack) < day < max(lack):
                        yield f"{where} 中缺少 {day} 的日链头"


def faults_of_lines(path, lines):
    """Gaps, repeats and lines out of order within one file of fingerprints."""
    for former, later in itertools.pairwise(lines):
        if later[0] != former[0] + 1:
            yield f"{path}：第 {former[0]} 条之后是第 {later[0]} 条，有缺失、重复或者乱序"


def merged(files):
    """All fingerprints by position, with what two files say differently of the same line."""
    known, faults = {}, []
    for path, lines in files:
        for position, mark in lines:
            if known.setdefault(position, mark) != mark:
                faults.append(f"第 {position} 条的指纹与另一份文件不同（{path}）：这条登记被改动")
    return known, faults


def begin(known, heads):
    """From which seal the chain can be followed: from nothing, or from a head right before the first line."""
    first = min(known)
    if first == 1:
        return 0, ""
    before = [head for head in heads if head[1] == first - 1]
    return (before[-1][1], before[-1][3]) if before else None


def follow(known, heads, start):
    """Each head with whether the fingerprints lead to it; the last says that they reach the last head."""
    (position, seal), good = start, []
    for day, place, _lines, kept in heads:
        while position < place and position + 1 in known:
            position += 1
            seal = hashlib.sha256(f"{seal}:{position}:{known[position]}".encode()).hexdigest()
        if position < place:
            yield False, f"指纹只连续到第 {position} 条，{day} 的日链头已到第 {place} 条：登记被删除或者截断"
            return
        if seal == kept:
            good.append(day)
            yield True, f"{day} 的日链头（第 {place} 条）"
        else:
            last = max((each for each in good if each < day), default="")
            since = f"{last} 以后、" if last else ""
            yield (
                False,
                f"{day} 的日链头（第 {place} 条）：{since}{day} 及以前有登记被改动、删除、补插或者调换",
            )


def check(paths):
    """Everything that was looked at: whether it holds, and in words."""
    read = [(path, *rows_of(path)) for path in paths]
    heads = [(path, heads_in(rows)) for path, kind, rows in read if kind == HEADS]
    lines = [(path, lines_in(rows)) for path, kind, rows in read if kind == LINES]
    found = [words for path, rows in heads for words in faults_of_heads(path, rows)]
    found += faults_between_heads(heads)
    found += [words for path, rows in lines for words in faults_of_lines(path, rows)]
    known, differing = merged(lines)
    every = sorted({head for _path, rows in heads for head in rows}, key=lambda head: (head[1], head[0]))
    results = [(False, words) for words in [*found, *differing]]
    if not known or not every:
        raise Unreadable("需要同时给出日链头文件（register-heads）和指纹文件（register-lines）")
    start = begin(known, every)
    if start is None:
        raise Unreadable(f"指纹从第 {min(known)} 条开始，又没有到前一条为止的日链头，无从核对")
    return results + list(follow(known, [head for head in every if head[1] > start[0]], start))


def main(paths):
    if not paths:
        print(__doc__)
        return 2
    try:
        results = check(paths)
    except (Unreadable, ValueError) as fault:
        print("无法核对", fault)
        return 2
    for holds, words in results:
        print("相符" if holds else "不符", words)
    good = bool(results) and all(holds for holds, _words in results)
    print("结论：登记簿与所给的日链头全部相符。" if good else "结论：有不符之处，见上。")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
