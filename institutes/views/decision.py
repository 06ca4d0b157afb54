"""The bureau's decision: the ranking with its cut line, drafts of decisions, their preview and release."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import holders
from institutes import selectors, services
from institutes.desk import DECISION_DESK
from institutes.forms.decisions import DecisionsForm
from institutes.forms.filters import PlacesForm
from institutes.lifecycle import DECISION_BATCH
from institutes.models import DecisionBatch
from institutes.permissions import may_draft_decisions
from institutes.policy import cut_line
from institutes.views.lists import row_of
from records import calendar, clock, deadlines
from records.moves import answer_move

PER_PAGE = 10
CARD, MOVE_PAGE = "institutes/_decision_card.html", "institutes/decision_move.html"


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """What waits for the decision, ranked, with the line that the year's places draw; and what was drafted."""
    if not request.user.holds(*selectors.DECISION_READERS):
        raise PermissionDenied
    batches = Paginator(selectors.batches_visible_to(request.user), PER_PAGE)
    context = {"batches": batches.get_page(request.GET.get("page")), **_ranking(request)}
    return render(request, "institutes/decision_list.html", context)


def _ranking(request: HttpRequest) -> dict:
    """The ranking, where the asked number of places ends in it, and what of it stands in a draft."""
    rows, places = list(selectors.ranked_for_decision(request.user)), _places()
    asked, drafted = PlacesForm(request.GET, left=places["left"]), selectors.drafted_outcomes(rows)
    return {
        "rows": [
            {"place": place, "drafted": drafted.get(one.pk), **row_of(one, inside=False)}
            for place, one in enumerate(rows, 1)
        ],
        "cut": cut_line([one.review_score for one in rows], asked.asked),
        "form": asked,
        "calls": {one.call_id: one.call for one in rows}.values(),
        "compared_first": selectors.compared_first(rows),
        "may_draft": may_draft_decisions(request.user) and len(drafted) < len(rows),
        **places,
    }


def _places() -> dict:
    """The places of the year: how many are given, how many are left, and the lines that the edition draws."""
    year = clock.today().year
    band = selectors.edition_in_force(clock.today()).terms["yearly_band"]
    taken = selectors.places_taken(year)
    tone = "overdue" if taken >= band["block_at"] else "soon" if taken >= band["warn_at"] else ""
    return {
        "year": year,
        "band": band,
        "band_words": f"{band['min']}–{band['max']}",
        "taken": taken,
        "left": max(int(band["block_at"]) - taken, 0),
        "tone": tone,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request: HttpRequest) -> HttpResponse:
    """Put down what a meeting decided; ``?call=`` names the call."""
    if not may_draft_decisions(request.user):
        raise PermissionDenied
    if request.method != "POST":
        data = {"call": selectors.calls_to_decide(request.user).filter(pk=_number(request, "call")).first()}
        return _show_form(request, DecisionsForm(user=request.user, initial=data))
    form = DecisionsForm(request.POST, user=request.user)
    if not form.is_valid():
        return _show_form(request, form, status=422)
    batch = services.draft_decisions(**form.cleaned_data, by=request.user)
    messages.success(request, _("审议决定已保存，待审批人预览后发布；发布前申报单位看不到任何结果。"))
    return redirect(batch)


def _number(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() else 0


@require_http_methods(["GET", "HEAD", "POST"])
def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    batch = get_object_or_404(selectors.batches_visible_to(request.user), pk=pk)
    if not may_draft_decisions(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _show_form(request, DecisionsForm(user=request.user, batch=batch, initial=_stored(batch)))
    form = DecisionsForm(request.POST, user=request.user, batch=batch)
    if not form.is_valid():
        return _show_form(request, form, status=422)
    facts = {name: value for name, value in form.cleaned_data.items() if name != "call"}
    services.revise_decisions(batch=batch, **facts, by=request.user)
    messages.success(request, _("审议决定已修改，须重新预览后发布。"))
    return redirect(batch)


def _stored(batch: DecisionBatch) -> dict:
    names = ("call", "minute_number", "meeting_on", "note", "override_reason")
    items = [
        {
            "item": str(item.application_id),
            "outcome": item.outcome,
            "cause": item.cause,
            "reason": item.reason,
        }
        for item in batch.items.all()
    ]
    return {name: getattr(batch, name) for name in names} | {"items": items}


def _show_form(request: HttpRequest, form: DecisionsForm, *, status: int = 200) -> HttpResponse:
    calls = selectors.calls_to_decide(request.user)
    context = {"form": form, "batch": form.batch, "calls": calls, **_places()}
    return render(request, "institutes/decision_form.html", context, status=status)


@require_safe
def decision_batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft or released decision with everything it says."""
    batch = get_object_or_404(selectors.batches_visible_to(request.user), pk=pk)
    offers = DECISION_DESK.offers(request.user, batch)
    return render(request, "institutes/decision_batch.html", _card(request, batch, offers))


def _card(request: HttpRequest, subject: DecisionBatch, offers) -> dict:
    """What the card of a decision shows. A release is taken from its preview, never from here."""
    causes = {cause["code"]: cause["label"] for cause in subject.call.edition.terms["decision_causes"]}
    items = subject.items.select_related("application__host", "application__division").order_by("pk")
    deadline = deadlines.current(subject)
    release = next((offer for offer in offers if offer.action == "release"), None)
    return {
        "subject": subject,
        "items": [{"item": item, "cause": causes.get(item.cause, "")} for item in items],
        "offers": [offer for offer in offers if offer.action != "release"],
        "release": release,
        "may_edit": subject.state == "draft" and may_draft_decisions(request.user),
        "deadline": deadline,
        "days_left": deadline
        and deadline.due_on
        and calendar.working_days_left(clock.today(), deadline.due_on),
        "holder": holders.of_case(subject, DECISION_BATCH),
        "events": [
            {"what": line.label, "who": line.actor, "at": line.at, "reason": line.reason}
            for line in DECISION_DESK.lines(request.user, subject)
        ],
    }


@require_POST
def decision_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that a release would send, to whom, as it would be sent; nothing of it stays. Then the release."""
    batch = get_object_or_404(selectors.batches_visible_to(request.user), pk=pk)
    if not DECISION_DESK.may(request.user, "release", batch):
        raise PermissionDenied
    preview = services.preview_release(batch=batch, by=request.user)
    offer = DECISION_DESK.offer(request.user, "release", batch)
    offer = replace(offer, form=_form_of(offer, preview.revision))
    context = {"batch": batch, "preview": preview, "offer": offer}
    return render(request, "institutes/decision_preview.html", context)


def _form_of(offer, revision: int):
    offer.form.fields["revision"].initial = revision
    return offer.form


@require_http_methods(["GET", "HEAD", "POST"])
def decision_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a decision. A release is asked for on its preview alone."""
    return answer_move(request, DECISION_DESK, pk, action, card=CARD, context=_card, page=MOVE_PAGE)
