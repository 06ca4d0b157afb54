"""The money on the city's board: approved, ordered and paid, by year and programme; the forecast of the year."""

from dataclasses import replace

from django.utils.translation import gettext as _

from funding.enums import GrantKind, MoneyLeg, Programme, programme_of
from funding.models import GrantEdition
from portal.boards import forecast as forecasting
from portal.boards.figures import YUAN, Figure, Line, Question, Table
from portal.boards.looking import CityLook

YEARS_SHOWN = 5


def approved(look: CityLook, year: int | None, kinds, **asked: object) -> Figure:
    return Figure(
        code=f"approved-{asked.get('programme') or 'all'}-{year}",
        label=_("已批准"),
        value=look.found.amount("approved", year=year, kind=kinds),
        unit=YUAN,
        url=look.to("funding:award-list", approved="true", year=year, **asked),
    )


def issued(look: CityLook, year: int | None, kinds, **asked: object) -> Figure:
    return Figure(
        code=f"issued-{asked.get('programme') or 'all'}-{year}",
        label=_("已列支"),
        value=look.found.amount("order", year=year, kind=kinds, state=forecasting.LIVE),
        unit=YUAN,
        url=look.to("funding:disbursement-list", live="true", year=year, **asked),
    )


def paid(look: CityLook, year: int | None, kinds, **asked: object) -> Figure:
    return Figure(
        code=f"paid-{asked.get('programme') or 'all'}-{year}",
        label=_("已拨到企业"),
        value=look.found.amount("order", year=year, kind=kinds, state=MoneyLeg.PAID.value),
        unit=YUAN,
        url=look.to("funding:disbursement-list", leg=MoneyLeg.PAID.value, year=year, **asked),
    )


def money(look: CityLook, outlook: Table | None) -> Question:
    """What was approved of this year's budgets and has come to the units; what counties keep; the year's outlook."""
    year, kinds = look.asked.year, look.asked.kinds
    kept = look.found.n("kept", kind=kinds)
    at_county = Figure(
        code="at-county",
        label=_("县级到账待拨"),
        value=look.found.amount("order", kind=kinds, state=MoneyLeg.AT_COUNTY.value),
        unit=YUAN,
        url=look.to("funding:disbursement-list", leg=MoneyLeg.AT_COUNTY.value, **look.money),
        more=Figure(
            code="kept",
            label=_("超过提示期未拨"),
            value=kept,
            unit=_("笔"),
            url=look.to("funding:disbursement-list", retained="amber", **look.money),
            tone="overdue" if kept else "",
        ),
    )
    given = paid(look, year, kinds, **look.money)
    every = Figure(
        code="paid-ever",
        label=_("历年累计"),
        value=look.found.amount("order", kind=kinds, state=MoneyLeg.PAID.value),
        unit=YUAN,
        url=look.to("funding:disbursement-list", leg=MoneyLeg.PAID.value, **look.money),
    )
    this_year = Figure(
        code="paid-year",
        label=_("{year} 年预算已拨到企业").format(year=year),
        value=given.value,
        unit=YUAN,
        url=given.url,
        more=every,
    )
    table = Table(
        code="way",
        title=_("{year} 年预算的去向").format(year=year),
        heads=(_("环节"), _("金额（万元）")),
        lines=[*(Line(one.label, (one,)) for one in _way(look) if one.url), *_expected(outlook)],
        url=look.to("funding:county-budget-list", year=year),
        url_label=_("县级本级预算"),
    )
    return Question(code="money", title=_("钱在哪里"), figures=(at_county, this_year), table=table)


def _expected(outlook: Table | None) -> list[Line]:
    """The last line of the forecast: what the year is likely to cost, against what is set aside."""
    if outlook is None or not outlook.lines:
        return []
    last = outlook.lines[-1]
    return [replace(last, figures=last.figures[-1:], url="#forecast")]


def _way(look: CityLook) -> list[Figure]:
    year, kinds = look.asked.year, look.asked.kinds
    waiting = Figure(
        code="waiting",
        label=_("应享待审批"),
        value=look.found.amount("award", kind=kinds, state=MoneyLeg.WAITING.value),
        unit=YUAN,
        url=look.to("funding:award-list", leg=MoneyLeg.WAITING.value, **look.money),
    )
    planned = _budget(look, year, look.asked.programme)
    return [
        *planned,
        approved(look, year, kinds, **look.money),
        issued(look, year, kinds, **look.money),
        waiting,
    ]


def _budget(look: CityLook, year: int, programme: str) -> list[Figure]:
    """What was set aside by the city: it knows neither county nor chain."""
    if not look.asked.is_whole:
        return []
    return [
        Figure(
            code=f"budget-{programme or 'all'}-{year}",
            label=_("预算安排"),
            value=look.found.amount("budget", year=year, kind=programme or None),
            unit=YUAN,
            url=look.to("funding:budget-list", year=year, programme=programme),
        )
    ]


def money_by_programme(look: CityLook) -> Table:
    """Programme by programme and year by year: set aside, approved, ordered, paid."""
    years = sorted(
        {*look.found.values("budget", "year"), *look.found.values("approved", "year")} - {0}, reverse=True
    )
    lines = []
    for year in years[:YEARS_SHOWN]:
        for programme in Programme:
            if look.asked.programme in ("", programme.value):
                lines.append(_programme_line(look, year, programme))
    heads = (_("预算安排"),) if look.asked.is_whole else ()
    return Table(
        code="programmes",
        title=_("各专项各年度资金"),
        note=_("金额单位：万元"),
        heads=(_("年度和专项"), *heads, _("已批准"), _("已列支"), _("已拨到企业")),
        lines=[line for line in lines if any(one and one.value for one in line.figures)],
    )


def _programme_line(look: CityLook, year: int, programme: Programme) -> Line:
    kinds = tuple(kind.value for kind in GrantKind if programme_of(kind) == programme)
    asked = {"programme": programme.value}
    money = (
        approved(look, year, kinds, **asked),
        issued(look, year, kinds, **asked),
        paid(look, year, kinds, **asked),
    )
    return Line(f"{year} · {programme.label}", (*_budget(look, year, programme.value), *money))


def forecast(look: CityLook) -> Table | None:
    """What the year is likely to cost, from what is under way; only where this year is asked for."""
    if look.asked.year != look.on.year:
        return None
    grants = {
        edition.kind: edition.terms
        for edition in GrantEdition.objects.filter(valid_from__lte=look.on).order_by("valid_from")
        if "grant" in edition.terms
    }
    return forecasting.table(look, grants)
