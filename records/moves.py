"""Taking a move by a page: one function for every desk, so that all moves are met in the same way.

An answer is 404 where the person may not know of the case, 403 where the move is not theirs, 422 with the form
where it is malformed, 409 (by the middleware) where the rules say no; else the card of the case, or its page.
A move that the state bars is 409 even where its form is malformed too: there is nothing to correct.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from records.desk import Desk, MoveForm, Offer, proof_faults

PAGE = "kinds/move.html"
CardContext = Callable[[HttpRequest, object, list[Offer]], dict]


def answer_move(
    request: HttpRequest,
    desk: Desk,
    pk: int,
    action: str,
    *,
    card: str,
    context: CardContext,
    page: str = PAGE,
    confirmation: str = "",
    initial: Mapping[str, object] | None = None,
) -> HttpResponse:
    """GET asks for what the move needs, on a page of its own; POST takes it.

    ``card`` is the fragment that htmx swaps in, ``context(request, subject, offers)`` what it shows.
    ``confirmation`` names the page (pk) that says what was done, where a move has one. ``initial`` is what the
    address itself says about the form that is asked for.
    """
    if action not in desk.steps:
        raise Http404
    subject = get_object_or_404(desk.visible(request.user), pk=pk)
    if not desk.may(request.user, action, subject):
        raise PermissionDenied
    if request.method != "POST":
        offer = desk.offer(request.user, action, subject)
        offer.form.initial = {**offer.form.initial, **(initial or {})}
        return _ask(request, desk, subject, offer, page)
    form = desk.form(action, subject=subject, user=request.user, data=request.POST, files=request.FILES)
    if form.is_valid() and desk.steps[action].proof:
        for fault in proof_faults(request):
            form.add_error(None, fault)
    if form.is_valid():
        take_to = reverse(confirmation, args=[pk]) if confirmation else ""
        return _take(request, desk, subject, form, action, card, context, take_to)
    desk.refuse_if_barred(user=request.user, subject=subject, action=action)
    return _return_form(request, desk, subject, form, action, card, context, page)


def _ask(
    request: HttpRequest, desk: Desk, subject, offer: Offer, page: str, *, status: int = 200
) -> HttpResponse:
    shown = {"subject": subject, "offer": offer, "back": desk.url_of(subject.pk)}
    return render(request, page, shown, status=status)


def _take(
    request, desk: Desk, subject, form: MoveForm, action: str, card: str, context: CardContext, take_to: str
):
    fields, key = dict(form.cleaned_data), key_of(request)
    desk.take(user=request.user, subject=subject, action=action, fields=fields, key=key)
    if take_to:
        return HttpResponseClientRedirect(take_to) if request.htmx else redirect(take_to)
    fresh = desk.visible(request.user).filter(pk=subject.pk).first()
    if request.htmx and fresh is not None:
        return render(request, card, context(request, fresh, desk.offers(request.user, fresh)))
    label = desk.lifecycle.moves[action].label
    messages.success(request, _("已办理：{label}。").format(label=label))
    # A person may lose sight of a case by handing it on.
    return redirect(desk.url_of(subject.pk) if fresh is not None else reverse("home"))


def _return_form(
    request, desk: Desk, subject, form: MoveForm, action: str, card: str, context: CardContext, page: str
):
    offer = replace(desk.offer(request.user, action, subject), form=form)
    if not request.htmx:
        return _ask(request, desk, subject, offer, page, status=422)
    offers = [offer if each.action == action else each for each in desk.offers(request.user, subject)]
    return render(request, card, context(request, subject, offers), status=422)


def key_of(request: HttpRequest) -> UUID:
    """The key that the form carried, so that a second press is the same request; a new one where it had none."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()
