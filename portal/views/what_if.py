"""Other weights, cut-offs and limits tried on a round: nothing is stored, the address holds what was asked."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from evaluation.models import Round
from evaluation.selectors.explain import may_weigh
from evaluation.selectors.what_if import Changed
from portal.forms import WhatIfForm
from portal.selectors.what_if import Trial, editions_to_try, trial
from records import sheets

PAGE = "portal/what_if.html"
UNPROCESSABLE = 422


def _asked(request: HttpRequest, pk: int) -> tuple[Round, WhatIfForm]:
    if not may_weigh(request.user):
        raise PermissionDenied
    round_ = get_object_or_404(Round.objects.select_related("edition"), pk=pk)
    editions, wanted = editions_to_try(), request.GET.get("edition", "")
    edition = editions.filter(pk=wanted).first() if wanted.isdecimal() else None
    return round_, WhatIfForm(request.GET, edition=edition or round_.edition, editions=editions)


def _trial(round_: Round, form: WhatIfForm) -> Trial | None:
    return trial(round_, form.edition, form.asked) if form.is_valid() else None


@never_cache
@require_safe
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """A round by other numbers: how many of each grade, what it would cost, who would change."""
    round_, form = _asked(request, pk)
    found = _trial(round_, form)
    return _page(request, round_, form, found)


def _page(request: HttpRequest, round_: Round, form: WhatIfForm, found: Trial | None) -> HttpResponse:
    rows = sorted(found.outcome.rows, key=lambda row: (not row.turned, -row.total)) if found else []
    context = {"round": round_, "form": form, "found": found, "rows": rows}
    return render(request, PAGE, context, status=200 if found else UNPROCESSABLE)


@require_safe
def what_if_export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a workbook."""
    round_, form = _asked(request, pk)
    found = _trial(round_, form)
    if found is None:
        return _page(request, round_, form, None)
    head = [_("研究院"), _("归口"), _("原总分"), _("原等次"), _("试算总分"), _("试算等次"), _("等次改变")]
    rows = map(_cells, found.outcome.rows)
    return sheets.answer("xlsx", name=f"what-if-{round_.year}", head=head, rows=rows)


def _cells(row: Changed) -> list:
    points = [row.total_before, row.before, row.total, row.after]
    return [row.evaluation.institute, row.evaluation.division, *points, _("是") if row.turned else ""]
