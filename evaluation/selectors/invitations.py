"""The link of an invitation: signed, for one seat and one purpose, good until the day of its deadline."""

from django.core import signing
from django.urls import reverse

from evaluation.models import Assignment
from records import clock, deadlines

SALT = "evaluation.invitation"


def link_of(assignment: Assignment) -> str:
    """The address that answers this invitation, and nothing else."""
    return reverse("evaluation:invitation", args=[signing.dumps(assignment.pk, salt=SALT)])


def seat_invited(token: str) -> Assignment | None:
    """The seat that a link is about; None where the link is not ours."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Assignment.objects.select_related("panel__chain", "expert__user").filter(pk=pk).first()


def is_answerable(assignment: Assignment) -> bool:
    """Whether the day of the invitation has not passed."""
    deadline = deadlines.current(assignment)
    return deadline is not None and (deadline.due_on is None or deadline.due_on >= clock.today())
