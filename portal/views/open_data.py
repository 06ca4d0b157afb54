"""Open data: for people a catalogue with what each column means, for programs files at addresses that stay."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from portal.open_forms import SinceForm
from portal.selectors.open_data import DATASETS, Dataset, State, describing, states_of, writing
from portal.views.open_answers import as_json, for_programs, malformed
from records import clock, heads
from records.models import RegisterHead

SHOWN = 10
HEADS_SHOWN = 30
VERIFIER = settings.BASE_DIR / "tools" / "verify_register.py"
CHARSET = "; charset=utf-8"


def _found(name: str) -> Dataset:
    if name not in DATASETS:
        raise Http404
    return DATASETS[name]


def _state(dataset: Dataset) -> State:
    return states_of([dataset], on=clock.today())[dataset.name]


# --- for people -----------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """What there is, in which forms, since when, and under which licence."""
    today = clock.today()
    states = states_of(DATASETS.values(), on=today)
    rows = [{"dataset": dataset, "state": states[name]} for name, dataset in DATASETS.items()]
    return render(request, "portal/open_data.html", {"rows": rows, "terms": describing.terms(on=today)})


@login_not_required
@require_safe
def open_data_set(request: HttpRequest, name: str) -> HttpResponse:
    """One dataset: what each column means, and its first rows."""
    dataset, today = _found(name), clock.today()
    first = dataset.read(on=today, most=SHOWN)
    rows = [
        [(column, column.in_words(cell)) for column, cell in zip(dataset.columns, row, strict=True)]
        for row in first
    ]
    context = {
        "dataset": dataset,
        "state": _state(dataset),
        "rows": rows,
        "terms": describing.terms(on=today),
        "file": describing.address_of(dataset, "csv"),
    }
    return render(request, "portal/open_data_set.html", context)


@login_not_required
@require_safe
def open_data_register(request: HttpRequest) -> HttpResponse:
    """The register's daily heads, and how anybody checks that history was not rewritten."""
    rows = RegisterHead.objects.order_by("-day")[:HEADS_SHOWN]
    return render(request, "portal/open_data_register.html", {"rows": rows, "last": heads.last_head()})


# --- for programs ---------------------------------------------------------------------------------------------------


def _etag(request: HttpRequest, name: str, kind: str = "") -> str | None:
    """The version of what is asked for: of the rows, and of the words and the form they are asked in."""
    if name not in DATASETS:
        return None
    asked = [kind, *(request.GET.get(key, "") for key in ("since", "head", "bom"))]
    return quote_etag(
        "-".join([_state(DATASETS[name]).version, *asked]).encode("ascii", "xmlcharrefreplace").decode()
    )


def _changed(request: HttpRequest, name: str, kind: str = ""):
    return _state(DATASETS[name]).at if name in DATASETS else None


@for_programs
@condition(etag_func=_etag, last_modified_func=_changed)
def open_data_file(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    """The rows of a dataset, whole or since a moment, as CSV or JSON."""
    if kind not in describing.MEDIA_TYPES:
        raise Http404
    dataset, today = _found(name), clock.today()
    form = SinceForm(request.GET, tells_news=dataset.tells_news)
    if not form.is_valid():
        return malformed(form)
    since = form.cleaned_data["since"]
    rows = dataset.read(on=today, since=since)
    if kind == "csv":
        return _table(dataset, rows, request)
    text = writing.json_text(dataset, rows, said=_said(dataset, today, since))
    return StreamingHttpResponse(text, content_type=describing.MEDIA_TYPES[kind] + CHARSET)


def _table(dataset: Dataset, rows, request: HttpRequest) -> StreamingHttpResponse:
    in_words, mark = request.GET.get("head") == "zh", request.GET.get("bom") != "no"
    text = writing.csv_text(dataset, rows, in_words=in_words, mark=mark)
    response = StreamingHttpResponse(text, content_type=describing.MEDIA_TYPES["csv"] + CHARSET)
    response["Content-Disposition"] = f'attachment; filename="{dataset.name}.csv"'
    return response


def _said(dataset: Dataset, today, since) -> dict:
    state = _state(dataset)
    return {
        "dataset": dataset.name,
        "title": dataset.title,
        "licence": describing.licence(on=today),
        "schema": describing.schema_address(dataset),
        "version": state.version,
        "last_change": writing.plain(state.at),
        "since": writing.plain(since),
    }


@for_programs
def open_data_schema(request: HttpRequest, name: str) -> HttpResponse:
    """What each column of a dataset means, for programs."""
    return as_json(describing.schema_of(_found(name)))


@for_programs
def open_data_catalog(request: HttpRequest) -> HttpResponse:
    """All datasets, for programs that collect from many offices."""
    today = clock.today()
    return as_json(describing.catalogue(DATASETS, states_of(DATASETS.values(), on=today), on=today))


@for_programs
def open_data_verifier(request: HttpRequest) -> HttpResponse:
    """The program by which anybody checks the register's heads; Python's standard library is all it needs."""
    response = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python" + CHARSET)
    response["Content-Disposition"] = f'attachment; filename="{VERIFIER.name}"'
    return response
