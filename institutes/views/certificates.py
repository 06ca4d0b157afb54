"""Joint notices of recognition, and the certificates handed out with them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from institutes import selectors, services
from institutes.forms.certificates import BatchForm
from institutes.models import CertificateBatch
from institutes.permissions import may_order_certificates
from records.archives import zip_of
from records.documents import paper_of
from records.models import Job

NOTICE = "recognition_notice"


@require_http_methods(["GET", "HEAD", "POST"])
def batch_list(request: HttpRequest) -> HttpResponse:
    """Who is recognised and named on no joint notice yet; POST orders the notice with the certificates."""
    if not request.user.holds(*selectors.DECISION_READERS):
        raise PermissionDenied
    if request.method != "POST":
        return _show(request, BatchForm())
    if not may_order_certificates(request.user):
        raise PermissionDenied
    form = BatchForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    batch = services.order_certificates(**form.cleaned_data, by=request.user)
    messages.success(
        request, _("已下达：{number}，共 {size} 家。").format(number=batch.number, size=batch.size)
    )
    return redirect(batch)


def _show(request: HttpRequest, form: BatchForm, *, status: int = 200) -> HttpResponse:
    waiting = list(selectors.recognitions_without_notice())
    ticked = {str(value) for value in form["recognitions"].value() or []} if form.is_bound else None
    context = {
        "form": form,
        "rows": [{"recognition": one, "ticked": ticked is None or str(one.pk) in ticked} for one in waiting],
        "batches": selectors.certificate_batches_visible_to(request.user),
        "orders": may_order_certificates(request.user),
    }
    return render(request, "institutes/batch_list.html", context, status=status)


@never_cache
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """A joint notice: how far its papers are, and whom it names."""
    found = get_object_or_404(selectors.certificate_batches_visible_to(request.user), pk=pk)
    context = {
        "batch": found,
        "job": Job.objects.about(found).first(),
        "notice": paper_of(found, NOTICE),
        "rows": selectors.recognitions_of(found),
    }
    return render(request, "institutes/batch.html", context)


@require_safe
def batch_archive(request: HttpRequest, pk: int) -> FileResponse:
    """The notice and its certificates in one archive."""
    found: CertificateBatch = get_object_or_404(selectors.certificate_batches_visible_to(request.user), pk=pk)
    notice = paper_of(found, NOTICE)
    papers = [*([notice] if notice else []), *selectors.certificates_of(found)]
    return FileResponse(zip_of(papers), as_attachment=True, filename=f"{found.number}.zip")
