"""Make ``performance-38.xlsx``: a round of 38 institutes worked out by a spreadsheet, with its formulas to be seen.

The rules stand here a second time, by hand, and everything that follows from them is a formula of the workbook;
nothing of the portal is used. Run it where LibreOffice is installed, which works the formulas out and keeps what
they come to::

    python tests/data/make_performance_38.py
"""

import random
import shutil
import subprocess
import tempfile
from fractions import Fraction
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter as letter

HERE = Path(__file__).parent
NAME = "performance-38.xlsx"
KINDS = ("traditional", "emerging", "county")
# code, scale, then full mark and weight for each of the three types of chains
RULES = (
    ("rd_spend", "linear", (500, 7), (800, 8), (300, 7)),
    ("key_technologies", "mixed", (4, 6), (4, 6), (4, 6)),
    ("new_products", "linear", (5, 6), (5, 6), (5, 6)),
    ("patents_standards", "linear", (8, 5), (12, 6), (4, 4)),
    ("projects", "linear", (4, 3), (4, 2), (4, 4)),
    ("team_growth", "linear", (20, 3), (20, 2), (20, 3)),
    ("transfers", "linear", (3, 8), (3, 8), (3, 8)),
    ("transfer_income", "linear", (600, 7), (600, 7), (600, 7)),
    ("new_product_sales", "linear", (8000, 6), (5000, 5), (5000, 5)),
    ("enterprises_served", "linear", (60, 4), (60, 5), (30, 5)),
    ("firms_incubated", "linear", (4, 7), (4, 7), (4, 7)),
    ("qualified_firms", "linear", (2, 6), (2, 6), (2, 6)),
    ("firm_finance", "linear", (2000, 4), (2000, 4), (2000, 4)),
    ("people_trained", "linear", (60, 3), (60, 3), (60, 3)),
    ("tax_paid", "linear", (1000, 9), (800, 9), (500, 9)),
    ("partner_revenue", "linear", (15000, 7), (10000, 7), (10000, 6)),
    ("local_supply", "linear", (10, 4), (10, 4), (8, 5)),
    ("strategy", "expert", (1, 5), (1, 5), (1, 5)),
)
CODES = tuple(rule[0] for rule in RULES)
TIERS = ((0, 0), (50, 2), (100, 4), (200, 6), (300, 7))  # rd_spend of institutes on chains of counties
WHOLE = {
    "key_technologies",
    "new_products",
    "patents_standards",
    "projects",
    "transfers",
    "enterprises_served",
}
WHOLE |= {"firms_incubated", "qualified_firms", "people_trained", "local_supply"}
# What each comes to before deductions; "late" reports, a "false" item, an "accident", or none of it. None: no total.
ROUND = (
    ("100", {}),
    ("97.31", {}),
    ("95", {}),
    ("95", {}),
    ("94.2", {}),
    ("93.655", {}),
    ("93", {"accident": True}),
    ("92", {"late": 1}),
    ("91.99", {"late": 1}),
    ("92.5", {"false": "people_trained"}),
    ("91.25", {}),
    ("91.25", {}),
    ("90.004", {}),
    ("90", {}),
    ("89.995", {}),
    ("89.9949", {}),
    ("89.99", {}),
    ("96", {"late": 3}),
    ("88.125", {}),
    ("84.444", {}),
    ("81.5", {"false": "transfers"}),
    ("79.37", {}),
    ("76.005", {}),
    ("74", {"late": 2}),
    ("72.72", {}),
    ("70", {}),
    ("69.995", {}),
    ("69.994", {}),
    ("69.99", {}),
    ("66.6", {}),
    ("63.335", {}),
    ("60", {}),
    ("59.995", {}),
    ("59.99", {}),
    ("58", {"accident": True}),
    ("31.07", {"late": 1}),
    (None, {"status": "缓评"}),
    (None, {"status": "视为合格"}),
)


def weight(code: str, kind: int) -> int:
    return next(rule[2 + kind][1] for rule in RULES if rule[0] == code)


def points(code: str, kind: int, value: Fraction, mark: Fraction = Fraction(0)) -> Fraction:
    """Only to find inputs that lie on the edges; what is compared are the formulas."""
    _code, scale, *types = next(rule for rule in RULES if rule[0] == code)
    full, most = types[kind]
    if code == "rd_spend" and kind == 2:
        return Fraction(max(earned for least, earned in TIERS if value >= least))
    share = {"linear": Fraction(1), "mixed": Fraction(1, 2), "expert": Fraction(0)}[scale]
    return share * most * min(Fraction(1), value / full) + min(mark, (1 - share) * most)


def inputs_for(target: str | None, kind: int, dice: random.Random) -> tuple[dict, dict]:
    """Values and experts' marks that come to ``target`` exactly; the money of incubated firms makes up the rest."""
    if target is None:
        return dict.fromkeys(CODES, None), {}
    aim = Fraction(target)
    for _try in range(100_000):
        level = min(Fraction(1), aim / 100 + Fraction(dice.randint(-3, 3), 100))
        values = {
            rule[0]: _value(rule[0], rule[2 + kind][0], level, dice) for rule in RULES if rule[1] != "expert"
        }
        values["strategy"] = Fraction(0)
        marks = {
            "key_technologies": Fraction(round(3 * level * 20), 20),
            "strategy": Fraction(round(5 * level * 20), 20),
        }
        if aim == 100:
            values |= {rule[0]: Fraction(rule[2 + kind][0]) * dice.choice((1, 2)) for rule in RULES}
            marks = {"key_technologies": Fraction(3), "strategy": Fraction(5)}
            return values, marks
        others = sum(points(code, kind, values[code], marks.get(code, Fraction(0))) for code in CODES)
        rest = aim - others + points("firm_finance", kind, values["firm_finance"])
        money = rest / 4 * 2000
        if 0 <= rest <= 4 and money.denominator in (1, 2, 4, 5, 10, 20, 25, 50, 100):
            return values | {"firm_finance": money}, marks
    raise ValueError(f"nothing comes to {target}")


def _value(code: str, full: int, level: Fraction, dice: random.Random) -> Fraction:
    wanted = full * level * Fraction(dice.randint(85, 115), 100)
    if code in WHOLE:
        return Fraction(max(0, round(wanted)))
    return Fraction(round(wanted / full * 40) * full, 40)


def number(value: Fraction | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value.denominator == 1 else float(value)


def build() -> Workbook:
    book = Workbook()
    _rules(book.active)
    _inputs(book.create_sheet("inputs"))
    _points(book.create_sheet("points"))
    _results(book.create_sheet("results"))
    return book


def _rules(sheet) -> None:
    sheet.title = "rules"
    sheet.append(["code", "scale", *(f"{kind} {what}" for kind in KINDS for what in ("full mark", "weight"))])
    for code, scale, *types in RULES:
        sheet.append([code, scale, *(part for pair in types for part in pair)])
    last = len(RULES) + 1
    sheet.append(["sum of weights", None] + [
        f"=SUM({letter(column)}2:{letter(column)}{last})" if column % 2 == 0 else None for column in range(3, 9)
    ])  # fmt: skip
    sheet["K1"], sheet["L1"] = "tiers of rd_spend, county: from", "points"
    for n, (least, earned) in enumerate(TIERS, 2):
        sheet.cell(n, 11, least), sheet.cell(n, 12, earned)
    for n, (name, value) in enumerate(
        [
            ("late report", 2),
            ("excellent from", 90),
            ("good from", 70),
            ("pass from", 60),
            ("share of excellent", 0.25),
        ],
        10,
    ):
        sheet.cell(n, 11, name), sheet.cell(n, 12, value)


def _inputs(sheet) -> None:
    dice = random.Random(38)
    head = [
        "institute",
        "type",
        *CODES,
        "mark key_technologies",
        "mark strategy",
        "late",
        "false",
        "accident",
        "status",
    ]
    sheet.append(head)
    for n, (target, more) in enumerate(ROUND):
        kind = n % 3
        false = more.get("false", "")
        values, marks = inputs_for(target, kind, dice)
        sheet.append([
            f"示例研究院{n + 1:02d}", KINDS[kind], *(number(values[code]) for code in CODES),
            number(marks.get("key_technologies")), number(marks.get("strategy")),
            more.get("late", 0), false, "yes" if more.get("accident") else "", more.get("status", ""),
        ])  # fmt: skip


def _points(sheet) -> None:
    """One formula for each indicator of each institute: what it earns by the rules of its type."""
    sheet.append(["institute", *CODES])
    for row in range(2, len(ROUND) + 2):
        kind = (row - 2) % 3
        full, most = letter(3 + 2 * kind), letter(4 + 2 * kind)
        cells = [f"=inputs!A{row}"]
        for n, (code, scale, *_types) in enumerate(RULES):
            value, rule = f"inputs!{letter(3 + n)}{row}", n + 2
            share = f"MAX(0,MIN(1,{value}/rules!{full}{rule}))*rules!{most}{rule}"
            mark = f"inputs!{letter(3 + len(RULES) + (code == 'strategy'))}{row}"
            earned = {
                "linear": share,
                "mixed": f"{share}*0.5+MIN({mark},rules!{most}{rule}*0.5)",
                "expert": f"MIN({mark},rules!{most}{rule})",
            }[scale]
            if code == "rd_spend" and kind == 2:
                earned = f"LOOKUP({value},rules!$K$2:$K$6,rules!$L$2:$L$6)"
            cells.append(f'=IF(inputs!$X{row}="{code}",0,{earned})')
        sheet.append(cells)


def _results(sheet) -> None:
    """Total, grade on four and on three levels, grade where the best is limited, place within the type of chain."""
    sheet.append(
        ["institute", "type", "points", "deducted", "total", "by total", "four", "three", "limited", "place"]
    )
    last = len(ROUND) + 1
    for row in range(2, last + 1):
        none = f'inputs!$Z{row}<>""'
        best = f'AND(E{row}>=rules!$L$11,inputs!$Y{row}<>"yes")'
        other = f'IF(inputs!$Z{row}="视为合格","合格","")'
        four = f'IF(E{row}>=rules!$L$11,"优秀",IF(E{row}>=rules!$L$12,"良好",IF(E{row}>=rules!$L$13,"合格","不合格")))'
        sheet.append([
            f"=inputs!A{row}",
            f"=inputs!B{row}",
            f'=IF({none},"",SUM(points!B{row}:S{row}))',
            f'=IF({none},"",inputs!W{row}*rules!$L$10)',
            f'=IF({none},"",ROUND(ROUND(MAX(0,C{row}-D{row}),9),2))',
            f'=IF({none},"",IF({best},"优秀","其他"))',
            f'=IF({none},{other},IF(AND(inputs!$Y{row}="yes",E{row}>=rules!$L$13),"合格",{four}))',
            f'=IF({none},{other},IF(G{row}="良好","合格",G{row}))',
            f'=IF(AND(G{row}="优秀",COUNTIFS(F$2:F${last},"优秀",E$2:E${last},">="&E{row})'
            f'>INT(rules!$L$14*COUNT(E$2:E${last}))),"良好",G{row})',
            f'=IF({none},"",COUNTIFS(B$2:B${last},B{row},E$2:E${last},">"&E{row})+1)',
        ])  # fmt: skip


def main() -> None:
    """Write the workbook, let LibreOffice work it out, and keep that."""
    office = shutil.which("soffice") or "libreoffice"
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw" / NAME
        raw.parent.mkdir()
        build().save(raw)
        subprocess.run(
            [
                office,
                "--headless",
                "--convert-to",
                "xlsx:Calc MS Excel 2007 XML",
                "--outdir",
                folder,
                str(raw),
            ],
            check=True,
            env={"HOME": folder, "PATH": "/usr/bin:/bin"},
        )
        shutil.copy(Path(folder) / NAME, HERE / NAME)


if __name__ == "__main__":
    main()
