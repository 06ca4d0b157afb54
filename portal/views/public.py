"""Public pages of the roof: the directory of institutes, and the verification of papers."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.forms import CompareForm, DirectoryFilter, VerifyForm
from portal.selectors import public
from records.models import Document

PER_PAGE = 20
UNPROCESSABLE = 422


@login_not_required
@require_safe
def directory(request):
    """The directory of recognised institutes."""
    form = DirectoryFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = public.directory(
        text=asked.get("q", ""), division=asked.get("division", ""), chain=asked.get("chain", "")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/directory.html", {"form": form, "page": page})


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
    context = {"paper": paper, "form": form, "same": same, "replacement": getattr(paper, "replacement", None)}
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
