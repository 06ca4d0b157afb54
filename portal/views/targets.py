"""The city's targets (三): for everybody the totals, for counties and the city's offices what stands behind them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Division
from institutes.selectors.achievements import ACHIEVEMENT_READERS
from portal.selectors import targets as figures
from portal.selectors.dashboard import divisions_for
from records import clock


def drills_down(user) -> bool:
    """Whether this person reads the rows behind the totals: counties their own, the city's offices all."""
    return user.is_authenticated and user.holds(*ACHIEVEMENT_READERS) and divisions_for(user).exists()


@login_not_required
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """What the policy wants, what there is, and the way to the rows for whoever may read them."""
    today, user = clock.today(), request.user
    divisions = divisions_for(user) if user.is_authenticated else Division.objects.none()
    within = drills_down(user)
    context = {
        "goals": figures.goals(on=today),
        "years": figures.years(on=today),
        "provincial": figures.provincial_institutes(),
        "today": today,
        "drills": within,
        "tables": _tables(divisions) if within else [],
    }
    return render(request, "portal/targets.html", context)


def _tables(divisions) -> list[dict]:
    """The breakdowns of what counts: by county where there are several, by chain, by year."""
    return [
        {"name": "division", "rows": figures.by_division(divisions)},
        {"name": "chain", "rows": figures.by_chain(divisions)},
        {"name": "year", "rows": figures.by_year(divisions)},
    ]
