"""Common questions: the page of everybody, and the bureau's pages where they are worded and published."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from institutes.desk import QUESTION_DESK
from institutes.forms.questions import QuestionFilter, QuestionForm
from institutes.permissions import questions as permissions
from institutes.selectors import questions as reads
from institutes.services import questions as services
from institutes.views.chains import require
from institutes.views.standing import way_context
from institutes.views.writings import writing_edit, writing_list, writing_new, writing_page, writing_sheet
from records import downloads, exports
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
    may_draft = permissions.may_draft_questions(request.user)
    template = "institutes/question_list.html"
    return writing_list(
        request, QUESTION_DESK, reads.QUESTION_READERS, QuestionFilter, template, may_draft=may_draft
    )


@downloads.table("questions", "常见问题")
def question_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [_("类别"), _("问题"), _("答复"), _("依据条款"), _("排列次序"), _("状态")]
    return writing_sheet(request, QUESTION_DESK, reads.QUESTION_READERS, QuestionFilter, head, _cells)


def _cells(row) -> list:
    return [row.get_topic_display(), row.question, row.answer, row.clause, row.place]


@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: HttpRequest) -> HttpResponse:
    """Word a question with its answer."""
    require(permissions.may_draft_questions(request.user))
    saved = _("草稿已保存，核对后送审定。")
    return writing_new(request, QuestionForm(request.POST or None), FORM, services.draft_question, saved)


@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is still a draft."""
    return writing_edit(
        request,
        QUESTION_DESK,
        pk,
        may_revise=permissions.may_revise_question,
        form_class=QuestionForm,
        template=FORM,
        columns=services.COLUMNS,
        revise=services.revise_question,
    )


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: its words, where it stands, its way."""
    return writing_page(request, QUESTION_DESK, pk, "institutes/question.html", card_context)


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    held = holders.of_case(subject, QUESTION_DESK.lifecycle)
    now = QUESTION_DESK.lifecycle.label(subject.state) if held else ""
    return way_context(request, QUESTION_DESK, subject, offers, now=now) | {
        "may_edit": permissions.may_revise_question(request.user, subject),
        "shown": reads.standing_wording_of(subject),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def question_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a question."""
    return answer_move(request, QUESTION_DESK, pk, action, card=CARD, context=card_context)
