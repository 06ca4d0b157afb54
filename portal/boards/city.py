"""The city's board: what is stuck and where, what became of the money, how the targets stand; then all that runs."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Division, User
from accounts.roles import ROLES, Reach, Role
from funding.enums import Programme
from funding.selectors import retention_limits
from institutes.models import IndustryChain
from portal.boards.city_money import forecast, money, money_by_programme
from portal.boards.city_tables import by_year, chains_without, counties, evaluations, funnel
from portal.boards.figures import Board, Figure, Line, Question, Table, Ways, in_order, readable
from portal.boards.looking import Asked, CityLook
from portal.boards.maps import maps
from portal.boards.urgent import office, urgent
from portal.selectors import cells, matters
from portal.selectors.cells.counting import counted
from portal.selectors.targets import target_edition

HOUSES, PROJECTS = gettext_lazy("家"), gettext_lazy("个")
OFFICES_SHOWN = 6


def look_at(
    user: User,
    asked: Asked,
    *,
    divisions: list[Division],
    chains: list[IndustryChain],
    on: date,
    by_county: bool = False,
) -> CityLook:
    """Everything that was asked for, counted. As many queries for a million rows as for one.

    ``by_county``: whether every county stands in a line of its own.
    """
    edition = target_edition(on)
    terms = edition.terms if edition else {}
    keys = (asked.division.pk,) if asked.division else None
    scope = cells.Scope(
        keys, chain=asked.chain.pk if asked.chain else None, calls_of=asked.year, by_county=by_county
    )
    found = counted(
        scope,
        on=on,
        kept_from=matters.kept_from(user),
        retention=retention_limits(on)[0],
        due_year=terms["total"]["due_year"] if terms else None,
    )
    base = [("division", asked.division), ("chain", asked.chain)]
    to = Ways(frozenset(user.roles), tuple((name, one.pk) for name, one in base if one))
    return CityLook(
        found, to, on, asked, {one.pk: one for one in divisions}, {one.pk: one for one in chains}, terms
    )


def city_board(look: CityLook) -> Board:
    """The board with its tables; those whose rows the reader cannot open are left out."""
    asked = look.asked
    named = [asked.division, asked.chain, Programme(asked.programme).label if asked.programme else None]
    outlook = forecast(look)
    found = [
        funnel(look),
        money_by_programme(look),
        by_year(look),
        outlook,
        evaluations(look),
        chains_without(look),
        counties(look),
    ]
    return Board(
        title="，".join(str(one) for one in named if one) or _("全市"),
        questions=in_order([stuck(look), money(look, outlook), targets(look)], look.to.roles),
        maps=maps(look),
        tables=[table for table in found if table is not None and table.lines],
    )


# --- what is stuck ----------------------------------------------------------------------------------------------------


def stuck(look: CityLook) -> Question:
    """What is overdue and what soon will be, office by office."""
    return Question(code="stuck", title=_("卡在哪里"), figures=urgent(look), table=offices(look))


def offices(look: CityLook) -> Table:
    """Who holds how much and how late, the most overdue first."""
    keys = {(cell.kind, _within(cell)) for cell in look.found.pick("matter")}
    found = [(_office(look, *key), office(look, *key)) for key in keys]
    found.sort(key=lambda one: (-one[1][1].value, -one[1][0].value, one[0]))
    return Table(
        code="offices",
        title=_("由谁办理"),
        heads=(_("当前办理"), _("在办"), _("逾期")),
        lines=[Line(label, figures) for label, figures in found[:OFFICES_SHOWN]],
        empty=_("没有在办事项。"),
        url=look.to("workload"),
        url_label=_("各岗位办理时效"),
    )


def _within(cell: cells.Cell) -> int | None:
    """A county's offices are told apart, all others are one office each."""
    return cell.division if ROLES[Role(cell.kind)].reach is Reach.DIVISION else None


def _office(look: CityLook, role: str, division: int | None) -> str:
    county = look.divisions.get(division) if division else None
    return f"{county} · {Role(role).label}" if county else str(Role(role).label)


# --- how it stands ----------------------------------------------------------------------------------------------------


def targets(look: CityLook) -> Question:
    """The targets of 三 and 四(六): the yearly band, the totals net and gross, as the due year left them."""
    found, to, year = look.found, look.to, look.asked.year
    total, yearly = look.targets.get("total", {}), look.targets.get("yearly", {})
    register = Figure(
        code="institutes",
        label=_("在册研究院"),
        value=found.n("institute", state=cells.VALID),
        unit=HOUSES,
        url=to("institutes:institute-list", standing="recognised"),
        note=_("目标 {n}").format(n=total["institutes"]) if total else "",
        more=Figure(
            code="institutes-gross",
            label=_("历年共"),
            value=found.n("institute"),
            unit=HOUSES,
            url=to("institutes:institute-list"),
        ),
    )
    new = Figure(
        code="recognised-year",
        label=_("{year} 年新认定").format(year=year),
        value=found.n("institute", year=year),
        unit=HOUSES,
        url=to("institutes:institute-list", year=year),
        note=_("每年 {least}–{most}").format(least=yearly["recognised_min"], most=yearly["recognised_max"])
        if yearly
        else "",
        more=Figure(
            code="recognised-before",
            label=_("上年"),
            value=found.n("institute", year=year - 1),
            unit=HOUSES,
            url=to("institutes:institute-list", year=year - 1),
        ),
    )
    return Question(
        code="targets", title=_("目标完成得怎样"), figures=readable([register, new]), table=_goals(look)
    )


def _goals(look: CityLook) -> Table:
    found, to, year = look.found, look.to, look.asked.year
    total, yearly = look.targets.get("total", {}), look.targets.get("yearly", {})
    due = total.get("due_year", "")
    rows = [("achievements", _("新技术、新产品、杀手锏产品")), ("transfers", _("转化科技成果"))]
    lines = [
        Line(
            label,
            (
                Figure(
                    code=f"goal-{goal}",
                    label=label,
                    value=found.n("achievement", kind=goal),
                    unit=_("项"),
                    url=to("institutes:achievement-list", counted="yes", goal=goal),
                ),
            ),
            note=_("目标 {n}，{due} 年底 {at_due}").format(
                n=total[goal], due=due, at_due=found.n("at_due", kind=goal)
            ),
        )
        for goal, label in rows
        if total
    ]
    projects = Figure(
        code="projects-year",
        label=_("联合攻关立项"),
        value=found.n("project", year=year),
        unit=PROJECTS,
        url=to("projects:approved-list", year=year),
    )
    least = _("每年不少于 {n}").format(n=yearly["joint_projects_min"]) if yearly else ""
    lines.append(Line(_("{year} 年联合攻关立项").format(year=year), (projects,), note=least))
    if total:
        said = _("{due} 年底在册研究院 {n} 家，目标 {wanted} 家；此后只计入截至今天的数").format(
            due=due, n=found.n("at_due", kind="institutes"), wanted=total["institutes"]
        )
        lines.append(Line(_("到期结果"), (None,), note=said))
    return Table(
        code="goals",
        title=_("目标"),
        heads=(_("目标"), _("截至今天")),
        lines=[line for line in lines if line.figures[0] is None or line.figures[0].url],
        url=to("targets"),
        url_label=_("发展目标"),
    )
