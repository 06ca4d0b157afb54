"""9: sources and uses come to the same, and to what co-builders promised; bonuses are paid from own money."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.former import sum_since_last
from institutes.book.rules.partners import partners_of
from institutes.book.values import Answers, Fault, Setting
from records.amounts import in_wan


def _amounts(answers: Answers, grid: str) -> list[object]:
    return [cells.get("amount") for cells in (answers.get("budget", {}).get(grid) or {}).values()]


def sources_equal_uses(answers: Answers, setting: Setting) -> Iterator[Fault]:
    sources, uses = policy.total(_amounts(answers, "sources")), policy.total(_amounts(answers, "uses"))
    if sources != uses:
        text = _("经费来源合计 %(a)s 万元，支出合计 %(b)s 万元，相差 %(c)s 万元，两者应相等。")
        told = {"a": in_wan(sources), "b": in_wan(uses), "c": in_wan(abs(sources - uses))}
        yield Fault("budget", "uses", _("经费支出"), text % told)


def partners_money_is_in_budget(answers: Answers, setting: Setting) -> Iterator[Fault]:
    promised = policy.total(row.get("money") for row in partners_of(answers))
    entered = policy.total(
        [(answers.get("budget", {}).get("sources") or {}).get("partners", {}).get("amount")]
    )
    if promised != entered:
        text = _("共建单位投入合计 %(a)s 万元（第三部分），此处为 %(b)s 万元，应一致。")
        told = {"a": in_wan(promised), "b": in_wan(entered)}
        yield Fault("budget", "sources-partners-amount", _("共建单位投入"), text % told)


FISCAL = frozenset({"municipal", "county"})


def bonuses_from_own_money(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """Money of the city or a county pays no bonuses or benefits, so these are within what comes from elsewhere."""
    bonuses = policy.as_decimal(answers.get("budget", {}).get("bonuses"))
    if not bonuses or setting.limits["bonus_from_fiscal_money"]:
        return
    sources = answers.get("budget", {}).get("sources") or {}
    own = policy.total(cells.get("amount") for code, cells in sources.items() if code not in FISCAL)
    if bonuses > own:
        text = _("奖金、福利 %(a)s 万元，多于财政资金以外的来源 %(b)s 万元；财政资金不得用于奖金、福利。")
        told = {"a": in_wan(bonuses), "b": in_wan(own)}
        yield Fault("budget", "bonuses", _("其中用于奖金、福利"), text % told)


sources_since_last = sum_since_last("budget", "sources", "amount", gettext_lazy("经费来源合计"))
