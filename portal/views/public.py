"""Public pages of the roof: the directory of institutes, and the verification of papers."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from institutes.enums import TenureKind
from institutes.selectors.offerings import shown_offerings
from institutes.selectors.provincial import provincial_recognition_of, with_level
from institutes.views.institutefile import tenures_by_kind
from portal.forms import AnnouncementFilter, CompareForm, DirectoryFilter, VerifyForm
from portal.selectors import public
from records import downloads, exports
from records.models import Document

PER_PAGE = 20
UNPROCESSABLE = 422


@login_not_required
@require_safe
def directory(request):
    """The register of institutes, for everybody."""
    form = DirectoryFilter(request.GET)
    page = Paginator(public.directory(**form.asked()), PER_PAGE).get_page(request.GET.get("page"))
    for institute, names in public.once_named(page).items():
        institute.once_named = names
    page.object_list = with_level(page.object_list)
    return render(request, "portal/directory.html", {"form": form, "page": page})


@login_not_required
@downloads.table("directory", "研究院名录")
def directory_export(request) -> exports.Sheet:
    """Exactly what the register shows, all pages of it."""
    head = [
        _("研究院"),
        _("依托单位"),
        _("所在地"),
        _("产业链"),
        _("证书编号"),
        _("认定日期"),
        _("状态"),
        _("级别"),
    ]
    found = public.directory(**DirectoryFilter(request.GET).asked())
    return exports.Sheet(head, found, spread=lambda some: map(_cells, with_level(some)))


def _cells(institute) -> list:
    recognition = institute.recognition
    named = [institute.name, institute.host, institute.division, institute.chain]
    since = recognition.standing_since
    standing = str(recognition.standing.label) + (f"（{timezone.localdate(since)}）" if since else "")
    return [
        *named,
        recognition.certificate_number,
        recognition.recognised_on,
        standing,
        institute.level.label,
    ]


@login_not_required
@require_safe
def directory_institute(request, pk):
    """What everybody may know of one institute."""
    found = get_object_or_404(public.directory(standing=""), pk=pk)
    context = {
        "institute": found,
        "recognition": found.recognition,
        "certificate": public.certificate_of(found),
        "province": provincial_recognition_of(found),
        "services": shown_offerings().filter(offering__institute=found),
        "groups": tenures_by_kind(found, but=(TenureKind.DIRECTOR,)),
    }
    return render(request, "portal/directory_institute.html", context)


@login_not_required
@require_safe
def directory_changes(request):
    """What was decided about institutes after their recognition: changes, stops, revocations."""
    form = AnnouncementFilter(request.GET)
    page = Paginator(public.announcements(**form.asked()), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": public.announced(page)}
    return render(request, "portal/directory_changes.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request):
    """Asks for a code; a known one leads to its paper."""
    form = VerifyForm(request.POST or None)
    if not form.is_valid():
        return render(
            request, "portal/verify.html", {"form": form}, status=UNPROCESSABLE if form.is_bound else 200
        )
    if paper := public.paper_by_code(form.cleaned_data["code"]):
        return redirect("verify-code", paper.code)
    return render(request, "portal/verify.html", {"form": form, "unknown": True}, status=404)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_code(request, code):
    """What a code says of its paper; POST holds a file against it."""
    paper = public.paper_by_code(code)
    if paper is None:
        return render(request, "portal/verify.html", {"form": VerifyForm(), "unknown": True}, status=404)
    form = CompareForm(request.POST, request.FILES) if request.method == "POST" else CompareForm()
    same = public.is_same_file(paper, form.cleaned_data["file"]) if form.is_valid() else None
    context = {
        "paper": paper,
        "form": form,
        "same": same,
        "replacement": public.last_edition_of(paper),
        "recognition": public.recognition_behind(paper),
    }
    status = UNPROCESSABLE if form.is_bound and same is None else 200
    return render(request, "portal/verify_code.html", context, status=status)


@login_not_required
@require_safe
def public_paper(request, code):
    """The file of a paper that was issued to the public (a notice, a certificate)."""
    paper = get_object_or_404(Document, code=code, public=True)
    if not paper.file.storage.exists(paper.file.name):
        raise Http404
    return FileResponse(paper.file.open(), content_type="application/pdf", filename=f"{paper.title}.pdf")
