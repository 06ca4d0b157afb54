"""Calls and awards in the CommonGrants form: lists page by page, and each by its identifier."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.open_forms import PageForm
from portal.selectors.open_data import common_grants
from portal.selectors.open_data.common_grants import Office
from portal.views.open_answers import as_json, for_programs, malformed
from records import clock

OPPORTUNITIES_A_PAGE, AWARDS_A_PAGE = 10, 100
UNKNOWN = 404


def _office() -> Office:
    return common_grants.office(on=clock.today())


def _listed(items: list[dict], *, page: int, size: int, total: int) -> JsonResponse:
    info = {"page": page, "pageSize": size, "totalItems": total, "totalPages": -(-total // size)}
    return as_json({"status": 200, "message": "Success", "items": items, "paginationInfo": info})


def _one(item: dict | None) -> JsonResponse:
    if item is not None:
        return as_json({"status": 200, "message": "Success", "data": item})
    answer = as_json({"status": UNKNOWN, "message": "Not found", "errors": []})
    answer.status_code = UNKNOWN
    return answer


@for_programs
def opportunity_list(request: HttpRequest) -> HttpResponse:
    """Published calls of both programmes, whether they are to come, open or closed."""
    form = PageForm(request.GET, size=OPPORTUNITIES_A_PAGE)
    if not form.is_valid():
        return malformed(form)
    page, size = form.cleaned_data["page"], form.cleaned_data["pageSize"]
    found, at, by = common_grants.calls(), clock.now(), _office()
    shown = found[(page - 1) * size : page * size]
    items = [common_grants.opportunity(call, by=by, at=at) for call in shown]
    return _listed(items, page=page, size=size, total=len(found))


@for_programs
def opportunity(request: HttpRequest, pk: UUID) -> JsonResponse:
    """One call."""
    by = _office()
    call = common_grants.call_with(pk, space=by.space)
    return _one(common_grants.opportunity(call, by=by, at=clock.now()) if call else None)


@for_programs
def award_list(request: HttpRequest) -> HttpResponse:
    """Awards that were issued."""
    form = PageForm(request.GET, size=AWARDS_A_PAGE)
    if not form.is_valid():
        return malformed(form)
    page, size = form.cleaned_data["page"], form.cleaned_data["pageSize"]
    rows, by = common_grants.awards(), _office()
    items = [common_grants.award(row, by=by) for row in rows[(page - 1) * size : page * size]]
    return _listed(items, page=page, size=size, total=rows.count())


@for_programs
def award(request: HttpRequest, pk: UUID) -> JsonResponse:
    """One award."""
    by = _office()
    row = common_grants.award_with(pk, space=by.space)
    return _one(common_grants.award(row, by=by) if row else None)
