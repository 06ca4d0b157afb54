"""What the pages of services and of common questions do alike: worded as a draft, checked by another, published."""

from collections.abc import Callable, Iterable, Sequence

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import holders
from accounts.views.common import listed, show_form
from institutes.views.chains import require
from records import exports
from records.desk import Desk


def writing_list(request: HttpRequest, desk: Desk, readers: Sequence, filter_class, template: str, **more):
    """The texts that this person keeps, checks or oversees, each with who holds it."""
    require(request.user.holds(*readers))
    context = listed(request, desk.visible(request.user), filter_class)
    rows = [{"case": row, "holder": holders.of_case(row, desk.lifecycle)} for row in context["page"]]
    return render(request, template, context | {"rows": rows, **more})


def writing_sheet(
    request: HttpRequest,
    desk: Desk,
    readers: Sequence,
    filter_class,
    head: Sequence,
    cells: Callable[..., Iterable],
) -> exports.Sheet:
    """Exactly what the list shows, all pages of it; the state stands last."""
    require(request.user.holds(*readers))
    found = filter_class(request.GET, queryset=desk.visible(request.user), request=request).qs
    return exports.Sheet(head, found, lambda row: [*cells(row), desk.lifecycle.label(row.state)])


def writing_new(
    request: HttpRequest, form, template: str, draft: Callable[..., Model], saved: str, **shown
) -> HttpResponse:
    """Word a new one with the service ``draft``; ``saved`` says what to do next."""
    if request.method != "POST" or not form.is_valid():
        return show_form(request, template, form, **shown)
    subject = draft(**form.cleaned_data, by=request.user)
    messages.success(request, saved)
    return redirect(subject)


def writing_edit(
    request: HttpRequest,
    desk: Desk,
    pk: int,
    *,
    may_revise: Callable[..., bool],
    form_class,
    template: str,
    columns: Sequence[str],
    revise: Callable[..., Model],
) -> HttpResponse:
    """Change what is still a draft with the service ``revise``."""
    subject = get_object_or_404(desk.visible(request.user), pk=pk)
    require(may_revise(request.user, subject))
    form = form_class(request.POST or None, initial={name: getattr(subject, name) for name in columns})
    if request.method != "POST" or not form.is_valid():
        return show_form(request, template, form, subject=subject)
    return redirect(revise(**{desk.name: subject}, **form.cleaned_data, by=request.user))


def writing_page(
    request: HttpRequest, desk: Desk, pk: int, template: str, context: Callable[..., dict]
) -> HttpResponse:
    """One text: what it says, where it stands, its way."""
    subject = get_object_or_404(desk.visible(request.user), pk=pk)
    return render(request, template, context(request, subject, desk.offers(request.user, subject)))
