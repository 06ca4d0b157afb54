"""What a county keeps: its applications by state, its measures, its pool, its institutes with their next dates."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Division
from accounts.roles import Role
from institutes.lifecycle import APPLICATION, CULTIVATION
from institutes.models import Institute
from institutes.selectors.county_policies import FORMER, IN_FORCE, PENDING, support_measures_on
from portal.boards.figures import Figure, Line, Table
from portal.boards.lines import Stages
from portal.boards.looking import Look
from portal.selectors import matters
from records.desk import desk_for
from records.models import Deadline

INSTITUTES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class NextDate:
    """An institute and the next thing that is due of its host: what, until when, with whom."""

    institute: Institute
    what: str
    due_on: date | None
    url: str


APPLICATIONS = Stages(
    APPLICATION,
    "application",
    "institutes.application",
    "institutes:application-list",
    ("state", "late"),
    {"passed": "received"},
)
POOL = Stages(
    CULTIVATION,
    "pool",
    "institutes.cultivationentry",
    "institutes:cultivation-list",
    ("pool", "pool-late"),
)


def pipeline(look: Look) -> Table | None:
    """Applications by state, in the order of the lifecycle, with how many are late."""
    if not look.to("institutes:application-list"):
        return None
    lines = [
        replace(line, note=str(Role(role).label) if role else "") for role, line in APPLICATIONS.lines(look)
    ]
    return Table(
        code="states",
        title=_("申报进展"),
        note=_("按所处环节统计，已报送县级及以后"),
        heads=(_("环节"), _("件数"), _("逾期")),
        lines=lines,
        empty=_("还没有报送的申报。企业提交、单位审核通过后，会出现在这里。"),
    )


STANDINGS = {IN_FORCE: gettext_lazy("现行"), PENDING: gettext_lazy("起草中"), FORMER: gettext_lazy("已失效")}


def measures(look: Look) -> Table | None:
    """The measures of the municipal policy, and what this county gives for each: in force, in the making, over."""
    if not look.to("institutes:county-policy-list"):
        return None
    return Table(
        code="measures",
        title=_("政策措施落实"),
        note=_("本级配套政策份数，依据五（三）"),
        heads=(_("市级措施"), *STANDINGS.values()),
        lines=[_measure(look, code, item["label"]) for code, item in support_measures_on(look.on).items()],
        empty=_("市级政策措施尚未载入平台。"),
    )


def _measure(look: Look, code: str, label: str) -> Line:
    counts = {standing: look.found.n("measure", kind=code, state=standing) for standing in STANDINGS}
    lacks = "" if counts[IN_FORCE] else _("尚无现行配套")
    return Line(
        label,
        tuple(
            Figure(
                code=f"measure-{code}-{standing}",
                label=f"{label}：{STANDINGS[standing]}",
                value=count,
                unit=_("份"),
                url=look.to("institutes:county-policy-list", item=code, standing=standing),
            )
            for standing, count in counts.items()
        ),
        note=lacks,
        tone="soon" if lacks else "",
    )


def pool(look: Look) -> Table | None:
    """Enterprises in the pool by stage, in the order of the lifecycle, with how many are late."""
    if not look.to("institutes:cultivation-list"):
        return None
    return Table(
        code="pool",
        title=_("培育库"),
        note=_("按培育阶段统计"),
        heads=(_("阶段"), _("家数"), _("逾期")),
        lines=[line for _role, line in POOL.lines(look)],
        empty=_("培育库里还没有企业。县级经办登记摸底企业后，会出现在这里。"),
    )


def next_dates(division: Division, on: date, *, kept_from: Collection[str]) -> list[NextDate]:
    """Institutes on the register with the next date of their hosts that the reader may know, the nearest first.

    It goes from what is due to the institutes: there are far more of these than of open deadlines.
    """
    kept = (
        Institute.objects.recognised().filter(division=division).select_related("recognition").order_by("pk")
    )
    due = Deadline.objects.running().filter(division=division, due_on__gte=on).exclude(host=None)
    due = due.exclude(matters.kept({"institutes.application", *kept_from}) | matters.private())
    nearest = due.filter(host__in=kept.values("host")).annotate(
        place=Window(RowNumber(), partition_by="host", order_by=("due_on", "pk"))
    )
    nearest = nearest.filter(place=1).order_by("due_on", "pk")[:INSTITUTES_SHOWN]
    by_host = {one.host_id: one for one in nearest}
    others = kept.exclude(host__in=due.values("host"))[:INSTITUTES_SHOWN]
    rows = list(kept.filter(host__in=by_host).union(others, all=True))
    found = [_next(row, by_host[row.host_id]) for row in rows if row.host_id in by_host]
    found.sort(key=lambda one: (one.due_on, one.institute.pk))
    bare = [NextDate(row, "", None, "") for row in rows if row.host_id not in by_host]
    return [*found, *bare][:INSTITUTES_SHOWN]


def _next(row: Institute, due: Deadline) -> NextDate:
    desk = desk_for(due.subject_type)
    return NextDate(row, due.label, due.due_on, desk.url_of(due.subject_id) if desk else "")
