"""Papers: whoever sees a case sees what was issued about it, unless its desk holds that back."""

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from accounts.models import User
from records.desk import all_desks
from records.models import Document


def papers_visible_to(user: User) -> QuerySet[Document]:
    """Papers about the cases that this person may read on, and those that are public; the newest first."""
    seen = Q(public=True)
    for desk in all_desks():
        seen |= desk.papers(user)
    in_force = ExpressionWrapper(Q(replacement__isnull=True), output_field=BooleanField())
    return Document.objects.filter(seen).annotate(in_force=in_force).order_by("-pk")
