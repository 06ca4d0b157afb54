"""What everybody reads of services and common questions: the published words stand until others take their place."""

from datetime import datetime

from accounts.models import User
from institutes.models import OfferingWording, PublicQuestion, QuestionWording, ServiceOffering
from institutes.models.offering import OFFERING_WORDS
from institutes.models.question import QUESTION_WORDS


def show_offering(offering: ServiceOffering, *, by: User, at: datetime) -> OfferingWording:
    """Let everybody read the service as it is worded now. The caller holds its lock."""
    hide_offering(offering, by=by, at=at)
    words = {name: getattr(offering, name) for name in OFFERING_WORDS}
    return OfferingWording.objects.create(offering=offering, published_at=at, published_by=by, **words)


def hide_offering(offering: ServiceOffering, *, by: User, at: datetime) -> bool:
    """Let nobody read it any more; returns whether anybody could. The caller holds its lock."""
    standing = OfferingWording.objects.standing().filter(offering=offering)
    return bool(standing.update(hidden_at=at, hidden_by=by))


def show_question(common_question: PublicQuestion, *, by: User, at: datetime) -> QuestionWording:
    """Let everybody read the answer as it is worded now. The caller holds the question's lock."""
    hide_question(common_question, by=by, at=at)
    words = {name: getattr(common_question, name) for name in QUESTION_WORDS}
    return QuestionWording.objects.create(
        common_question=common_question, published_at=at, published_by=by, **words
    )


def hide_question(common_question: PublicQuestion, *, by: User, at: datetime) -> bool:
    """Let nobody read it any more; returns whether anybody could. The caller holds its lock."""
    standing = QuestionWording.objects.standing().filter(common_question=common_question)
    return bool(standing.update(hidden_at=at, hidden_by=by))
