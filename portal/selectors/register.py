"""The register, page by page."""

from django.db.models import Q, QuerySet

from records.models import AuditEvent


def lines(*, text: str = "", before: str = "") -> QuerySet[AuditEvent]:
    """Lines older than the line ``before``, newest first; ``text`` is looked for in verb, subject and person.

    Paged by key: the hundredth page costs what the first one costs.
    """
    rows = AuditEvent.objects.order_by("-pk")
    if before.isdecimal():
        rows = rows.filter(pk__lt=int(before))
    if text:
        rows = rows.filter(
            Q(verb__icontains=text) | Q(subject_label__icontains=text) | Q(actor_label__icontains=text)
        )
    return rows
