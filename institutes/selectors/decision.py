"""What the decision is taken on: the ranking, the places of the year, drafts of decisions, what has run its time."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from accounts.models import User
from institutes.enums import ApplicationState, BatchState
from institutes.lifecycle import APPLICATION
from institutes.models import Application, Call, DecisionBatch, DecisionItem, Recognition
from institutes.selectors.applications import APPLICATION_TYPE, applications_visible_to
from institutes.selectors.sides import DECISION_READERS
from notices.models import PublicNoticeItem
from notices.selectors import item_of
from records import clock
from records.desk import carrying
from records.models import Deadline
from records.models.deadline import STATE
from records.models.subject import subject_type

SHORTLISTED = (ApplicationState.PUBLICITY, ApplicationState.OBJECTION_HANDLING)
TIE_RULE = (F("review_tie_break").desc(nulls_last=True), F("county_signed_at").asc(nulls_last=True), "pk")
"""What breaks a tie of scores: more points where the review compares first, then the county that signed earlier."""
RANKING = ("-review_score", *TIE_RULE)


def ranked_for_decision(user: User) -> QuerySet[Application]:
    """What waits for the decision, best score first; a tie is broken by what the experts gave where the review
    compares first, then by the earlier recommendation of the county."""
    waiting = applications_visible_to(user).filter(state=ApplicationState.PENDING_DECISION)
    return waiting.select_related("visit").order_by(*RANKING)


def tie_order(applications: Iterable[int]) -> dict[int, int]:
    """In which order each of these, by key, would stand if all had the same score; a list ranks equal scores by it."""
    rows = Application.objects.filter(pk__in=applications).order_by(*TIE_RULE)
    return {pk: place for place, pk in enumerate(rows.values_list("pk", flat=True))}


def batches_visible_to(user: User) -> QuerySet[DecisionBatch]:
    """What meetings decided, released or not: for the bureau and the auditor alone."""
    rows = DecisionBatch.objects.select_related("call__edition", "notice", "drafted_by", "released_by")
    if not user.is_authenticated or not user.holds(*DECISION_READERS):
        return rows.none()
    return rows.annotate(item_count=Count("items")).order_by("-pk")


def calls_to_decide(user: User) -> QuerySet[Call]:
    """Calls of which something waits for the decision, the latest first."""
    waiting = ranked_for_decision(user).filter(call=OuterRef("pk")).order_by()
    return Call.objects.filter(Exists(waiting)).select_related("edition")


def free_for(user: User, call: Call, batch: DecisionBatch | None = None) -> QuerySet[Application]:
    """What waits for the decision in ``call`` and stands in no other draft than ``batch``, ranked."""
    taken = DecisionItem.objects.standing().filter(application=OuterRef("pk"))
    if batch is not None:
        taken = taken.exclude(batch=batch)
    return ranked_for_decision(user).filter(~Exists(taken), call=call)


def is_in_a_draft(application: Application) -> bool:
    """Whether it stands in what a meeting decided, released or not."""
    return DecisionItem.objects.standing().filter(application=application).exists()


def may_be_judged_anew(application: Application) -> bool:
    """Whether nothing rests on the result of its review yet but the visit."""
    return APPLICATION.allows(application, "reopen_review") and not is_in_a_draft(application)


def drafted_outcomes(applications: Iterable[Application]) -> dict[int, DecisionItem]:
    """In which draft each of these stands, and how, by application."""
    items = DecisionItem.objects.standing().filter(application__in=[one.pk for one in applications])
    return {item.application_id: item for item in items.select_related("batch")}


def compared_first(applications: Iterable[Application]) -> str:
    """In what, in words, the experts' points decide between applications of the same score."""
    labels = dict.fromkeys(one.review_tie_label for one in applications if one.review_tie_label)
    return "、".join(labels)


def places_taken(year: int) -> int:
    """How many of the year's places are given: recognised in it, or shortlisted and not decided otherwise."""
    shortlisted = Application.objects.filter(state__in=SHORTLISTED, decided_at__year=year)
    return Recognition.objects.in_force().filter(year=year).count() + shortlisted.count()


def is_publicity_over(application: Application, on: date | None = None) -> bool:
    """Whether the days of its public notice have passed; what else stands in the way the service says."""
    item = item_of(application)
    return item is not None and not item.paused_on and item.ends_on < (on or clock.today())


def supplements_run_out(on: date) -> QuerySet[Application]:
    """Applications whose supplement was due before that day and did not come."""
    late = Deadline.objects.running().filter(
        subject_type=APPLICATION_TYPE, subject_id=OuterRef("pk"), kind=STATE, due_on__lt=on
    )
    return Application.objects.filter(Exists(late), state=ApplicationState.SUPPLEMENT_REQUESTED).order_by(
        "pk"
    )


def publicity_run_out(on: date) -> QuerySet[Application]:
    """Applications whose public notice ended before that day; what else stands in the way is asked one by one."""
    over = PublicNoticeItem.objects.period_over(on).filter(
        subject_type=APPLICATION_TYPE, subject_id=OuterRef("pk")
    )
    return Application.objects.filter(Exists(over), state=ApplicationState.PUBLICITY).order_by("pk")


def carried_by_batches() -> QuerySet:
    """The applications that a draft decides on, each with the draft."""
    rows = DecisionItem.objects.standing().filter(batch__state=BatchState.DRAFT)
    batch = subject_type(DecisionBatch)
    return carrying(rows, case_type=APPLICATION_TYPE, work_type=batch, case="application", work="batch")
