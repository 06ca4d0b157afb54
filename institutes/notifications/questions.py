"""Who hears of a common question: whoever has to publish it or to word it better."""

from institutes.lifecycle.questions import QUESTION
from institutes.models import PublicQuestion
from institutes.notifications.county import tell_holder
from records.models import AuditEvent


def tell_of_question(question: PublicQuestion, event: AuditEvent) -> None:
    """Call whoever holds it next."""
    label = QUESTION.label(question.state)
    tell_holder(question, event, f"常见问题·{label}：{question}"[:200], f"常见问题“{question}”{label}")
