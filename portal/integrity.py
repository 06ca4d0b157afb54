"""Invariants of the roof: what its pages sum up is what is there."""

from portal import tallies
from portal.models import Tallied
from records.integrity import check


@check("I17", "汇总数等于逐条统计的结果")
def tallies_are_what_is_there() -> list[str]:
    return [
        f"{Tallied(what).label}（区划 {division or '全市'}，年度 {year or '—'}，{kind or '—'}，{state or '—'}，"
        f"产业链 {chain or '—'}）：相差 {count:+} 条、{amount:+} 元"
        for what, division, year, kind, state, chain, count, amount in tallies.differences()
    ]
