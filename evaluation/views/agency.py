"""Pages of the agency and of the officers who follow it: panels, from opening to conclusion."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation import permissions, selectors, services
from evaluation.desk import PANEL_DESK
from evaluation.forms import PanelFilter
from evaluation.kinds import Kind, all_kinds, kind_of
from evaluation.lifecycle import PANEL
from evaluation.views import panelfile
from records import calendar, clock, downloads, exports
from records.moves import answer_move

PER_PAGE = 30


def _found(request: HttpRequest) -> PanelFilter:
    """The panels this person may see, as they are filtered and sorted."""
    if not permissions.may_read_panels(request.user):
        raise PermissionDenied
    rows = selectors.with_progress(selectors.panels_visible_to(request.user))
    return PanelFilter(request.GET, queryset=rows, request=request)


@require_safe
def panel_list(request: HttpRequest) -> HttpResponse:
    """Panels with their progress; what waits for a panel stands on top."""
    found = _found(request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    awaiting = [_awaiting(kind, one) for kind, one in selectors.cases_awaiting_panel(request.user)]
    sizes = {code: selectors.sizes_of_kind(code) for code in {row["kind"].code for row in awaiting}}
    context = {
        "filter": found,
        "page": page,
        "rows": [_row(panel) for panel in page],
        "awaiting": [row | {"sizes": sizes[row["kind"].code]} for row in awaiting],
    }
    return render(request, "evaluation/panel_list.html", context)


def _row(subject) -> dict:
    left = calendar.working_days_left(clock.today(), subject.due_on) if subject.due_on else None
    return {"subject": subject, "days_left": left}


def _awaiting(kind: Kind, case) -> dict:
    """A case that waits for its panel, named as whoever reads the list may know it."""
    about = kind.describe(case)
    shown = {"kind": kind, "name": case, "number": about.number, "chain": about.chain}
    return _row(case) | shown | {"url": kind.url_of(case.pk)}


@downloads.table("panels", "专家评审")
def panel_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    return exports.Sheet(_head(), _found(request).qs, _cells)


def _head() -> list:
    about = [_("评审组"), _("研究院名称"), _("产业链"), _("第三方机构")]
    return [*about, _("状态"), _("已锁定"), _("席位"), _("办理时限"), _("综合得分")]


def _cells(panel) -> list:
    about = [panel.code, panel.shown_case, panel.chain, panel.agency]
    return [*about, PANEL.label(panel.state), panel.locked, panel.size, panel.due_on, panel.score]


@require_POST
def panel_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the panel for a case that was handed to the person's agency; the button says of which kind it is."""
    codes = [kind.code for kind in all_kinds()]
    code = request.POST.get("kind", codes[0])
    if code not in codes:
        raise Http404
    case = get_object_or_404(kind_of(code).handed_to(request.user), pk=pk)
    if not permissions.may_open_panel(request.user, case):
        raise PermissionDenied
    size = request.POST.get("size", "")
    panel = services.open_panel(
        case=case, kind=code, size=int(size) if size.isdigit() else None, by=request.user
    )
    messages.success(request, _("评审组 {code} 已组建，请抽取专家。").format(code=panel.code))
    return redirect(panel)


@never_cache
@require_safe
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """One panel: seats, draws, result, as far as this person may read them."""
    subject = get_object_or_404(selectors.panels_visible_to(request.user), pk=pk)
    offers = PANEL_DESK.offers(request.user, subject)
    return render(request, "evaluation/panel.html", panel_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def panel_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a panel."""
    return answer_move(
        request, PANEL_DESK, pk, action, card="evaluation/_panel_card.html", context=panel_context
    )


def panel_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of a panel shows, on its page and as the answer to a move."""
    return {"subject": subject, "offers": offers, **panelfile.of(subject, offers, reader=request.user)}
