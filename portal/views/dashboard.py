"""Figures of one county, or of the city: on the page, as a table to take along."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from institutes.models import IndustryChain
from portal.boards.city import city_board, look_at
from portal.boards.county import CountyBoard, county_board
from portal.boards.figures import Board
from portal.boards.forecast import assumptions
from portal.boards.forms import BoardForm
from portal.boards.kept import Drawn, kept
from portal.boards.looking import Asked, CityLook
from portal.selectors.dashboard import CITY, divisions_for
from records import clock, sheets

KINDS = ("csv", "xlsx")


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The person's own county; for the city's offices all of it, narrowed as the address says."""
    if not request.user.holds(*CITY):
        return _of_county(request, own_county(request.user))
    today = clock.today()
    board = kept(request.user, sorted(request.GET.lists()), on=today, draw=lambda: _city(request))
    return render(request, "portal/city_dashboard.html", {"board": board, "today": today})


@require_safe
def dashboard_of_division(request: HttpRequest, code: str) -> HttpResponse:
    """One county, for whoever may see it."""
    return _of_county(request, get_object_or_404(divisions_for(request.user), code=code))


@require_safe
def dashboard_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Every figure of the page with what it stands under: the city's for its offices, a county's own for it."""
    board = board_for(request.user, request.GET)
    if kind not in KINDS:
        raise Http404
    head = [_("栏目"), _("事项"), _("指标"), _("数值"), _("单位")]
    return sheets.answer(kind, name="dashboard", head=head, rows=_cells(board))


def own_county(user):
    """The county whose figures this person reads; 403 where there is none."""
    division = divisions_for(user).first()
    if division is None:
        raise PermissionDenied
    return division


def city_asked(user, query, *, by_county: bool = False) -> tuple[CityLook, BoardForm]:
    """What the address asks for of the city, counted (``by_county`` where asked), and the form in which it stands."""
    today = clock.today()
    divisions, chains = list(divisions_for(user)), list(IndustryChain.objects.all())
    form = BoardForm(query, divisions=divisions, chains=chains, year=today.year)
    asked = Asked(**form.asked)
    look = look_at(user, asked, divisions=divisions, chains=chains, on=today, by_county=by_county)
    return look, form


def board_for(user, query) -> Board:
    """The board that this person reads: the city's as it was asked for, or their county's."""
    if user.holds(*CITY):
        return city_board(city_asked(user, query)[0])
    return county_board(user, own_county(user), on=clock.today()).board


def _of_county(request: HttpRequest, division) -> HttpResponse:
    today = clock.today()
    context = {
        "division": division,
        "board": kept(request.user, [division.pk], on=today, draw=lambda: _county(request, division, today)),
        "today": today,
        "own": not request.user.holds(*CITY),
        "unnarrowed": bool(request.GET.keys() & BoardForm.base_fields.keys()),
    }
    return render(request, "portal/county_dashboard.html", context)


def _county(request: HttpRequest, division, today) -> Drawn:
    found: CountyBoard = county_board(request.user, division, on=today)
    context = {"board": found.board, "late": found.late, "institutes": found.institutes}
    return _drawn(request, found.board, "portal/_county_board.html", context)


def _city(request: HttpRequest) -> Drawn:
    look, form = city_asked(request.user, request.GET)
    board = city_board(look)
    context = {"board": board, "form": form, "assumptions": assumptions()}
    return _drawn(request, board, "portal/_city_board.html", context)


def _drawn(request: HttpRequest, board: Board, template: str, context: dict) -> Drawn:
    body = render_to_string(template, context, request)
    return Drawn(
        title=str(board.title), actions=[(str(label), url) for label, url in board.actions], body=body
    )


def _cells(board: Board) -> list[list]:
    return [
        [title, label, str(one.label), one.written, str(one.unit)] for title, label, one in board.figures()
    ]
