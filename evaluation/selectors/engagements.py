"""Who is engaged for what, and what an agency may still read by it."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.roles import Role
from evaluation.enums import OPEN_PANELS, EngagementState, PanelState, ReviewKind
from evaluation.models import Engagement, EngagementBatch, Panel
from institutes.enums import ApplicationState
from institutes.models import Application
from institutes.selectors import agencies_of
from records import clock

ENGAGEMENT_TYPE = "evaluation.engagement"
FILE = "contract"
WITH_AGENCY = (ApplicationState.REVIEWING, ApplicationState.SITE_VISIT)
READERS = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR)


def engagements_visible_to(user: User) -> QuerySet[Engagement]:
    """The bureau and the auditor see all; an agency its own while they are in force, and not a day longer."""
    rows = Engagement.objects.select_related("agency", "edition", "drafted_by", "approved_by")
    rows = rows.annotate(calls=Count("batches", distinct=True), panel_count=Count("panels", distinct=True))
    rows = rows.order_by("-pk")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*READERS):
        return rows
    return rows.in_force(clock.today()).filter(agency_id__in=agencies_of(user))


def search_engagements(rows: QuerySet[Engagement], text: str) -> QuerySet[Engagement]:
    """Those whose contract number, title or agency contains ``text``."""
    return rows.filter(Q(number__icontains=text) | Q(title__icontains=text) | Q(agency__name__icontains=text))


def with_batches(rows: QuerySet[Engagement]) -> QuerySet[Engagement]:
    return rows.prefetch_related("batches__call")


def engagement_for(
    on: date, *, agency: int | None, call: int | None = None, kind: str = ReviewKind.RECOGNITION
) -> Engagement | None:
    """The engagement in force under which an agency may review cases of a kind; the one that ends last.

    ``call`` is the batch of the case; without one the kind as a whole is engaged for.
    """
    batch = {"batches__call_id": call} if call else {"batches__call__isnull": True}
    rows = Engagement.objects.in_force(on).filter(agency_id=agency, batches__kind=kind, **batch)
    return rows.order_by("-ends_on", "-pk").first()


def covering(on: date, *, call: str = "call_id", agency: str = "agency_id") -> Exists:
    """Whether a row's agency is engaged on that day for the row's call; the arguments name the columns."""
    batches = EngagementBatch.objects.in_force(on)
    return Exists(batches.filter(call_id=OuterRef(call), engagement__agency_id=OuterRef(agency)))


def agencies_engaged_for(calls: Collection[int], on: date) -> QuerySet[Organisation]:
    """The agencies to whom a case of one of the calls, by their keys, can be handed on that day."""
    covered = Engagement.objects.in_force(on).filter(batches__call_id__in=calls)
    return Organisation.objects.confirmed().filter(pk__in=covered.values("agency_id"))


def agencies_engaged_for_kind(kind: str, on: date) -> QuerySet[Organisation]:
    """The agencies to whom a case of a kind of review that knows no calls can be handed on that day."""
    batches = EngagementBatch.objects.in_force(on).filter(kind=kind, call__isnull=True)
    rows = Organisation.objects.confirmed().filter(pk__in=batches.values("engagement__agency_id"))
    return rows.order_by("name")


def agencies_to_engage() -> QuerySet[Organisation]:
    """Third parties that may be engaged at all."""
    return Organisation.objects.confirmed().filter(kind=OrganisationKind.AGENCY).order_by("name")


def left_undone(engagement: Engagement, on: date) -> QuerySet[Application]:
    """What the engagement leaves undone: with its agency, of its calls, and covered by no other engagement."""
    calls = engagement.batches.filter(call__isnull=False).values("call_id")
    rows = Application.objects.filter(
        agency_id=engagement.agency_id, call_id__in=calls, state__in=WITH_AGENCY
    )
    return rows.filter(~covering(on)).select_related("host", "division", "call").order_by("pk")


def panels_left(engagement: Engagement) -> QuerySet[Panel]:
    """The panels at work under the engagement whose case belongs to no call; those of calls go with their cases."""
    return panels_of_unfinished(engagement).filter(call__isnull=True)


def panels_of_unfinished(engagement: Engagement) -> QuerySet[Panel]:
    """The panels at work that were opened under the engagement."""
    return engagement.panels.filter(state__in=OPEN_PANELS).order_by("pk")


def successors_of(engagement: Engagement, on: date) -> QuerySet[Engagement]:
    """Engagements in force of other agencies that cover every call, and every kind without calls, with work left."""
    rows = Engagement.objects.in_force(on).exclude(agency_id=engagement.agency_id)
    for call_id in set(left_undone(engagement, on).values_list("call_id", flat=True)):
        rows = rows.filter(batches__call_id=call_id)
    for kind in set(panels_left(engagement).order_by().values_list("kind", flat=True)):
        rows = rows.filter(batches__kind=kind, batches__call__isnull=True)
    return rows.select_related("agency").distinct().order_by("pk")


def engagements_run_out(on: date) -> QuerySet[Engagement]:
    """Those whose last day is behind us and that nobody has ended."""
    return Engagement.objects.filter(state=EngagementState.IN_FORCE, ends_on__lt=on).order_by("pk")


def progress_of(engagement: Engagement) -> list[dict]:
    """Each batch with how many cases were handed to the agency, and how far their panels are."""
    counts = {
        row["call_id"]: row
        for row in Application.objects.filter(agency_id=engagement.agency_id)
        .values("call_id")
        .order_by("call_id")
        .annotate(
            handed=Count("pk"),
            waiting=Count("pk", filter=Q(state=ApplicationState.REVIEWING, panel__isnull=True)),
            open=Count("pk", filter=Q(panel__state__in=OPEN_PANELS)),
            concluded=Count("pk", filter=Q(panel__state=PanelState.CONCLUDED)),
            visits=Count("pk", filter=Q(state=ApplicationState.SITE_VISIT)),
        )
    }
    nothing = dict.fromkeys(("handed", "waiting", "open", "concluded", "visits"), 0)
    whole = _progress_of_kinds(engagement)
    return [
        {
            "batch": batch,
            **nothing,
            **((counts.get(batch.call_id) if batch.call_id else whole.get(batch.kind)) or {}),
        }
        for batch in engagement.batches.select_related("call")
    ]


def _progress_of_kinds(engagement: Engagement) -> dict[str, dict]:
    """By kind, the panels of cases that belong to no call; asked only where such a kind is covered."""
    if not engagement.batches.filter(call__isnull=True).exists():
        return {}
    rows = engagement.panels.filter(call__isnull=True).order_by().values("kind")
    counted = rows.annotate(
        handed=Count("pk"),
        open=Count("pk", filter=Q(state__in=OPEN_PANELS)),
        concluded=Count("pk", filter=Q(state=PanelState.CONCLUDED)),
    )
    return {row["kind"]: {name: row[name] for name in ("handed", "open", "concluded")} for row in counted}
