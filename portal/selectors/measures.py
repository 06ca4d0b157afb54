"""What the counties of the city are compared by on the map: each figure with the way to its rows.

Some measures are public; the others are for the offices that read their rows: a county sees its own figure, the
city's offices all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Division, User
from accounts.roles import Role
from funding.enums import MoneyLeg
from funding.models import CountyBudget
from funding.selectors import DISBURSEMENT_LEGS
from institutes.enums import OPEN_STATES, Standing
from institutes.enums.provincial import Level
from institutes.models import (
    ChainMember,
    CountyPolicy,
    Institute,
)
from institutes.selectors import KEEPERS, POOL_READERS
from institutes.selectors.provincial import at_level
from portal.charts import Value
from portal.models import Tallied
from portal.selectors import matters, tallies
from portal.selectors.dashboard import CITY, COUNTY, divisions_for
from portal.selectors.tallies import Cut
from portal.tilemap import Figure, TileMap, drawn
from records.amounts import WAN

Counts = dict[int, Value]
Counting = Callable[[int | None, date, User], Counts]
OFFICES = (*COUNTY, *CITY)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing the counties are compared by. Without ``readers`` it is public.

    ``count(year, on, user)``: the figure of each division that has one; ``page``: where its rows are, and what that
    page is asked for beside the county.
    """

    code: str
    label: str | Promise
    unit: str | Promise
    about: str | Promise
    count: Counting
    page: str
    asked: tuple[tuple[str, str], ...] = ()
    by_year: bool = False
    readers: tuple[Role, ...] = ()

    def open_to(self, user: User) -> bool:
        """Whether this person may read the measure at all."""
        return not self.readers or (user.is_authenticated and user.holds(*self.readers))

    def rows_of(self, division: Division, year: int | None) -> str:
        """The address of the rows behind a county's figure."""
        key = division.code if self.page in BY_CODE else division.pk
        asked = {"division": key, **dict(self.asked)}
        if self.by_year and year:
            asked["year"] = year
        return f"{reverse(self.page)}?{urlencode(asked)}"


BY_CODE = ("directory", "chain-picture")
"""Pages that name a county by its code; the others go by its key."""


def _by_county(rows: QuerySet, column: str = "division", what: Aggregate | None = None) -> Counts:
    found = rows.exclude(**{column: None}).order_by().values_list(column)
    return dict(found.annotate(figure=what or Count("pk")))


def _in_wan(sums: Counts) -> Counts:
    return {key: Decimal(yuan or 0) / WAN for key, yuan in sums.items()}


def _tallied(what: Tallied, *, by_year: bool = False, money: bool = False, **asked: Any) -> Counting:
    """A count, or a sum in 万元, that is kept beside its rows: it costs the same however many there are."""

    def count(year: int | None, on: date, user: User) -> Counts:
        cut = Cut(what, by=("division",), year=year if by_year else None, **asked)
        parts = tallies.read(tallies.WHOLE_CITY, figure=cut)["figure"]
        return _in_wan({key: part.amount for key, part in parts.items()}) if money else dict(parts.counts)

    return count


def _provincial(year: int | None, on: date, user: User) -> Counts:
    in_force = Institute.objects.recognised().standing(Standing.IN_FORCE)
    return _by_county(at_level(in_force, Level.PROVINCIAL))


def _enterprises(year: int | None, on: date, user: User) -> Counts:
    return _by_county(ChainMember.objects.present(), what=Count("uscc", distinct=True))


def _policies(year: int | None, on: date, user: User) -> Counts:
    return _by_county(CountyPolicy.objects.issued())


def _late(year: int | None, on: date, user: User) -> Counts:
    return _by_county(matters.late_matters(user, on=on))


def _own_budget(year: int | None, on: date, user: User) -> Counts:
    rows = CountyBudget.objects.filter(year=year) if year else CountyBudget.objects.all()
    return _in_wan(_by_county(rows, what=Sum("amount")))


MEASURES: Mapping[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "institutes",
            _("有效研究院"),
            _("家"),
            _("已认定并有效的研究院，暂停、撤销、退出的不计"),
            _tallied(Tallied.INSTITUTES, state=Standing.IN_FORCE),
            "directory",
        ),
        Measure(
            "recognised",
            _("认定研究院"),
            _("家"),
            _("当年认定的研究院，此后撤销、退出的也计入"),
            _tallied(Tallied.INSTITUTES, by_year=True),
            "directory",
            (("standing", "all"),),
            by_year=True,
        ),
        Measure(
            "provincial",
            _("省级研究院"),
            _("家"),
            _("有效研究院中获省级认定的"),
            _provincial,
            "directory",
            (("level", Level.PROVINCIAL.value),),
        ),
        Measure(
            "enterprises",
            _("产业链在列企业"),
            _("家"),
            _("产业链图谱上的企业，一家只计一次"),
            _enterprises,
            "chain-picture",
        ),
        Measure(
            "policies",
            _("县级配套政策"),
            _("件"),
            _("已发布的配套政策"),
            _policies,
            "institutes:local-policies",
        ),
        Measure(
            "applied",
            _("认定申报"),
            _("件"),
            _("已报送县级的申报，按申报通知的年度"),
            _tallied(Tallied.APPLICATIONS, by_year=True),
            "institutes:application-list",
            (("standing", "received"),),
            by_year=True,
            readers=KEEPERS,
        ),
        Measure(
            "under_way",
            _("在办申报"),
            _("件"),
            _("已报送、尚未办结的申报"),
            _tallied(Tallied.APPLICATIONS, state=OPEN_STATES),
            "institutes:application-list",
            (("standing", "open"),),
            readers=KEEPERS,
        ),
        Measure(
            "late",
            _("逾期事项"),
            _("件"),
            _("超过时限、仍未办理的事项"),
            _late,
            "matters",
            (("late", matters.LATE),),
            readers=OFFICES,
        ),
        Measure(
            "pool",
            _("培育库企业"),
            _("家"),
            _("登记入库的企业"),
            _tallied(Tallied.POOL),
            "institutes:cultivation-list",
            readers=POOL_READERS,
        ),
        Measure(
            "achievements",
            _("新技术、新产品、杀手锏产品"),
            _("项"),
            _("县、市两级核实的成果，按取得年度"),
            _tallied(Tallied.ACHIEVEMENTS, by_year=True, kind="achievements"),
            "institutes:achievement-list",
            (("counted", "yes"), ("goal", "achievements")),
            by_year=True,
            readers=OFFICES,
        ),
        Measure(
            "transfers",
            _("转化科技成果"),
            _("项"),
            _("县、市两级核实的成果，按取得年度"),
            _tallied(Tallied.ACHIEVEMENTS, by_year=True, kind="transfers"),
            "institutes:achievement-list",
            (("counted", "yes"), ("goal", "transfers")),
            by_year=True,
            readers=OFFICES,
        ),
        Measure(
            "projects",
            _("联合攻关立项"),
            _("个"),
            _("已立项的联合攻关项目，按立项年度"),
            _tallied(Tallied.PROJECTS, by_year=True),
            "projects:approved-list",
            by_year=True,
            readers=OFFICES,
        ),
        Measure(
            "approved",
            _("已批准资金"),
            _("万元"),
            _("已批准的奖补资金，按预算年度"),
            _tallied(Tallied.APPROVED, by_year=True, money=True),
            "funding:award-list",
            (("approved", "true"),),
            by_year=True,
            readers=OFFICES,
        ),
        Measure(
            "ordered",
            _("已列支资金"),
            _("万元"),
            _("已列支的奖补资金，作废的不计，按预算年度"),
            _tallied(Tallied.LEGS, by_year=True, money=True, state=[*DISBURSEMENT_LEGS]),
            "funding:disbursement-list",
            (("live", "true"),),
            by_year=True,
            readers=OFFICES,
        ),
        Measure(
            "at_county",
            _("县级到账待拨"),
            _("万元"),
            _("县级已收到、尚未拨到企业的资金"),
            _tallied(Tallied.LEGS, money=True, state=MoneyLeg.AT_COUNTY),
            "funding:disbursement-list",
            (("leg", MoneyLeg.AT_COUNTY.value),),
            readers=OFFICES,
        ),
        Measure(
            "paid",
            _("已拨到企业"),
            _("万元"),
            _("已拨到企业账户的资金，按预算年度"),
            _tallied(Tallied.LEGS, by_year=True, money=True, state=MoneyLeg.PAID),
            "funding:disbursement-list",
            (("leg", MoneyLeg.PAID.value),),
            by_year=True,
            readers=OFFICES,
        ),
        Measure(
            "own_budget",
            _("县级支持预算"),
            _("万元"),
            _("县级登记的本级支持预算（五（二））"),
            _own_budget,
            "funding:county-budget-list",
            by_year=True,
            readers=OFFICES,
        ),
    )
}


def measures_open_to(user: User) -> list[Measure]:
    """What this person may compare the counties by, the public measures first."""
    return [measure for measure in MEASURES.values() if measure.open_to(user)]


def figures_of(measure: Measure, *, user: User, year: int | None, on: date) -> dict[str, Figure]:
    """The figure of each division by its code; where a reader may not know one, why."""
    counts = measure.count(year if measure.by_year else None, on, user)
    own = None if not measure.readers else set(divisions_for(user).values_list("code", flat=True))
    return {
        division.code: _figure(measure, division, counts, year, within=own is None or division.code in own)
        for division in Division.objects.all()
    }


def _figure(
    measure: Measure, division: Division, counts: Counts, year: int | None, *, within: bool
) -> Figure:
    if not division.active:
        return Figure(division.code, division.name, None, reason=str(_("由省直接管理，不在本平台申报")))
    if not within:
        return Figure(division.code, division.name, None, reason=str(_("不在您的查看范围")))
    value = counts.get(division.pk, 0)
    return Figure(division.code, division.name, value, measure.rows_of(division, year) if value else "")


def map_of(user: User, code: str, *, year: int | None = None, on: date, name: str = "map") -> TileMap:
    """The map of a measure as this person may see it; ask ``open_to`` before."""
    measure = MEASURES[code]
    title = f"{measure.label}（{year} 年）" if measure.by_year and year else measure.label
    return drawn(name, title, measure.unit, figures_of(measure, user=user, year=year, on=on))
