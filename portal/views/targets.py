"""The city's targets (三): for everybody the totals, for counties and the city's offices what stands behind them."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Division, User
from institutes.models import RecognitionEdition
from institutes.selectors.achievements import ACHIEVEMENT_READERS
from portal import charts
from portal.charts import Chart, Series
from portal.selectors import targets as figures
from portal.selectors.dashboard import divisions_for
from portal.selectors.public import COUNTED
from records import clock

BREAKDOWNS = {
    "division": (gettext_lazy("按归口"), gettext_lazy("归口")),
    "chain": (gettext_lazy("按产业链"), gettext_lazy("产业链")),
    "year": (gettext_lazy("按取得年度"), gettext_lazy("年度")),
}
"""What counts, by what: what it is called, what its rows are."""
PARTS = {
    "achievements": gettext_lazy("新技术、新产品、杀手锏产品"),
    "transfers": gettext_lazy("转化科技成果"),
}


def drilled_into_by(user) -> list[Division]:
    """Where this person reads the rows behind the totals: counties their own, the city's offices all."""
    reads = user.is_authenticated and user.holds(*ACHIEVEMENT_READERS)
    return list(divisions_for(user)) if reads else []


@login_not_required
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """What the policy wants, what there is, and the way to the rows for whoever may read them."""
    today, within = clock.today(), drilled_into_by(request.user)
    edition = figures.target_edition(today)
    totals = figures.totals(on=today, edition=edition)
    context = {
        "goals": totals.goals,
        "years": years_chart(totals.years, began=_began(edition)),
        "provincial": figures.provincial_institutes(),
        "today": today,
        "counted": COUNTED,
        "drills": bool(within),
        "tables": _tables(within) if within else [],
    }
    return render(request, "portal/targets.html", context)


def _tables(divisions: list[Division]) -> list[dict]:
    """The breakdowns of what counts: by county where there are several, by chain, by year."""
    found = figures.breakdowns(divisions)
    return [
        {"name": name, "rows": found[name], "chart": share_chart(name, found[name])} for name in BREAKDOWNS
    ]


# --- the charts -----------------------------------------------------------------------------------------------------


def years_chart(years: list[figures.Year], *, began: int) -> Chart:
    """How many institutes were recognised in each year; before the policy ``began`` there was no band."""
    known, band = {row.year: row for row in years}, next((row for row in years if row.most), None)
    shown = range(min(known, default=0), max(known, default=-1) + 1)
    rows = [known.get(year) or figures.Year(year, 0, 0, None, None) for year in shown]
    labels = (_("{year} 年") if row.year >= began else _("{year} 年（政策施行前）") for row in rows)
    directory = reverse("directory")
    return Chart(
        "targets-years",
        _("年度认定"),
        _("家"),
        "bar",
        tuple(label.format(year=row.year) for label, row in zip(labels, rows, strict=True)),
        (
            Series(
                _("新认定"),
                tuple(row.recognised for row in rows),
                tuple(f"{directory}?year={row.year}&standing=all" if row.recognised else "" for row in rows),
            ),
            Series(_("当年获省级认定"), tuple(row.provincial for row in rows)),
        ),
        note=_("政策三：每年新认定 {least}–{most} 家。").format(least=band.least, most=band.most)
        if band
        else "",
        head=_("年度"),
    )


def share_chart(name: str, rows: list[figures.Share]) -> Chart:
    """What counts toward the targets by county, chain or year; each figure leads to its achievements."""
    title, head = BREAKDOWNS[name]
    shown = rows[::-1] if name == "year" else rows
    address = f"{reverse('institutes:achievement-list')}?counted=yes&goal={{goal}}&{name}={{key}}"
    series = tuple(
        Series(
            label,
            tuple(getattr(row, goal) for row in shown),
            tuple(address.format(goal=goal, key=row.key) if getattr(row, goal) else "" for row in shown),
        )
        for goal, label in PARTS.items()
    )
    kind = "stacked" if name == "year" else "hbar"
    return Chart(
        f"targets-{name}",
        title,
        _("项"),
        kind,
        tuple(row.label for row in shown),
        series,
        head=head,
    )


@charts.registered("targets-years")
def chart_of_years(user: User, query: QueryDict) -> Chart:
    """Public, as the page is."""
    today = clock.today()
    edition = figures.target_edition(today)
    return years_chart(figures.totals(on=today, edition=edition).years, began=_began(edition))


def _began(edition: RecognitionEdition | None) -> int:
    """Since which year the policy has set a band."""
    return edition.valid_from.year if edition else clock.today().year


def _of_breakdown(name: str) -> charts.Drawn:
    def drawn(user: User, query: QueryDict) -> Chart:
        divisions = drilled_into_by(user)
        if not divisions:
            raise PermissionDenied
        return share_chart(name, figures.breakdowns(divisions)[name])

    return drawn


for each in BREAKDOWNS:
    charts.registered(f"targets-{each}")(_of_breakdown(each))
