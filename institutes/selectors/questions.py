"""Reads of common questions: those of everybody, and those of the bureau."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from accounts.roles import Role
from institutes.enums.questions import QuestionState, QuestionTopic
from institutes.models import PublicQuestion, QuestionWording
from institutes.selectors.sides import BUREAU
from records.deadlines import with_due

QUESTION_READERS = (*BUREAU, Role.AUDITOR)


def questions_visible_to(user: User) -> QuerySet[PublicQuestion]:
    """All of them for bureau and auditor; others read what was published, on the public page."""
    rows = with_due(PublicQuestion.objects.select_related("edition"))
    if not user.is_authenticated:
        return rows.none()
    return rows if user.is_system or user.holds(*QUESTION_READERS) else rows.none()


def published_questions() -> QuerySet[QuestionWording]:
    """What everybody reads, topic by topic in the order that the bureau gave."""
    places = [When(topic=topic, then=Value(n)) for n, topic in enumerate(QuestionTopic)]
    rows = QuestionWording.objects.standing().annotate(
        of_topic=Case(*places, output_field=IntegerField(), default=Value(len(places)))
    )
    return rows.order_by("of_topic", "place", "common_question_id")


def standing_wording_of(question: PublicQuestion) -> QuestionWording | None:
    """What everybody reads of it now; a change that is under way is not yet among it."""
    return QuestionWording.objects.standing().filter(common_question=question).first()


def search_questions(rows: QuerySet[PublicQuestion], text: str) -> QuerySet[PublicQuestion]:
    """Those that say ``text`` in question or answer."""
    return rows.filter(Q(question__icontains=text) | Q(answer__icontains=text))


def same_question(question: PublicQuestion) -> PublicQuestion | None:
    """Another one in the same words that was not withdrawn."""
    rows = PublicQuestion.objects.filter(question=question.question).exclude(pk=question.pk)
    return rows.exclude(state=QuestionState.WITHDRAWN).first()
