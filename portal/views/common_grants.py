"""Calls and awards in the CommonGrants form: lists page by page, and each by its identifier."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.open_forms import PageForm
from portal.selectors.open_data import common_grants, describing
from portal.views.open_answers import as_json, for_programs, malformed
from records import clock

OPPORTUNITIES_A_PAGE, AWARDS_A_PAGE = 10, 100
UNKNOWN = 404


def _space() -> str:
    return describing.terms(on=clock.today())["identifier_space"]


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
    found, at = common_grants.calls(), clock.now()
    shown = found[(page - 1) * size : page * size]
    items = [common_grants.opportunity(call, at=at) for call in shown]
    return _listed(items, page=page, size=size, total=len(found))


@for_programs
def opportunity(request: HttpRequest, pk: UUID) -> JsonResponse:
    """One call."""
    call = common_grants.call_with(pk, space=_space())
    return _one(common_grants.opportunity(call, at=clock.now()) if call else None)


@for_programs
def award_list(request: HttpRequest) -> HttpResponse:
    """Awards that were issued."""
    form = PageForm(request.GET, size=AWARDS_A_PAGE)
    if not form.is_valid():
        return malformed(form)
    page, size = form.cleaned_data["page"], form.cleaned_data["pageSize"]
    rows, today = common_grants.awards(), clock.today()
    items = [common_grants.award(row, on=today) for row in rows[(page - 1) * size : page * size]]
    return _listed(items, page=page, size=size, total=rows.count())


@for_programs
def award(request: HttpRequest, pk: UUID) -> JsonResponse:
    """One award."""
    row = common_grants.award_with(pk, space=_space())
    return _one(common_grants.award(row, on=clock.today()) if row else None)
