"""What runs in the city: calls by gate, evaluations, years side by side, gaps of chains and of counties."""

from django.utils.translation import gettext as _

from accounts.roles import Role
from evaluation.enums.performance import OPEN_EVALUATIONS, EvaluationGrade
from institutes.lifecycle.gates import GATES
from institutes.models import Call
from portal.boards.city_money import approved, paid
from portal.boards.figures import Figure, Line, Table
from portal.boards.lines import yearly_counts, yearly_open
from portal.boards.looking import CityLook
from portal.selectors import cells

YEARS_SHOWN = 5


def funnel(look: CityLook) -> Table | None:
    """Call by call of the year: how many have passed each gate."""
    if not look.to("institutes:application-list"):
        return None
    found, year = look.found, look.asked.year
    calls = Call.objects.published().filter(year=year).order_by("-opens_at").only("title", "year")
    lines = [
        Line(
            call.title,
            tuple(
                Figure(
                    code=f"call-{call.pk}-{gate.code}",
                    label=gate.label,
                    value=found.n("call", kind=str(call.pk), state=gate.states),
                    url=look.to("institutes:application-list", call=call.pk, passed=gate.code),
                )
                for gate in GATES
            ),
            url=call.get_absolute_url(),
        )
        for call in calls
    ]
    return Table(
        code="funnel",
        title=_("{year} 年申报走到哪一关").format(year=year),
        note=_("各批次通过每一关的件数"),
        heads=(_("申报通知"), *(gate.label for gate in GATES)),
        lines=lines,
    )


def evaluations(look: CityLook) -> Table | None:
    """What three-year evaluations came to, round by round, and how many are under way."""
    found, to = look.found, look.to
    if not to("evaluation:evaluation-list"):
        return None
    lines = []
    for year in sorted(found.values("evaluation", "year"), reverse=True)[:YEARS_SHOWN]:
        grades = tuple(
            Figure(
                code=f"grade-{grade}-{year}",
                label=grade.label,
                value=found.n("evaluation", year=year, kind=grade.value),
                url=to("evaluation:evaluation-list", year=year, grade=grade.value, published="yes"),
            )
            for grade in EvaluationGrade
        )
        open_ones = Figure(
            code=f"evaluating-{year}",
            label=_("评价中"),
            value=found.n("evaluation", year=year, state=OPEN_EVALUATIONS),
            # What is not signed yet the finance bureau does not see.
            url=to("evaluation:evaluation-list", year=year, published="open")
            if to.roles - {Role.FINANCE}
            else "",
        )
        lines.append(Line(_("{year} 年度").format(year=year), (*grades, open_ones)))
    heads = (_("评价年度"), *(grade.label for grade in EvaluationGrade), _("评价中"))
    return Table(
        code="evaluations", title=_("绩效评价结果"), note=_("已公布的等次"), heads=heads, lines=lines
    )


def by_year(look: CityLook) -> Table:
    """The years side by side."""
    kinds, columns = look.asked.kinds, yearly_open(look)
    years = {look.on.year, look.asked.year}
    for one in columns:
        years |= set(look.found.values(one.what, "year"))
    lines = [
        Line(
            str(year),
            (
                *yearly_counts(look, year, columns),
                approved(look, year, kinds, **look.money),
                paid(look, year, kinds, **look.money),
            ),
        )
        for year in sorted(years - {0}, reverse=True)[:YEARS_SHOWN]
    ]
    heads = (
        _("年度"),
        *(str(one.label) for one in columns),
        _("批准资金（万元）"),
        _("拨到企业（万元）"),
    )
    return Table(code="years", title=_("逐年比较"), heads=heads, lines=lines)


def chains_without(look: CityLook) -> Table | None:
    """How many chains no institute leads."""
    to = look.to
    if look.asked.chain or look.asked.division or not to("institutes:chain-list"):
        return None
    led = {cell.chain for cell in look.found.pick("led", state=cells.VALID)}
    bare = [chain for chain in look.chains.values() if chain.pk not in led and chain.is_active]
    figure = Figure(
        code="chains-without",
        label=_("尚无研究院的产业链"),
        value=len(bare),
        unit=_("条"),
        url=to("institutes:chain-list", institutes="none", state="active"),
        tone="soon" if bare else "",
    )
    named = "、".join(str(chain) for chain in bare)
    return Table(
        code="gaps",
        title=_("产业链空白"),
        heads=(_("空白"), _("条数")),
        lines=[Line(_("尚无研究院的产业链"), (figure,), note=named)],
    )


def counties(look: CityLook) -> Table | None:
    """Which counties set nothing aside, and which have no policy of their own: the way to the table of them all."""
    if not look.asked.is_whole:
        return None
    year, found = look.asked.year, look.found
    funded = set(found.values("own_budget", "division", year=year))
    ruled = set(found.values("policy", "division"))
    led = {cell.division for cell in found.pick("institute", state=cells.VALID)}
    rows = [
        ("budget", _("{year} 年未登记本级预算").format(year=year), funded, "五（二）"),
        ("policy", _("没有现行配套政策"), ruled, "五（三）"),
        ("institute", _("还没有研究院"), led, "三"),
    ]
    lines = []
    for code, label, having, clause in rows:
        bare = [one for one in look.divisions.values() if one.pk not in having]
        figure = Figure(
            code=f"without-{code}",
            label=label,
            value=len(bare),
            unit=_("个"),
            url=look.to("counties", without=code, year=year),
            tone="soon" if bare else "",
        )
        lines.append(Line(label, (figure,), note=_("依据{clause}").format(clause=clause)))
    return Table(
        code="without",
        title=_("县（市、区）短板"),
        heads=(_("短板"), _("县（市、区）数")),
        lines=lines,
        url=look.to("counties", year=year),
        url_label=_("各县（市、区）一览"),
    )
