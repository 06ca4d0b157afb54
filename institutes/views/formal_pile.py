"""The pile of the formal review: applications with their hints and defects; several passes confirmed at once."""

from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from institutes import selectors, services
from institutes.enums import ApplicationState, CheckResult, FormalFinding
from institutes.forms.filters import FormalFilter
from institutes.forms.formal import PassesForm
from institutes.models import Application
from institutes.permissions import may_confirm_passes
from institutes.views.lists import row_of
from records import downloads, exports

PER_PAGE = 30
EXPORTED_AT_ONCE = 200


@require_safe
def formal_list(request: HttpRequest) -> HttpResponse:
    """What stands in the formal review, due first in front, with what is noticed and what was found."""
    return _show(request)


def _show(request: HttpRequest, *, form: PassesForm | None = None, status: int = 200) -> HttpResponse:
    found = _filtered(request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(list(page))
    confirms = may_confirm_passes(request.user)
    context = {
        "filter": found,
        "page": page,
        "rows": rows,
        "confirms": confirms and any(row["passes"] for row in rows),
        "form": form or PassesForm(user=request.user),
        "may_confirm": confirms,
    }
    return render(request, "institutes/formal_list.html", context, status=status)


def _filtered(request: HttpRequest) -> FormalFilter:
    if not request.user.holds(*selectors.FORMAL_READERS):
        raise PermissionDenied
    return FormalFilter(request.GET, queryset=selectors.formal_pile(request.user), request=request)


def rows_of(applications: list[Application]) -> list[dict]:
    """Rows of the pile: hints and the last round's results by item, and how many of each."""
    hints, checks = selectors.hints_of(applications), selectors.checks_of(applications)
    return [_row(one, hints[one.pk], checks[one.pk]) for one in applications]


def _row(application: Application, hints: selectors.Hints, checks: dict) -> dict:
    items = [
        {
            "code": item["code"],
            "number": number,
            "label": item["label"],
            "hints": [hint for hint in hints[item["code"]] if not hint.sound],
            "check": checks.get(item["code"]),
        }
        for number, item in enumerate(application.call.edition.terms["checklist"], 1)
    ]
    waits = application.state == ApplicationState.FORMAL_CONFIRMATION
    return {
        **row_of(application, inside=False),
        "items": items,
        "hinted": [item for item in items if item["hints"]],
        "unmet": [item for item in items if item["check"] and item["check"].result == CheckResult.UNMET],
        "hint_count": sum(len(item["hints"]) for item in items),
        "passes": waits and application.formal_finding == FormalFinding.PASS,
        "finding": application.get_formal_finding_display() if waits else "",
    }


@downloads.table("formal-review", "形式审查")
def formal_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it; a line per item, with what is noticed and what was found."""
    found = _filtered(request)
    labels = (_("研究院名称"), _("受理号"), _("依托单位"), _("归口"), _("状态"), _("办理时限"))
    head = [*labels, _("审查意见"), _("序号"), _("事项"), _("结果"), _("情况说明"), _("系统提示")]
    return exports.Sheet(head, found.qs, spread=_lines)


def _lines(rows: Iterable[Application]) -> Iterator[list]:
    batch = list[Application]()
    for one in rows:
        batch.append(one)
        if len(batch) == EXPORTED_AT_ONCE:
            yield from _lines_of(batch)
            batch = []
    yield from _lines_of(batch)


def _lines_of(batch: list[Application]) -> Iterator[list]:
    for row in rows_of(batch) if batch else ():
        one = row["subject"]
        named = [one, one.number, one.host, one.division, row["words"], row["due_on"], row["finding"]]
        for item in row["items"]:
            check = item["check"]
            result = [check.get_result_display(), check.note] if check else ["", ""]
            noticed = "；".join(hint.text for hint in item["hints"])
            yield [*named, item["number"], item["label"], *result, noticed]


@require_POST
def formal_confirm(request: HttpRequest) -> HttpResponse:
    """Several passes at once: first what would be sent to whom, then, confirmed, all of them or none."""
    if not may_confirm_passes(request.user):
        raise PermissionDenied
    form = PassesForm(request.POST, user=request.user)
    if not form.is_valid():
        return _show(request, form=form, status=422)
    facts = form.cleaned_data
    if "confirmed" not in request.POST:
        effects = services.preview_passes(**facts, by=request.user)
        context = {"effects": effects, "agency": facts["agency"], "messages_count": _count(effects)}
        return render(request, "institutes/formal_confirm.html", context)
    done = services.confirm_passes(**facts, by=request.user)
    messages.success(
        request, _("已审定通过 {n} 件，交{agency}组织评审。").format(n=len(done), agency=facts["agency"])
    )
    return redirect("institutes:formal-list")


def _count(effects: list[services.PassEffect]) -> int:
    return sum(len(message.recipients) for effect in effects for message in effect.messages)
