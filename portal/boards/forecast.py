"""The forecast of a year's spending as a table: what is certain, what is likely by the past, and what that assumes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.roles import Role
from evaluation.enums.performance import OPEN_EVALUATIONS, EvaluationGrade
from funding.enums import GrantKind, MoneyLeg, programme_of
from funding.policy import amount_for
from funding.selectors import DISBURSEMENT_LEGS
from institutes.enums import ApplicationState
from institutes.enums.provincial import FilingState
from institutes.lifecycle.gates import GATES, before, ended_past
from institutes.models.provincial import CLOSED, OPEN
from portal.boards import outlook
from portal.boards.figures import YUAN, Figure, Line, Table
from portal.boards.looking import CityLook
from projects.enums import CLOSED as REFUSED_PROPOSALS
from projects.enums import UNDER_REVIEW, ProposalState

LIVE = tuple(leg.value for leg in DISBURSEMENT_LEGS)
"""Where money stands that was ordered and has not come back."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the forecast before it is drawn: what waits, in which unit, and the way to its rows."""

    pending: outlook.Pending
    label: str | Promise
    unit: str | Promise
    url: str


def rows(look: CityLook, grants: Mapping[str, Mapping]) -> list[Row]:
    """What is certain first, then what is likely, in the order in which it comes to money."""
    found = [*_certain(look), *_by_grant(look, grants), *_projects(look)]
    return [row for row in found if row.pending.count]


def table(look: CityLook, grants: Mapping[str, Mapping]) -> Table:
    """The lines with their sum against what is set aside; the assumptions stand beside them."""
    found = rows(look, grants)
    said = outlook.expected(row.pending for row in found)
    lines = [_line(row, one) for row, one in zip(found, said, strict=True)]
    total = sum((one.amount for one in said), Decimal(0))
    if lines:
        lines.append(Line(_("预计全年支出"), (None, _plain("forecast", total)), note=_against(look, total)))
    return Table(
        code="forecast",
        title=_("{year} 年支出预测").format(year=look.asked.year),
        note=_("按在办事项推算，金额单位：万元"),
        heads=(_("来源"), _("在办"), _("预计支出")),
        lines=lines,
        empty=_("没有在办事项可供推算。"),
    )


def assumptions() -> list[str]:
    """By what the forecast reckons, in words: said on the page and on paper."""
    return [
        _("在办事项都在本年办结并列支；暂缓拨付的不计入。"),
        _("已列支、已批准、应享待审批的按全额计。"),
        _("尚在评审的，按历年走过同一关后最终通过的比例折算；没有历史的按全部通过计。"),
        _("金额按现行政策标准，联合攻关按申请额。"),
    ]


def _against(look: CityLook, total: Decimal) -> str:
    if not look.asked.is_whole:
        return ""
    programme = look.asked.programme or None
    planned = look.found.amount("budget", year=look.asked.year, kind=programme)
    left = planned - total
    words = (
        _("预算安排够用，预计结余 {left} 万元") if left >= 0 else _("超出预算安排 {left} 万元，需提前调剂")
    )
    return words.format(left=_plain("left", abs(left)).shown)


def _plain(code: str, amount: Decimal) -> Figure:
    """An amount that was reckoned: no rows stand behind it but those of the lines above."""
    return Figure(code=code, label="", value=amount, unit=YUAN)


def _line(row: Row, said: outlook.Expected) -> Line:
    past = row.pending.past
    if past is None:
        note = _("按全额")
    elif past.is_known:
        note = _("历年 {all} 件中 {won} 件通过").format(all=past.all, won=past.won)
    else:
        note = _("尚无历史，按全部通过")
    count = Figure(
        code=f"pending-{row.pending.code}",
        label=row.label,
        value=row.pending.count,
        unit=row.unit,
        url=row.url,
    )
    return Line(row.label, (count, _plain(f"expected-{row.pending.code}", said.amount)), note=note)


def _certain(look: CityLook) -> list[Row]:
    year, kinds, found, to = look.asked.year, look.asked.kinds, look.found, look.to

    def row(code: str, what: str, label: str, url: str, **where: object) -> Row:
        pending = outlook.Pending(
            code, found.n(what, kind=kinds, **where), found.amount(what, kind=kinds, **where)
        )
        return Row(pending, label, _("笔"), url)

    money = look.money
    return [
        row(
            "ordered",
            "order",
            _("已列支"),
            to("funding:disbursement-list", live="true", year=year, **money),
            year=year,
            state=LIVE,
        ),
        row(
            "approved",
            "award",
            _("已批准待列支"),
            to("funding:award-list", leg=MoneyLeg.TO_ORDER.value, year=year, **money),
            year=year,
            state=MoneyLeg.TO_ORDER.value,
        ),
        row(
            "waiting",
            "award",
            _("应享待审批"),
            to("funding:award-list", leg=MoneyLeg.WAITING.value, **money),
            state=MoneyLeg.WAITING.value,
        ),
    ]


def _wanted(look: CityLook, kind: GrantKind) -> bool:
    return look.asked.programme in ("", programme_of(kind).value)


def _by_grant(look: CityLook, grants: Mapping[str, Mapping]) -> list[Row]:
    found: list[Row] = []
    for kind, reckon in (
        (GrantKind.CONSTRUCTION, _applications),
        (GrantKind.PERFORMANCE, _evaluations),
        (GrantKind.PROVINCIAL, _filings),
    ):
        if kind.value in grants and _wanted(look, kind):
            found += reckon(look, amount_for(grants[kind.value]))
    return found


def _states(look: CityLook, what: str) -> dict[str, int]:
    return {state: look.found.n(what, state=state) for state in look.found.values(what, "state")}


def _applications(look: CityLook, grant: Decimal) -> list[Row]:
    counts, found = _states(look, "application"), []
    for former, gate in pairwise(GATES):
        count = sum(counts.get(state, 0) for state in before(gate))
        past = outlook.past_of(
            counts,
            ended=ended_past(former) - {ApplicationState.WITHDRAWN},
            won=[ApplicationState.RECOGNISED],
        )
        label = _("认定申报，待“{gate}”").format(gate=gate.label)
        url = look.to("institutes:application-list", waits=gate.code)
        found.append(Row(outlook.Pending(gate.code, count, grant * count, past), label, _("件"), url))
    return found


def _evaluations(look: CityLook, grant: Decimal) -> list[Row]:
    count = look.found.n("evaluation", state=OPEN_EVALUATIONS)
    graded = sum(look.found.n("evaluation", kind=grade.value) for grade in EvaluationGrade)
    past = outlook.Past(look.found.n("evaluation", kind=EvaluationGrade.EXCELLENT.value), graded)
    seen = look.to.roles - {Role.FINANCE}  # what is not signed yet the finance bureau does not see
    url = look.to("evaluation:evaluation-list", published="open") if seen else ""
    pending = outlook.Pending("evaluations", count, grant * count, past)
    return [Row(pending, _("在评绩效评价（优秀的奖励）"), _("件"), url)]


def _filings(look: CityLook, grant: Decimal) -> list[Row]:
    counts = _states(look, "filing")
    count = sum(counts.get(state, 0) for state in OPEN)
    past = outlook.past_of(counts, ended=set(CLOSED) - {FilingState.WITHDRAWN}, won=[FilingState.RECOGNISED])
    url = look.to("institutes:filing-list", standing="open")
    return [Row(outlook.Pending("filings", count, grant * count, past), _("省级申报在办"), _("件"), url)]


def _projects(look: CityLook) -> list[Row]:
    if not _wanted(look, GrantKind.JOINT_PROJECT):
        return []
    counts = _states(look, "proposal")
    past = outlook.past_of(
        counts, ended=set(REFUSED_PROPOSALS) - {ProposalState.WITHDRAWN}, won=[ProposalState.APPROVED]
    )
    pending = outlook.Pending(
        "proposals",
        look.found.n("proposal", state=UNDER_REVIEW),
        look.found.amount("proposal", state=UNDER_REVIEW),
        past,
    )
    url = look.to("projects:project-proposal-list", standing="open")
    return [Row(pending, _("在审联合攻关项目（申请额）"), _("项"), url)]
