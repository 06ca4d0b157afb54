"""The address under which a list is taken away: at once where it is short, else as long work that one orders.

Looking at the address of a long one says how long it is and asks; only the answer to that orders the file.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from records import exports, sheets

KINDS = ("csv", "xlsx")
View = Callable[..., HttpResponseBase]


def table(name: str, title: str | Promise) -> Callable[[Callable[..., exports.Sheet]], View]:
    """Make a view of what draws a table for a request, and let the table be ordered under ``name``.

    The kind of the file stands in the address, or in its question as ``format``; without one it is CSV.
    """

    def decorate(drawn: Callable[..., exports.Sheet]) -> View:
        offered = exports.register(exports.Table(name, title, drawn))

        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(drawn)
        def view(request: HttpRequest, kind: str = "", **within: Any) -> HttpResponseBase:
            kind = kind or request.GET.get("format", "") or KINDS[0]
            if kind not in KINDS:
                raise Http404
            return _answer(request, exports.Order(offered, kind, request.GET, within))

        return view

    return decorate


def _answer(request: HttpRequest, order: exports.Order) -> HttpResponseBase:
    """Strangers have nobody to order for; what they may read is published, and sent row by row."""
    sheet = order.table.drawn(request, **order.within)
    if request.method == "POST" and request.user.is_authenticated:
        return redirect(exports.order_export(order=order, by=request.user))
    if request.user.is_authenticated and sheet.is_long:
        return _ask(request, order, sheet)
    return sheets.answer(
        order.kind, name=sheet.name or order.table.name, head=sheet.head, rows=sheet.lines(sheet.rows)
    )


def _ask(request: HttpRequest, order: exports.Order, sheet: exports.Sheet) -> HttpResponse:
    context = {
        "table": order.table,
        "kind": order.kind,
        "total": sheet.rows.count(),
        "kept": exports.kept().days,
    }
    return render(request, "records/export.html", context)
