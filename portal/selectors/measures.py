"""What the counties of the city are compared by on the map: each figure with the way to its rows.

Some measures are public; the others are for the offices that read their rows: a county sees its own figure, the
city's offices all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, QuerySet, Sum
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Division, User
from accounts.roles import Role
from funding.enums import DEAD_DISBURSEMENT_STATES, AwardState, MoneyLeg
from funding.models import Award, CountyBudget, Disbursement
from funding.selectors import DISBURSEMENT_LEGS
from institutes.enums import OPEN_STATES
from institutes.enums.provincial import Level
from institutes.models import (
    Application,
    ChainMember,
    CountyPolicy,
    CultivationEntry,
    Institute,
)
from institutes.selectors import KEEPERS, POOL_READERS
from institutes.selectors.achievements import counting_toward
from institutes.selectors.provincial import at_level
from portal.charts import Value
from portal.selectors.dashboard import CITY, COUNTY, divisions_for
from portal.tilemap import Figure, TileMap, drawn
from records.amounts import WAN
from records.models import Deadline

Counts = dict[int, Value]
OFFICES = (*COUNTY, *CITY)


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing the counties are compared by. Without ``readers`` it is public.

    ``count(year, on)``: the figure of each division that has one; ``rows``: the page of its rows and what it is
    asked for beside the county.
    """

    code: str
    label: str | Promise
    unit: str | Promise
    about: str | Promise
    count: Callable[[int | None, date], Counts]
    page: str
    asked: tuple[tuple[str, str], ...] = ()
    by_year: bool = False
    readers: tuple[Role, ...] = ()

    def open_to(self, user: User) -> bool:
        """Whether this person may read the measure at all."""
        return not self.readers or (user.is_authenticated and user.holds(*self.readers))

    def rows_of(self, division: Division, year: int | None) -> str:
        """The address of the rows behind a county's figure."""
        if self.page == "dashboard-division":
            return f"{reverse(self.page, args=[division.code])}#late"
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


def _in_wan(rows: QuerySet) -> Counts:
    sums = _by_county(rows, what=Sum("amount"))
    return {key: (value or Decimal(0)) / WAN for key, value in sums.items()}


def _of_year(rows: QuerySet, column: str, year: int | None) -> QuerySet:
    return rows.filter(**{column: year}) if year else rows


def _institutes(year: int | None, on: date) -> Counts:
    return _by_county(Institute.objects.recognised())


def _recognised(year: int | None, on: date) -> Counts:
    rows = Institute.objects.filter(recognition__isnull=False)
    return _by_county(_of_year(rows, "recognition__year", year))


def _provincial(year: int | None, on: date) -> Counts:
    return _by_county(at_level(Institute.objects.recognised(), Level.PROVINCIAL))


def _enterprises(year: int | None, on: date) -> Counts:
    return _by_county(ChainMember.objects.present(), what=Count("uscc", distinct=True))


def _policies(year: int | None, on: date) -> Counts:
    return _by_county(CountyPolicy.objects.issued())


def _applied(year: int | None, on: date) -> Counts:
    return _by_county(_of_year(Application.objects.received(), "call__year", year))


def _under_way(year: int | None, on: date) -> Counts:
    return _by_county(Application.objects.received().filter(state__in=OPEN_STATES))


def _late(year: int | None, on: date) -> Counts:
    return _by_county(Deadline.objects.overdue(on))


def _pool(year: int | None, on: date) -> Counts:
    return _by_county(CultivationEntry.objects.all())


def _toward(goal: str) -> Callable[[int | None, date], Counts]:
    def count(year: int | None, on: date) -> Counts:
        return _by_county(_of_year(counting_toward(goal), "achieved_on__year", year))

    return count


def _approved(year: int | None, on: date) -> Counts:
    states = (AwardState.APPROVED, AwardState.SUSPENDED, AwardState.CLOSED)
    return _in_wan(Award.objects.filter(state__in=states, approved_at__isnull=False))


def _ordered(year: int | None, on: date) -> Counts:
    return _in_wan(Disbursement.objects.exclude(state__in=DEAD_DISBURSEMENT_STATES))


def _on_leg(leg: MoneyLeg) -> Callable[[int | None, date], Counts]:
    def count(year: int | None, on: date) -> Counts:
        return _in_wan(Disbursement.objects.filter(DISBURSEMENT_LEGS[leg]))

    return count


def _own_budget(year: int | None, on: date) -> Counts:
    return _in_wan(_of_year(CountyBudget.objects.all(), "year", year))


MEASURES: Mapping[str, Measure] = {
    measure.code: measure
    for measure in (
        Measure(
            "institutes",
            _("在册研究院"),
            _("家"),
            _("已认定、未撤销也未退出的研究院"),
            _institutes,
            "directory",
        ),
        Measure(
            "recognised",
            _("认定研究院"),
            _("家"),
            _("当年认定的研究院，此后撤销、退出的也计入"),
            _recognised,
            "directory",
            (("standing", "all"),),
            by_year=True,
        ),
        Measure(
            "provincial",
            _("省级研究院"),
            _("家"),
            _("在册研究院中获省级认定的"),
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
            _applied,
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
            _under_way,
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
            "dashboard-division",
            readers=OFFICES,
        ),
        Measure(
            "pool",
            _("培育库企业"),
            _("家"),
            _("登记入库的企业"),
            _pool,
            "institutes:cultivation-list",
            readers=POOL_READERS,
        ),
        Measure(
            "achievements",
            _("新技术、新产品、杀手锏产品"),
            _("项"),
            _("县、市两级核实的成果，按取得年度"),
            _toward("achievements"),
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
            _toward("transfers"),
            "institutes:achievement-list",
            (("counted", "yes"), ("goal", "transfers")),
            by_year=True,
            readers=OFFICES,
        ),
        Measure(
            "approved",
            _("已批准资金"),
            _("万元"),
            _("已批准的奖补资金"),
            _approved,
            "funding:award-list",
            (("approved", "true"),),
            readers=OFFICES,
        ),
        Measure(
            "ordered",
            _("已列支资金"),
            _("万元"),
            _("已列支的奖补资金，作废的不计"),
            _ordered,
            "funding:disbursement-list",
            (("live", "true"),),
            readers=OFFICES,
        ),
        Measure(
            "at_county",
            _("县级到账待拨"),
            _("万元"),
            _("县级已收到、尚未拨到企业的资金"),
            _on_leg(MoneyLeg.AT_COUNTY),
            "funding:disbursement-list",
            (("leg", MoneyLeg.AT_COUNTY.value),),
            readers=OFFICES,
        ),
        Measure(
            "paid",
            _("已拨到企业"),
            _("万元"),
            _("已拨到企业账户的资金"),
            _on_leg(MoneyLeg.PAID),
            "funding:disbursement-list",
            (("leg", MoneyLeg.PAID.value),),
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
    counts = measure.count(year if measure.by_year else None, on)
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
