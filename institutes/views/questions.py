"""Common questions: the page of everybody, and the bureau's pages where they are worded and published."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes.desk import QUESTION_DESK
from institutes.forms.questions import QuestionFilter, QuestionForm
from institutes.lifecycle.questions import QUESTION
from institutes.permissions import questions as permissions
from institutes.selectors import questions as reads
from institutes.services import questions as services
from institutes.views.chains import KINDS, require
from records import calendar, clock, sheets
from records.moves import answer_move

CARD = "institutes/_question_card.html"
FORM = "institutes/question_form.html"


@login_not_required
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What is asked again and again, topic by topic, each with its own address on the page."""
    return render(request, "institutes/questions.html", {"questions": reads.published_questions()})


@require_safe
def question_list(request: HttpRequest) -> HttpResponse:
    """All of them, in every state."""
    require(request.user.holds(*reads.QUESTION_READERS))
    context = listed(request, reads.questions_visible_to(request.user), QuestionFilter)
    rows = [{"case": row, "holder": holders.of_case(row, QUESTION)} for row in context["page"]]
    may_draft = permissions.may_draft_questions(request.user)
    return render(request, "institutes/question_list.html", context | {"rows": rows, "may_draft": may_draft})


@require_safe
def question_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Exactly what the list shows, all pages of it."""
    require(request.user.holds(*reads.QUESTION_READERS))
    if kind not in KINDS:
        raise Http404
    found = QuestionFilter(request.GET, queryset=reads.questions_visible_to(request.user), request=request).qs
    head = [_("类别"), _("问题"), _("答复"), _("依据条款"), _("排列次序"), _("状态")]
    return sheets.answer(kind, name="questions", head=head, rows=(_cells(row) for row in found))


def _cells(row) -> list:
    said = [row.get_topic_display(), row.question, row.answer, row.clause, row.place]
    return [*said, QUESTION.label(row.state)]


@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: HttpRequest) -> HttpResponse:
    """Word a question with its answer."""
    require(permissions.may_draft_questions(request.user))
    form = QuestionForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form)
    subject = services.draft_question(**form.cleaned_data, by=request.user)
    messages.success(request, _("草稿已保存，核对后送审定。"))
    return redirect(subject)


@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is still a draft."""
    subject = get_object_or_404(reads.questions_visible_to(request.user), pk=pk)
    require(permissions.may_revise_question(request.user, subject))
    stored = {name: getattr(subject, name) for name in services.COLUMNS}
    form = QuestionForm(request.POST or None, initial=stored)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject)
    return redirect(services.revise_question(common_question=subject, **form.cleaned_data, by=request.user))


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: its words, where it stands, its way."""
    subject = get_object_or_404(reads.questions_visible_to(request.user), pk=pk)
    offers = QUESTION_DESK.offers(request.user, subject)
    return render(request, "institutes/question.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    lines = QUESTION_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    holder, due_on = holders.of_case(subject, QUESTION), subject.due_on
    if holder:
        label = QUESTION.label(subject.state)
        events.append({"what": label, "who": holder, "at": due_on, "state": "now"})
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "days_left": calendar.working_days_between(clock.today(), due_on) if due_on else None,
        "next_step": primary[0] if primary else "",
        "events": events,
        "may_edit": permissions.may_revise_question(request.user, subject),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def question_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a question."""
    return answer_move(request, QUESTION_DESK, pk, action, card=CARD, context=card_context)
