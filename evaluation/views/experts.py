"""The pool of experts, for those who draw from it and those who follow; an expert's own page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from evaluation import permissions, selectors, services
from evaluation.desk.pool import lines_of
from evaluation.forms import ExpertFilter
from evaluation.forms.pool import AvailabilityForm
from records import clock, downloads, exports
from records.models import Attachment

PER_PAGE = 30


def _found(request: HttpRequest) -> ExpertFilter:
    if not permissions.may_read_pool(request.user):
        raise PermissionDenied
    return ExpertFilter(request.GET, queryset=selectors.experts_visible_to(request.user), request=request)


@require_safe
def expert_list(request: HttpRequest) -> HttpResponse:
    """The pool as it is filtered and sorted."""
    found = _found(request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page": page, "may_import": permissions.may_import_experts(request.user)}
    return render(request, "evaluation/expert_list.html", context)


@downloads.table("experts", "专家库")
def expert_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [
        _("姓名"),
        _("类别"),
        _("专业"),
        _("职称"),
        _("工作单位"),
        _("所在地"),
        _("本市或外地"),
        _("联系语言"),
        _("可否抽取"),
        _("在评任务"),
    ]
    return exports.Sheet(head, _found(request).qs, _cells)


def _cells(expert) -> list:
    place = _("外地") if expert.outside_city else _("本市")
    drawable = _("可抽取") if expert.is_drawable else _("暂不可抽取")
    about = [expert.user.name, expert.get_seat_display(), expert.field, expert.title, expert.employer]
    return [*about, expert.region, place, expert.languages_in_words, drawable, expert.load]


@require_safe
def expert(request: HttpRequest, pk: int) -> HttpResponse:
    """One expert: what they judge by, and on which panels they sat."""
    subject = get_object_or_404(selectors.experts_visible_to(request.user), pk=pk)
    context = {
        "subject": subject,
        "seats": selectors.panels_of_expert(subject, reader=request.user),
        "own": permissions.may_set_availability(request.user, subject),
        **_details(request.user, subject),
    }
    return render(request, "evaluation/expert.html", context)


def _details(user, subject) -> dict:
    """What bars the expert, when they are away, their files; and what this reader may do about it."""
    opens = permissions.may_open_qualification(user, subject)
    files = Attachment.objects.about(subject).current() if opens else []
    return {
        "ties": subject.ties.select_related("declared_by", "withdrawn_by"),
        "absences": subject.absences.filter(cancelled_at__isnull=True, last_day__gte=clock.today()),
        "files": [_file(subject, row) for row in files],
        "opens": opens,
        "events": [_event(line) for line in lines_of(subject, reader=user)] if opens else [],
        "may_keep": permissions.may_keep_expert(user, subject),
        "may_suspend": permissions.may_suspend(user, subject),
        "may_phone": permissions.may_reveal_phone(user, subject),
    }


def _event(line) -> dict:
    return {"what": line.label, "who": line.actor, "at": line.at, "reason": line.reason}


def _file(subject, row: Attachment) -> dict:
    url = reverse("evaluation:expert-file", args=[subject.pk, row.pk])
    return {"name": row.name, "url": url, "size": row.size, "at": row.uploaded_at}


@require_POST
def expert_availability(request: HttpRequest, pk: int) -> HttpResponse:
    """The expert says whether they can be drawn at present."""
    subject = get_object_or_404(selectors.experts_visible_to(request.user), pk=pk)
    if not permissions.may_set_availability(request.user, subject):
        raise PermissionDenied
    form = AvailabilityForm(request.POST)
    if not form.is_valid():
        return redirect("evaluation:expert-change", subject.pk, "availability")
    services.set_availability(expert=subject, **form.cleaned_data, by=request.user)
    available = form.cleaned_data["available"]
    messages.success(request, _("已登记：可以抽取。") if available else _("已登记：暂不参加抽取。"))
    return redirect(subject)
