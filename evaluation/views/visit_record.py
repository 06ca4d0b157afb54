"""The record of a visit, one thing at a time, on a phone if need be: checklist, photos, signatures."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.views.common import moment_of, saved_quietly, version_of
from evaluation import permissions, services
from evaluation.forms.visits import PhotosForm, RecordForm, SignatureForm
from evaluation.models import VisitPlan
from evaluation.selectors import visits as selectors

UNPROCESSABLE = 422
RECORD = "evaluation/site_visit_record.html"


def _visit(request: HttpRequest, pk: int) -> VisitPlan:
    """404 where it is not visible, 403 where it is not this person's to write on."""
    subject = get_object_or_404(selectors.visits_visible_to(request.user), pk=pk)
    if not permissions.AGENCY(request.user, subject):
        raise PermissionDenied
    return subject


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_visit_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist: saved while it is filled in, box by box; a plain form works as well."""
    subject = _visit(request, pk)
    if request.method != "POST":
        services.refuse_unless_open(visit=subject)
        return render(request, RECORD, _record(subject, RecordForm(visit=subject)))
    return _save(request, subject, quiet="X-Autosave" in request.headers)


def _save(request: HttpRequest, subject: VisitPlan, *, quiet: bool) -> HttpResponse:
    only = request.POST.getlist("changed") if quiet else None
    form = RecordForm(request.POST, visit=subject, only=only)
    if not form.is_valid() and not quiet:
        return render(request, RECORD, _record(subject, form), status=UNPROCESSABLE)
    seen = moment_of(request.POST.get("version", ""))
    saved_at = services.save_visit(visit=subject, entries=form.cleaned_data, seen=seen, by=request.user)
    if quiet:
        return saved_quietly(form, saved_at)
    following = "evaluation:site-visit-photos" if request.POST.get("then") else "evaluation:site-visit-record"
    return redirect(following, subject.pk)


def _record(subject: VisitPlan, form: RecordForm) -> dict:
    return {
        "subject": subject,
        "form": form,
        "rows": form.rows(),
        "version": version_of(subject.saved_at),
        "step": "record",
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_visit_photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Photos: several at once, each sent again by itself where the network is lost."""
    subject = _visit(request, pk)
    services.refuse_unless_open(visit=subject)
    form = PhotosForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("caption", "taken_at")}
        services.add_photos(visit=subject, files=form.cleaned_data["file"], **facts, by=request.user)
        return redirect("evaluation:site-visit-photos", pk)
    context = {"subject": subject, "form": form, "photos": selectors.photos_of(subject), "step": "photos"}
    context |= {"limit": subject.application.call.edition.upload_limits.file_bytes}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "evaluation/site_visit_photos.html", context, status=status)


@require_POST
def site_visit_photo_remove(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Take a photo out of the record."""
    subject = _visit(request, pk)
    row = get_object_or_404(selectors.photos_of(subject), pk=photo)
    services.remove_photo(visit=subject, photo=row, by=request.user)
    messages.success(request, _("已移除照片“{name}”。").format(name=row))
    return redirect("evaluation:site-visit-photos", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def site_visit_signatures(request: HttpRequest, pk: int) -> HttpResponse:
    """A signature of each who is there: drawn on the screen, or a picture of one on paper."""
    subject = _visit(request, pk)
    services.refuse_unless_open(visit=subject)
    form = SignatureForm(request.POST or None, request.FILES or None, visit=subject)
    if request.method == "POST" and form.is_valid():
        member = services.sign_visit(visit=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已保存{name}的签字。").format(name=member.name))
        return redirect("evaluation:site-visit-signatures", pk)
    signed = {one.pk: one.signature for one in selectors.signed(subject)}
    people = [{"member": one, "signature": signed.get(one.pk)} for one in selectors.going(subject)]
    context = {"subject": subject, "form": form, "people": people, "step": "signatures"}
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "evaluation/site_visit_signatures.html", context, status=status)
