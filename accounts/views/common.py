"""What several pages of this room do alike."""

from dataclasses import replace
from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts import permissions, selectors
from records.desk import with_actors

ROWS_PER_PAGE = 25
MALFORMED = 422


def require(user, power: str) -> None:
    """Raise 403 unless one of the person's roles carries ``power``."""
    if not permissions.may(user, power):
        raise PermissionDenied


def listed(request, queryset, filter_class) -> dict:
    """The context of a list: its filter, and the page of rows that was asked for."""
    found = filter_class(request.GET, queryset=queryset, request=request)
    page = Paginator(found.qs, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return {"filter": found, "page": page, "total": page.paginator.count}


def show_form(request, template: str, form, **context):
    """A page with a form: 422 where the form was filled in wrongly, so that nothing typed is lost."""
    return render(request, template, {"form": form, **context}, status=MALFORMED if form.is_bound else None)


# --- forms that save themselves ---------------------------------------------------------------------------------------


def version_of(saved_at: datetime | None) -> int:
    """By what a page says, when it saves, how it had found the case: the moment after the last saving."""
    return int(saved_at.timestamp() * 1000) + 1 if saved_at else 0


def moment_of(version: str) -> datetime | None:
    """When the page was last in step; nothing where it does not say."""
    return datetime.fromtimestamp(int(version) / 1000, UTC) if version.isdigit() else None


def saved_quietly(form, saved_at: datetime) -> JsonResponse:
    """The answer to whoever saves while writing: what was right is kept, what was not is named at its box."""
    answer = {"version": version_of(saved_at), "saved_at": f"{localtime(saved_at):%H:%M:%S}"}
    errors = {"errors": form.errors} if form.errors else {}
    return JsonResponse(answer | errors, status=MALFORMED if errors else 200)


# --- moves ------------------------------------------------------------------------------------------------------------


def take(request, desk, pk: int, action: str, *, show):
    """Take one move of a case: 404 unseen, 403 not theirs, 422 malformed; a refusal becomes 409 by itself.

    ``show(request, subject, form, status)`` draws the case again with what was typed.
    """
    subject = get_object_or_404(desk.visible(request.user), pk=pk)
    if action not in desk.steps:
        raise Http404
    if not desk.may(request.user, action, subject):
        raise PermissionDenied
    form = desk.form(action, subject=subject, user=request.user, data=request.POST, files=request.FILES)
    if not form.is_valid():
        desk.refuse_if_barred(user=request.user, subject=subject, action=action)
        return show(request, subject, {action: form}, MALFORMED)
    desk.take(user=request.user, subject=subject, action=action, fields=form.cleaned_data)
    if request.htmx:
        return show(request, subject, {}, 200)
    messages.success(request, f"已办理“{desk.lifecycle.moves[action].label}”：{subject}")
    return redirect(desk.page, subject.pk)


def case_context(request, desk, subject, forms: dict) -> dict:
    """What every page of a case needs; ``forms`` holds a form that came back with errors, by its move."""
    case = selectors.case_of(subject)
    offers = desk.offers(request.user, subject)
    events = [
        _event(event, actor, desk.lifecycle)
        for event, actor in with_actors(request.user, subject, case["history"])
    ]
    return {
        "subject": subject,
        "offers": [replace(offer, form=forms.get(offer.action, offer.form)) for offer in offers],
        "deadline": case["deadline"],
        "holder": case["holder"],
        "days_left": case["days_left"],
        "events": events + _present(subject, desk, case),
    }


def _event(line, actor: str, lifecycle) -> dict:
    """A line of the register as a step of the timeline."""
    action = line.verb.rpartition(".")[2]
    move = lifecycle.moves.get(action)
    return {
        "what": move.label if move else _VERBS.get(action, line.verb),
        "who": actor,
        "at": line.at,
        "reason": line.reason,
    }


def _present(subject, desk, case: dict) -> list[dict]:
    """Where the case stands now, while somebody holds it."""
    if not case["deadline"]:
        return []
    due_on = case["deadline"].due_on
    label = desk.lifecycle.label(subject.state)
    return [{"what": label, "who": case["holder"], "at": due_on, "state": "now"}]


_VERBS = {"begin": _("提交"), "resend_invitation": _("再次发送邀请")}
