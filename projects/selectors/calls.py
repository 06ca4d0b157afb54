"""Reads of guides and calls: published ones are everybody's, drafts the bureau's."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from projects.models import Guide, ProjectCall, Topic
from projects.selectors.sides import OFFICERS


def handles_calls(user: User) -> bool:
    """Whether this person sees drafts: the bureau, and the auditor."""
    return user.is_authenticated and (user.is_system or user.holds(*OFFICERS))


def calls_visible_to(user: User) -> QuerySet[ProjectCall]:
    """Published calls for everybody, drafts for who handles them; each with how many proposals it received."""
    rows = ProjectCall.objects.select_related("guide", "edition")
    rows = rows.annotate(received=Count("proposals", filter=Q(proposals__number__isnull=False)))
    rows = rows.order_by("-opens_at", "-pk")
    return rows if handles_calls(user) else rows.published()


def guides_visible_to(user: User) -> QuerySet[Guide]:
    """Published guides for everybody, drafts for who handles them; each with how many topics it has."""
    rows = Guide.objects.annotate(topic_count=Count("topics")).order_by("-year", "-pk")
    return rows if handles_calls(user) else rows.filter(published_at__isnull=False)


def topics_of(guide: Guide) -> QuerySet[Topic]:
    """The topics of a guide in their order, with their chains."""
    return guide.topics.select_related("chain").order_by("code")


def open_calls(*, at: datetime) -> QuerySet[ProjectCall]:
    """Calls in whose window one may propose, the one that closes first on top."""
    return ProjectCall.objects.open(at).select_related("guide").order_by("closes_at")
