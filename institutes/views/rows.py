"""Rows of a table of the book by spreadsheet: paste or import, look at every error, then add or replace."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from institutes import book, services
from institutes.book import sheets
from institutes.book.helping import columns_told
from institutes.book.kinds import Rows
from institutes.forms.sheets import ADD, REPLACE, LookedAtForm, SheetForm, signed
from institutes.views.workbench import Workbench, workbench
from records import workbooks
from records.sheets import XLSX

TEMPLATE, PRESENT = "template", "present"


@dataclass
class RowsBench:
    """One table of one application on the desk of its unit."""

    bench: Workbench
    table: str

    @cached_property
    def entry(self) -> Rows:
        entry = self.bench.section.entry(self.table)
        if not isinstance(entry, Rows):
            raise Http404
        return entry

    @property
    def stored(self) -> dict:
        row = self.bench.rows.get(self.bench.code)
        return row.answers if row else {}

    @property
    def version(self) -> str:
        row = self.bench.rows.get(self.bench.code)
        return str(row.version if row else 0)

    @property
    def present(self) -> int:
        return len(book.rows_of(self.stored, self.table))

    def salt(self, user) -> str:
        """What binds looked-at rows to this person and this table."""
        return f"rows:{self.bench.application.pk}:{self.bench.code}:{self.table}:{user.pk}"

    def understand(self, *, text: str = "", file=None, grid: sheets.Grid_ | None = None) -> sheets.Table:
        """What was pasted, uploaded, or sent as lists of cells below a head that is not counted."""
        if grid is not None:
            return sheets.understand(self.entry, grid, self.bench.setting, first=0)
        cells = workbooks.read(file) if file else sheets.pasted(text)
        return sheets.understand(self.entry, cells, self.bench.setting)

    def workbook(self, kind: str) -> bytes:
        return sheets.workbook(
            self.entry, self.stored, self.bench.setting, self.version, filled=kind == PRESENT
        )

    def store(self, user, rows: dict, version: str, *, replace: bool, settled: frozenset[str] = frozenset()):
        services.import_rows(
            application=self.bench.application,
            section=self.bench.code,
            table=self.table,
            lines=[(key, values) for key, values in rows["lines"]],
            batch=rows["batch"],
            replace=replace,
            version=version,
            by=user,
            settled=settled,
        )


def prepared(table: sheets.Table) -> dict:
    """The lines as they are stored later, with the mark by which they are known if they are sent twice."""
    return {"batch": uuid4().hex[:8], "lines": [[line.key, line.values] for line in table.lines]}


@require_http_methods(["GET", "POST"])
def rows(request, pk, code, table):
    """Paste or choose a workbook; look at what was understood; store it. Looking stores nothing."""
    desk = RowsBench(workbench(request, pk, code), table)
    if request.method == "GET" and not desk.bench.application.is_editable:
        return redirect("institutes:application-book", pk)
    if "rows" in request.POST:
        return _store(request, desk)
    if request.method == "GET":
        return _shown(request, desk, SheetForm())
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid():
        found = desk.understand(text=form.cleaned_data["text"], file=form.cleaned_data["file"])
        return _shown(request, desk, form, found)
    return _shown(request, desk, form)


def _shown(request: HttpRequest, desk: RowsBench, form: SheetForm, found: sheets.Table | None = None):
    entry = desk.entry
    most = entry.bounds(desk.bench.setting)[1]
    context = desk.bench.context(
        section=desk.bench.section,
        entry=entry,
        columns=[f"{column.label}{f'（{column.unit}）' if column.unit else ''}" for column in entry.columns],
        told=columns_told(entry.columns, desk.bench.setting),
        form=form,
        found=found,
        present=desk.present,
        most=most,
        back=f"{desk.bench.address(desk.bench.code)}#id_{entry.code}",
    )
    if found and not found.problems:
        context |= {
            "looked_at": signed(prepared(found), desk.salt(request.user)),
            "version": found.version or desk.version,
            "has_room": desk.present + len(found.lines) <= most,
            "from_portal": any(line.key for line in found.lines),
        }
    is_wrong = bool(form.errors or (found and found.problems))
    return render(request, "institutes/rows.html", context, status=422 if is_wrong else 200)


def _store(request: HttpRequest, desk: RowsBench) -> HttpResponse:
    looked_at = LookedAtForm(request.POST, salt=desk.salt(request.user))
    if not looked_at.is_valid():
        for texts in looked_at.errors.values():
            messages.error(request, " ".join(str(text) for text in texts))
        return redirect(request.path)
    facts, start = looked_at.cleaned_data, "settle-"
    theirs = {name for name in request.POST if name.startswith(start) and request.POST[name] == "theirs"}
    desk.store(
        request.user,
        facts["rows"],
        facts["version"],
        replace=facts["mode"] == REPLACE,
        settled=frozenset(name.removeprefix(start) for name in theirs),
    )
    amount = {"n": len(facts["rows"]["lines"]), "table": desk.entry.label}
    said = _("“%(table)s”已加入 %(n)d 行。") if facts["mode"] == ADD else _("“%(table)s”已替换为 %(n)d 行。")
    messages.success(request, said % amount)
    return redirect(f"{desk.bench.address(desk.bench.code)}#id_{desk.table}")


@require_safe
def rows_workbook(request, pk, code, table, kind):
    """The workbook of a table: empty to fill in, or with the present rows to mend and bring back."""
    desk = RowsBench(workbench(request, pk, code), table)
    if kind not in (TEMPLATE, PRESENT):
        raise Http404
    return sent(desk, kind)


def sent(desk: RowsBench, kind: str) -> HttpResponse:
    """A workbook as a download."""
    said = _("现有内容") if kind == PRESENT else _("模板")
    name = f"{desk.entry.label}（{said}）.xlsx"
    response = HttpResponse(desk.workbook(kind), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
