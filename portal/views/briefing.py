"""The briefing on one page as a PDF, of a county or of the city, for whoever reads its dashboard."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import Division
from portal.boards import briefing as papers
from portal.boards.city import city_board
from portal.boards.county import county_board
from portal.boards.figures import Board
from portal.selectors import matters
from portal.selectors.dashboard import CITY, divisions_for
from portal.selectors.oversight import overseen
from portal.views.dashboard import city_asked, own_county
from records import clock
from records import documents as paper_office
from records.views import send_bytes


@never_cache
@require_safe
def briefing(request: HttpRequest) -> HttpResponse:
    """Of the city as the address narrows it, for its offices; of their own county for everybody else."""
    if not request.user.holds(*CITY):
        return _of_county(request, own_county(request.user))
    look, _form = city_asked(request.user, request.GET)
    board, county = city_board(look), look.asked.division
    return _paper(
        request, board, title=_("{place}产业技术研究院工作简报").format(place=board.title), county=county
    )


@never_cache
@require_safe
def briefing_of_division(request: HttpRequest, code: str) -> HttpResponse:
    """Of one county, for whoever may see it."""
    return _of_county(request, get_object_or_404(divisions_for(request.user), code=code))


def _of_county(request: HttpRequest, division: Division) -> HttpResponse:
    board = county_board(request.user, division, on=clock.today()).board
    title = _("{place}产业技术研究院工作简报").format(place=division)
    return _paper(request, board, title=title, county=division)


def _paper(request: HttpRequest, board: Board, *, title: str, county: Division | None) -> HttpResponse:
    at, today = clock.now(), clock.today()
    rows = matters.late_matters(request.user, on=today, division=county)
    late = overseen(request.user, rows[: papers.LATE_SHOWN], on=today)
    context = papers.briefing(
        board, title=title, late=late, late_count=rows.count(), user=request.user, at=at
    )
    content = paper_office.make_pdf(papers.TEMPLATE, context)
    return send_bytes(content, name=f"{title}{today}.pdf", content_type="application/pdf")
