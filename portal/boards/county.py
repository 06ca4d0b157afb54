"""The board of one county: what is stuck, where the money is, where it stands; then all that it keeps."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Division, User
from accounts.roles import Role
from funding.enums import MoneyLeg
from funding.selectors import retention_limits
from institutes.enums import OPEN_STATES
from portal.boards.county_tables import NextDate, measures, next_dates, pipeline, pool
from portal.boards.figures import YUAN, Board, Figure, Line, Question, Table, Ways, in_order, readable
from portal.boards.lines import yearly_counts, yearly_open
from portal.boards.looking import Look
from portal.boards.ranks import Place, place_of, ranks
from portal.boards.urgent import ITEMS, office, urgent
from portal.selectors import cells, matters
from portal.selectors.cells.counting import counted
from portal.selectors.oversight import overseen_at_a_glance
from portal.selectors.workbasket import Task

ORDERS, HOUSES = gettext_lazy("笔"), gettext_lazy("家")
LATE_SHOWN, HOLDERS_SHOWN, YEARS_SHOWN = 4, 5, 4
LEGS_OF_AWARDS = (MoneyLeg.WAITING, MoneyLeg.TO_ORDER, MoneyLeg.SUSPENDED)


@dataclass(frozen=True, slots=True)
class CountyBoard:
    """The figures of a county, the longest overdue of its matters, and its institutes with their next dates."""

    division: Division
    board: Board
    late: list[Task]
    institutes: list[NextDate]


def county_board(user: User, division: Division, *, on: date) -> CountyBoard:
    """Everything about a county that this person may know. As many queries for a million rows as for one."""
    scope = cells.Scope(divisions=(division.pk,))
    found = counted(scope, on=on, kept_from=matters.kept_from(user), retention=retention_limits(on)[0])
    to = Ways(frozenset(user.roles), (("division", division.pk),))
    look = Look(found, to, on)
    late = overseen_at_a_glance(matters.late_matters(user, on=on, division=division)[:LATE_SHOWN], on=on)
    place = place_of(look, division, state=cells.VALID)
    questions = in_order([stuck(look), money(look), standing(look, place)], to.roles)
    tables = [pipeline(look), measures(look), pool(look), ranks(look, division)]
    board = Board(
        title=str(division),
        questions=questions,
        tables=[table for table in tables if table is not None],
        actions=actions(user, to),
    )
    return CountyBoard(division, board, late, next_dates(division, on, kept_from=matters.kept_from(user)))


def actions(user: User, to: Ways) -> list[tuple[str, str]]:
    """What whoever looks does next, by role."""
    offered = {
        Role.COUNTY_FIN: [(_("登记到账和拨付"), to("funding:disbursement-list", leg=MoneyLeg.ON_THE_WAY))],
        Role.COUNTY_LEAD: [(_("待签推荐函"), to("institutes:recommendation-list"))],
        Role.COUNTY_STAFF: [
            (_("我的待办"), to("home")),
            (_("登记本级预算"), to("funding:county-budget-list")),
        ],
    }
    return [one for role, found in offered.items() if user.holds(role) for one in found if one[1]]


# --- what is stuck ----------------------------------------------------------------------------------------------------


def stuck(look: Look) -> Question:
    """What is overdue and what soon will be; by whom it is held."""
    return Question(code="stuck", title=_("卡在哪里"), figures=urgent(look), table=holders(look))


def holders(look: Look) -> Table:
    """Who holds what is under way, those with the most overdue first."""
    found = [(Role(role).label, office(look, role)) for role in look.found.values("matter", "kind")]
    found.sort(key=lambda one: (-one[1][1].value, -one[1][0].value))
    return Table(
        code="holders",
        title=_("由谁办理"),
        heads=(_("当前办理"), _("在办"), _("逾期")),
        lines=[Line(label, figures) for label, figures in found[:HOLDERS_SHOWN]],
        empty=_("没有在办事项。"),
        url=look.to("matters"),
        url_label=_("全部在办事项"),
    )


# --- where the money is -----------------------------------------------------------------------------------------------


def money(look: Look) -> Question:
    """What has come to the county and what it has paid on; what it set aside itself against what it promised."""
    kept = look.found.n("kept")
    at_county = leg_figure(
        look,
        MoneyLeg.AT_COUNTY,
        more=Figure(
            code="kept",
            label=_("超过提示期未拨"),
            value=kept,
            unit=ORDERS,
            url=look.to("funding:disbursement-list", retained="amber"),
            tone="overdue" if kept else "",
        ),
    )
    year = look.on.year
    paid = leg_figure(
        look,
        MoneyLeg.PAID,
        more=Figure(
            code="paid-year",
            label=_("其中 {year} 年预算").format(year=year),
            value=look.found.amount("order", state=MoneyLeg.PAID, year=year),
            unit=YUAN,
            url=look.to("funding:disbursement-list", leg=MoneyLeg.PAID, year=year),
        ),
    )
    lines = [_leg_line(look, leg) for leg in MoneyLeg]
    table = Table(
        code="legs",
        title=_("资金到哪一步"),
        heads=(_("环节"), _("笔数"), _("金额（万元）")),
        lines=[*lines, *_own_budget(look)],
    )
    return Question(code="money", title=_("钱在哪里"), figures=(at_county, paid), table=table)


def leg_figure(look: Look, leg: MoneyLeg, *, more: Figure | None = None) -> Figure:
    """What stands on a leg of its way, in yuan."""
    of_awards = leg in LEGS_OF_AWARDS
    return Figure(
        code=f"leg-{leg}",
        label=leg.label,
        value=look.found.amount("award" if of_awards else "order", state=leg.value),
        unit=YUAN,
        url=_list_of(look.to, leg),
        more=more,
    )


def _list_of(to: Ways, leg: MoneyLeg) -> str:
    return to("funding:award-list" if leg in LEGS_OF_AWARDS else "funding:disbursement-list", leg=leg.value)


def _leg_line(look: Look, leg: MoneyLeg) -> Line:
    what = "award" if leg in LEGS_OF_AWARDS else "order"
    count = Figure(
        code=f"count-{leg}",
        label=leg.label,
        value=look.found.n(what, state=leg.value),
        url=_list_of(look.to, leg),
    )
    return Line(leg.label, (count, leg_figure(look, leg)))


def _own_budget(look: Look) -> list[Line]:
    """What the county set aside of its own this year, and paid of it, beside what it promised (五(二))."""
    year, found, to = look.on.year, look.found, look.to
    own = to("funding:county-budget-list", year=year)
    promised = Figure(
        code="promised",
        label=_("推荐时承诺"),
        value=found.amount("promise"),
        unit=YUAN,
        url=to("institutes:application-list", state="recognised", promised="yes"),
    )
    given = Figure(
        code="own-budget", label=_("本级安排"), value=found.total("own_budget", year=year), unit=YUAN, url=own
    )
    paid = Figure(
        code="own-paid",
        label=_("本级已拨付"),
        value=found.amount("own_budget", year=year),
        unit=YUAN,
        url=own,
    )
    none = not found.n("own_budget", year=year)
    lines = [
        Line(
            _("{year} 年本级预算").format(year=year),
            (None, given),
            note=_("尚未登记") if none else "",
            tone="soon" if none else "",
        ),
        Line(_("其中已拨付"), (None, paid)),
        Line(_("推荐时承诺的支持"), (None, promised)),
    ]
    return [line for line in lines if line.figures[1].url]


# --- where it stands --------------------------------------------------------------------------------------------------


def standing(look: Look, place: Place) -> Question:
    """How many institutes, in which place; what was applied for and recognised, year by year."""
    year, found, to = look.on.year, look.found, look.to
    register = Figure(
        code="institutes",
        label=_("在册研究院"),
        value=found.n("institute", state=cells.VALID),
        unit=HOUSES,
        url=to("institutes:institute-list", standing="recognised"),
        note=_("全市第 {place} 位").format(place=place.place) if place.own else "",
        more=Figure(
            code="recognised-year",
            label=_("本年新认定"),
            value=found.n("institute", year=year),
            unit=HOUSES,
            url=to("institutes:institute-list", year=year),
        ),
    )
    under_way = Figure(
        code="under-way",
        label=_("在办申报"),
        value=found.n("application", state=OPEN_STATES),
        unit=ITEMS,
        url=to("institutes:application-list", standing="open"),
        more=Figure(
            code="applied-year",
            label=_("本年报送"),
            value=found.n("application", year=year),
            unit=ITEMS,
            url=to("institutes:application-list", passed="received", year=year),
        ),
    )
    achieved = Figure(
        code="achievements",
        label=_("已核实成果"),
        value=found.n("achievement"),
        unit=_("项"),
        url=to("institutes:achievement-list", counted="yes"),
    )
    projects = Figure(
        code="projects",
        label=_("联合攻关项目"),
        value=found.n("project"),
        unit=_("个"),
        url=to("projects:approved-list"),
    )
    figures = readable([register, under_way, achieved, projects])[:2]
    return Question(code="standing", title=_("干得怎么样"), figures=figures, table=trend(look))


def trend(look: Look) -> Table:
    """Year by year, the latest first; a column whose rows the reader does not open is left out."""
    found, columns = look.found, yearly_open(look)
    years = sorted(
        {look.on.year, *found.values("application", "year"), *found.values("institute", "year")} - {0},
        reverse=True,
    )
    lines = [Line(str(year), yearly_counts(look, year, columns, short=True)) for year in years[:YEARS_SHOWN]]
    heads = (_("年度"), *(str(one.short) for one in columns))
    return Table(code="trend", title=_("逐年"), heads=heads, lines=lines)
