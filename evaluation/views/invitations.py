"""Answering an invitation by the link of the mail: no sign-in, one purpose, until its day."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evaluation import selectors, services
from evaluation.enums import AssignmentState
from evaluation.forms import AnswerForm
from records import deadlines

PAGE = "evaluation/invitation.html"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept or decline the one seat that the link is about; answered, it says so and does nothing more."""
    seat = selectors.seat_invited(token)
    if seat is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    waits = seat.state == AssignmentState.INVITED and selectors.is_answerable(seat)
    if request.method == "POST" and waits and form.is_valid():
        services.answer_invitation(assignment=seat, **form.cleaned_data)
        return redirect(request.path)
    context = {"seat": seat, "form": form, "waits": waits, "deadline": deadlines.current(seat)}
    return render(request, PAGE, context, status=422 if waits and form.errors else 200)
