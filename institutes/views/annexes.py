"""Annexes: the unit's page of them, and how they are shown, opened and compared wherever the case is read."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from institutes import book, services
from institutes.enums import OFFICE_KINDS
from institutes.forms.files import AnnexesForm, ReplaceForm
from institutes.models import Application, ApplicationVersion
from institutes.views.workbench import Workbench, workbench
from records.attachments import former_versions
from records.models import Attachment

PDF, PICTURE = "pdf", "picture"
PREVIEWS = {"application/pdf": PDF, "image/jpeg": PICTURE, "image/png": PICTURE}


@require_http_methods(["GET", "POST"])
def application_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The annexes: what is asked for, what is there, more of them."""
    bench = workbench(request, pk, "application-files")
    form = AnnexesForm(
        request.POST or None, request.FILES or None, declared=bench.declared, limit=limit_of(bench)
    )
    if request.method == "POST" and form.is_valid():
        kind, uploads = form.cleaned_data["kind"], form.cleaned_data["file"]
        found = services.attach_all(
            application=bench.application, kind=kind, uploads=uploads, by=request.user
        )
        names = "、".join(one.name for one in found)
        messages.success(request, _("已上传“%(name)s”。") % {"name": names})
        return redirect(f"{request.path}#annex-{kind}")
    return _page(request, bench, form)


@require_http_methods(["GET", "POST"])
def annex_replace(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Put a newer file in the place of an annex; the older stays on record as an earlier version."""
    bench = workbench(request, pk, "application-files")
    former = get_object_or_404(_annexes(bench.application), pk=file)
    back = f"{reverse('institutes:application-files', args=[pk])}#annex-{former.kind}"
    if request.method == "GET":
        return redirect(back)
    form = ReplaceForm(request.POST, request.FILES, limit=limit_of(bench))
    if not form.is_valid():
        return _page(request, bench, form)
    kept = services.attach(
        application=bench.application,
        kind=former.kind,
        upload=form.cleaned_data["file"],
        by=request.user,
        replaces=former,
    )
    messages.success(request, _said(former, kept))
    return redirect(back)


def _said(former: Attachment, kept: Attachment) -> str:
    if kept.pk == former.pk:
        return _("所选文件与“%(name)s”内容完全相同，没有变化。") % {"name": former.name}
    told = {"name": kept.name, "n": kept.version}
    return _("已替换，“%(name)s”为第 %(n)s 版；原文件保留在历史版本中。") % told


@require_POST
def annex_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take an annex out of the draft."""
    bench = workbench(request, pk)
    attachment = get_object_or_404(Attachment.objects.about(bench.application), pk=file)
    services.remove(application=bench.application, attachment=attachment, by=request.user)
    messages.success(request, _("已删除“%(name)s”。") % {"name": attachment.name})
    return redirect("institutes:application-files", pk)


def limit_of(bench: Workbench) -> int:
    """How many bytes one annex may have."""
    return bench.setting.terms["uploads"]["file_max_mb"] * 1024 * 1024


def _page(request: HttpRequest, bench: Workbench, form) -> HttpResponse:
    context = bench.context(
        form=form,
        annexes=_by_kind(bench),
        lacking=book.annex_faults(bench.declared, bench.answers, bench.held, bench.setting),
        limit=limit_of(bench),
        uploads=bench.setting.terms["uploads"],
        here=[bench.told(reason) for reason in bench.reasons if reason.section == book.ANNEXES],
    )
    return render(request, "institutes/files.html", context, status=422 if form.errors else 200)


def _by_kind(bench: Workbench) -> list[dict]:
    """Each kind of annex with what is there, how many are asked for, and why it was returned."""
    former = former_versions(bench.files)
    returned: dict[str, list[str]] = {}
    for reason in bench.reasons:
        returned.setdefault(f"{reason.section}.{reason.field}", []).append(reason.text)
    return [
        entry
        | {
            "files": [shown(file, former=former[file.pk]) for file in entry["files"]],
            "reasons": returned.get(f"{book.ANNEXES}.annex-{entry['annex'].code}", ()),
        }
        for entry in bench.annexes()
    ]


# --- as they are shown ------------------------------------------------------------------------------------------------


def _annexes(application: Application):
    return Attachment.objects.about(application).exclude(kind__in=OFFICE_KINDS)


def annexes_of(
    application: Application, declared: book.Book, version: ApplicationVersion | None = None
) -> list[dict]:
    """The annexes as they were handed in with a version, or as they are now; each with its earlier versions."""
    rows = _annexes(application).select_related("uploaded_by")
    handed_in = [] if version is None else [file["id"] for file in version.attachments]
    rows = rows.current() if version is None else rows.filter(pk__in=handed_in)
    labels = {annex.code: str(annex.label) for annex in declared.annexes}
    return shown_all(rows, labels)


def shown_all(rows: Iterable[Attachment], labels: dict[str, str]) -> list[dict]:
    """Files as the component shows them, with the name of their kind."""
    files = list(rows)
    former = former_versions(files)
    return [shown(file, labels.get(file.kind, file.kind), former=former[file.pk]) for file in files]


def shown(file: Attachment, note: str = "", *, former: Sequence[Attachment] = ()) -> dict:
    """A file as the component shows it; what can be looked at in the page says how."""
    return {
        "pk": file.pk,
        "kind": file.kind,
        "name": file.name,
        "url": reverse("records:attachment", args=[file.pk]),
        "size": file.size,
        "at": file.uploaded_at,
        "by": file.uploaded_by.name,
        "note": note,
        "sha256": file.sha256,
        "version": file.version,
        "preview": PREVIEWS.get(file.content_type, ""),
        "former": [shown(one) for one in former],
    }
