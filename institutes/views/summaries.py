"""Lists of what counties recommend: issued by the county, read by it and by the bureau, its rows as a spreadsheet."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.views.common import listed
from institutes import selectors, services
from institutes.forms.county import SummaryFilter
from institutes.models import RecommendationList
from institutes.permissions import may_rank
from institutes.views.chains import KINDS, require
from institutes.views.county import asked_call
from records import sheets
from records.models import Document
from records.views import PDF, send_file

KIND = "recommendation_list"


@require_safe
def summary_list(request: HttpRequest) -> HttpResponse:
    """The lists that were issued, the latest first."""
    require(request.user.holds(*selectors.SUMMARY_READERS))
    context = listed(request, selectors.summaries_visible_to(request.user), SummaryFilter)
    in_city = request.user.holds(*selectors.CITY_READERS)
    return render(request, "institutes/summary_list.html", context | {"in_city": in_city})


@require_safe
def summary(request: HttpRequest, pk: int) -> HttpResponse:
    """One list as it was issued, with its paper and the versions before and after it."""
    found = _seen(request, pk)
    versions = RecommendationList.objects.filter(call=found.call_id, division=found.division_id)
    context = {"subject": found, "paper": _paper_of(found), "versions": versions.order_by("-version")}
    return render(request, "institutes/summary.html", context)


def _seen(request: HttpRequest, pk: int) -> RecommendationList:
    return get_object_or_404(selectors.summaries_visible_to(request.user), pk=pk)


@require_safe
def summary_file(request: HttpRequest, pk: int) -> FileResponse:
    """The paper of a list."""
    return paper_file(_seen(request, pk))


def paper_file(found: RecommendationList) -> FileResponse:
    """The paper of a list, that was replaced too; 404 while it is being made."""
    document = _paper_of(found)
    if document is None:
        raise Http404
    return send_file(document.file, name=f"{document.title}.pdf", content_type=PDF)


def _paper_of(found: RecommendationList) -> Document | None:
    return Document.objects.about(found).filter(kind=KIND).first()


@require_safe
def summary_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The rows of a list as it was issued."""
    return sheet_of(kind, f"recommendations-{pk}", _seen(request, pk).rows)


@require_safe
def recommendation_export(request: HttpRequest, kind: str) -> HttpResponse:
    """What the person's own county recommends in the call of its page at this moment, in its order."""
    division = selectors.own_division(request.user)
    require(request.user.holds(*selectors.COUNTY) and division is not None)
    call, _calls = asked_call(request)
    rows = selectors.as_listed(selectors.listed_in_order(call, division)) if call and division else []
    return sheet_of(kind, "recommendations", rows)


def sheet_of(kind: str, name: str, rows: Iterable[dict]) -> HttpResponse:
    """Rows of a list as a spreadsheet, in the order of the paper."""
    if kind not in KINDS:
        raise Http404
    labels = (_("推荐排序"), _("研究院名称"), _("受理号"), _("依托单位"), _("统一社会信用代码"), _("产业链"))
    more = (
        _("共建单位"),
        _("推荐意见"),
        _("支持措施"),
        _("资金支持（万元）"),
        _("支持文件"),
        _("推荐函编号"),
    )
    return sheets.answer(kind, name=name, head=[*labels, *more], rows=(_cells(row) for row in rows))


def _cells(row: dict) -> list:
    named = [row["place"], row["name"], row["number"], row["host"], row["uscc"], row["chain"]]
    support = [row["support"], row["support_amount"], row["support_document"]]
    return [*named, "、".join(row["co_builders"]), row["opinion"], *support, row["letter"]]


@require_POST
def summary_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader issues the list of the county in a call."""
    call = get_object_or_404(selectors.calls_visible_to(request.user), pk=pk)
    division = selectors.own_division(request.user)
    if not may_rank(request.user) or division is None:
        raise PermissionDenied
    found = services.issue_recommendation_list(call=call, division=division, by=request.user)
    messages.success(
        request, _("推荐汇总表 {number} 已出具，共 {n} 件。").format(number=found.number, n=found.size)
    )
    return redirect(found)
