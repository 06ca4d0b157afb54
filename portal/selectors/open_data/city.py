"""The city's targets: how many there are to be, how many there were in each year; and what its offices promise."""

from collections.abc import Iterator
from datetime import date, datetime

from institutes.models import (
    Achievement,
    Application,
    EarlierRecognition,
    Institute,
    ProvincialFiling,
    Recognition,
    Revocation,
)
from portal.selectors import guide, targets
from portal.selectors.open_data import columns
from portal.selectors.open_data.shape import Cell, Column, Dataset, Touch


def _goals(on: date, since: datetime | None, most: int | None) -> Iterator[list[Cell]]:
    for goal in targets.totals(on=on).goals[:most]:
        yield [
            goal.code,
            goal.label,
            goal.unit,
            goal.wanted,
            goal.due_year,
            goal.at_due,
            goal.today,
            goal.clause,
        ]


def _years(on: date, since: datetime | None, most: int | None) -> Iterator[list[Cell]]:
    for row in sorted(targets.totals(on=on).years, key=lambda row: row.year)[:most]:
        yield [row.year, row.recognised, row.provincial, row.least, row.most]


def _promise(on: date, since: datetime | None, most: int | None) -> Iterator[list[Cell]]:
    for step in guide.promise(on=on)[:most]:
        yield [step.label, step.who, step.days, step.clause or None, step.done, step.kept]


_CASES = (
    Touch(Application),
    Touch(EarlierRecognition),
    Touch(Recognition),
    Touch(Institute),
    Touch(Revocation),
    Touch(ProvincialFiling),
    Touch(Achievement),
)

TARGETS = Dataset(
    name="targets",
    title="发展目标",
    about="实施意见三的累计目标、目标年度终了时的结果和现在的累计数。研究院数为撤销、退出后的净数。",
    keywords=("发展目标", "累计"),
    clause="三",
    key=("code",),
    cells=_goals,
    tells_news=False,
    follows_the_day=True,
    columns=(
        Column("code", "代码"),
        Column("label", "目标"),
        Column("unit", "单位"),
        columns.count("wanted", "目标数", unit="见单位", clause="三"),
        columns.year("目标年度", name="due_year", clause="三"),
        columns.count(
            "at_due",
            "目标年度终了时",
            unit="见单位",
            meaning="该年 12 月 31 日的数，此后不再变动",
        ),
        columns.count("today", "现在", unit="见单位"),
        Column("clause", "政策依据"),
    ),
    touches=_CASES,
)

YEARS = Dataset(
    name="targets-by-year",
    title="每年新认定数",
    about="每年新认定的市级研究院数、新获省级认定数，和实施意见要求的每年新认定数的下限、上限。",
    keywords=("发展目标", "年度"),
    clause="三",
    key=("year",),
    cells=_years,
    tells_news=False,
    follows_the_day=True,
    columns=(
        columns.year("年度"),
        columns.count("recognised", "新认定", unit="家"),
        columns.count("provincial", "新获省级认定", unit="家", clause="四(五)"),
        columns.count("least", "年度下限", unit="家", clause="三", required=False),
        columns.count("most", "年度上限", unit="家", clause="三", required=False),
    ),
    touches=_CASES,
)

PROMISE = Dataset(
    name="service-promise",
    title="服务承诺",
    about="认定申报各环节的承诺时限，和近一年全市在时限内办结的件数。不足两件的环节不公布件数。",
    keywords=("服务承诺", "办理时限", "按时办结"),
    clause="五(一)",
    key=("step",),
    cells=_promise,
    tells_news=False,
    follows_the_day=True,
    columns=(
        Column("step", "环节"),
        Column("office", "办理单位"),
        columns.count("working_days", "承诺时限", unit="工作日", meaning="自上一环节办完次日起算"),
        Column("clause", "政策依据", required=False),
        columns.count("done", "近一年办结", unit="件", required=False),
        columns.count("kept", "其中按时办结", unit="件", required=False),
    ),
    touches=_CASES[:1],
)
