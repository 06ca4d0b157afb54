"""The State Council's notice about a year's holidays, read into days. Plain values in, plain values out.

``二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。``
A weekday or a number of days that does not fit says that the year is another, or that the text was cut.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"
_DAY = r"(?:(?P<year{n}>\d{{4}})年)?(?:(?P<month{n}>\d{{1,2}})月)?(?P<day{n}>\d{{1,2}})日(?:（(?P<said{n}>[^）]*)）)?"
_ONE = re.compile(_DAY.format(n=""))
_SPAN = re.compile(_DAY.format(n="1") + r"\s*至\s*" + _DAY.format(n="2"))
_HOLIDAY = re.compile(
    r"(?:[一二三四五六七八九十]+、)?\s*(?P<names>[^：:，。、\s][^：:，。]*)[：:](?P<rest>.+)"
)
_COUNT = re.compile(r"(?:共|放假)\s*(\d+)\s*天")
_LINE = re.compile(
    r"(?P<day>\d{4}-\d{1,2}-\d{1,2})[\s,，;；]+(?P<what>放假|上班)[\s,，;；]+(?P<name>\S.*?)\s*$"
)


@dataclass(frozen=True, slots=True)
class Said:
    """A day of the notice: off or worked, and of which holiday."""

    day: date
    is_working: bool
    name: str

    @property
    def is_exception(self) -> bool:
        """Whether its weekday alone would say otherwise."""
        return self.is_working != (self.day.weekday() < 5)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and what does not fit, in words."""

    days: list[Said]
    faults: list[str]

    @property
    def exceptions(self) -> list[Said]:
        return [one for one in self.days if one.is_exception]


def read(text: str, *, year: int) -> Reading:
    """The days of a notice, or of lines ``2027-02-08 放假 春节``."""
    days, faults = [], []
    for line in (one.strip() for one in text.replace("(", "（").replace(")", "）").splitlines()):
        if found := _LINE.match(line):
            _take_line(found, days, faults)
        elif (holiday := _HOLIDAY.fullmatch(line)) and "日" in holiday["rest"]:
            _take_holiday(holiday["names"].strip(), holiday["rest"], year, days, faults)
    if not days and not faults:
        faults.append("没有读到放假或上班的日期，请粘贴通知中逐项列出节日的部分。")
    twice = {one.day for one in days if sum(other.day == one.day for other in days) > 1}
    faults += [f"{day:%Y-%m-%d} 出现了两次。" for day in sorted(twice)]
    return Reading(sorted(days, key=lambda one: one.day), faults)


def _take_line(found: re.Match, days: list[Said], faults: list[str]) -> None:
    try:
        day = date(*(int(part) for part in found["day"].split("-")))
    except ValueError:
        faults.append(f"{found['day']} 不是有效日期。")
    else:
        days.append(Said(day, found["what"] == "上班", found["name"][:40]))


def _take_holiday(name: str, rest: str, year: int, days: list[Said], faults: list[str]) -> None:
    """One holiday: sentence by sentence, days off or days worked."""
    month = 0
    for sentence in filter(None, re.split(r"[。；;]", rest)):
        worked = "上班" in sentence
        found, month = _days_of(name, sentence, year, month, faults)
        if not worked and (said := _COUNT.search(sentence)) and int(said[1]) != len(found):
            faults.append(f"{name}：写明共 {said[1]} 天，读到 {len(found)} 天。")
        label = f"{name}调休上班" if worked else name
        days += [Said(day, worked, label[:40]) for day in found]


def _days_of(name: str, sentence: str, year: int, month: int, faults: list[str]) -> tuple[list[date], int]:
    """The days of a sentence, and the month in which it ends: ``4日（周六）至6日`` goes on in the month before it."""
    found: list[date] = []
    for first, last in _spans(sentence):
        ends = []
        for part in (first, last) if last else (first,):
            month = int(part["month"] or month or 0)
            if day := _day(name, part, int(part["year"] or year), month, faults):
                ends.append(day)
        if len(ends) == 2:
            found += [ends[0] + timedelta(days=n) for n in range((ends[1] - ends[0]).days + 1)]
        elif not last:
            found += ends
    return found, month


def _spans(sentence: str) -> Iterator[tuple[dict, dict | None]]:
    place = 0
    while found := _ONE.search(sentence, place):
        span = _SPAN.match(sentence, found.start())
        if span:
            yield _part(span, "1"), _part(span, "2")
        else:
            yield _part(found, ""), None
        place = (span or found).end()


def _part(found: re.Match, n: str) -> dict[str, str | None]:
    return {key: found[f"{key}{n}"] for key in ("year", "month", "day", "said")}


def _day(name: str, part: dict, year: int, month: int, faults: list[str]) -> date | None:
    try:
        day = date(year, month, int(part["day"]))
    except ValueError:
        faults.append(f"{name}：{year} 年 {month} 月没有 {part['day']} 日。")
        return None
    said = re.search(rf"(?:周|星期)([{WEEKDAYS}天])", part["said"] or "")
    if said and WEEKDAYS[day.weekday()] != said[1].replace("天", "日"):
        faults.append(
            f"{name}：{day.month}月{day.day}日写作周{said[1]}，{year} 年这一天是周{WEEKDAYS[day.weekday()]}。"
        )
    return day
