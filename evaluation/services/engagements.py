"""Engagements: drafted by a clerk with the contract, approved by another person; access ends with them."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.services import system_user
from evaluation import notifications, selectors
from evaluation.enums import EngagementState
from evaluation.lifecycle import ENGAGEMENT
from evaluation.models import Engagement, EngagementBatch, Panel, ReviewEdition
from evaluation.selectors.engagements import FILE
from institutes.models import Application, Call
from institutes.services import change_agency
from records import attachments, audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment

WINDOW = "engagement_end"
FIELDS = ("agency", "number", "title", "scope", "begins_on", "ends_on")


@transaction.atomic
def draft_engagement(
    *,
    agency: Organisation,
    number: str,
    title: str,
    begins_on: date,
    ends_on: date,
    calls: Iterable[Call],
    by: User,
    kinds: Iterable[str] = (),
    scope: str = "",
    contract: UploadedFile | None = None,
    at: datetime | None = None,
) -> Engagement:
    """Draft an engagement with its contract; another person approves it. Raises with every reason.

    It covers the cases of ``calls``, and all of those kinds of review that are not engaged for by call.
    """
    at, calls, kinds = at or clock.now(), list(calls), list(kinds)
    engagement = Engagement(
        agency=agency,
        number=number.strip(),
        title=title.strip(),
        scope=scope.strip(),
        begins_on=begins_on,
        ends_on=ends_on,
        edition=ReviewEdition.objects.in_force("recognition", timezone.localdate(at)),
        drafted_at=at,
        drafted_by=by,
    )
    _refuse_unless_sound(engagement, [*calls, *kinds], has_contract=contract is not None)
    engagement.save()
    EngagementBatch.objects.bulk_create(_batches(engagement, calls, kinds))
    ENGAGEMENT.begin(engagement, by=by, at=at, number=engagement.number, calls=[call.pk for call in calls])
    if contract:
        attachments.attach_file(subject=engagement, kind=FILE, upload=contract, by=by)
    notifications.engagement_drafted(engagement)
    return engagement


def _batches(engagement: Engagement, calls: list[Call], kinds: list[str]) -> list[EngagementBatch]:
    of_calls = [EngagementBatch(engagement=engagement, call=call) for call in calls]
    return of_calls + [EngagementBatch(engagement=engagement, kind=kind) for kind in kinds]


@transaction.atomic
def revise_engagement(
    *,
    engagement: Engagement,
    calls: Iterable[Call],
    by: User,
    kinds: Iterable[str] = (),
    contract: UploadedFile | None = None,
    at: datetime | None = None,
    **changes: object,
) -> Engagement:
    """Change an engagement that waits for its approval; ``changes`` are columns of it."""
    at, calls, kinds = at or clock.now(), list(calls), list(kinds)
    lock(engagement)
    if engagement.state != EngagementState.DRAFT:
        raise IllegalMove(f"“{engagement}”现为“{ENGAGEMENT.label(engagement.state)}”，内容不能再改。")
    for name in changes.keys() & set(FIELDS):
        value = changes[name]
        setattr(engagement, name, value.strip() if isinstance(value, str) else value)
    engagement.drafted_at, engagement.drafted_by = at, by
    former = contract_of(engagement)
    _refuse_unless_sound(engagement, [*calls, *kinds], has_contract=bool(contract or former))
    engagement.save(update_fields=[*FIELDS, "drafted_at", "drafted_by"])
    engagement.batches.exclude(Q(call__in=calls) | Q(call__isnull=True, kind__in=kinds)).delete()
    EngagementBatch.objects.bulk_create(_batches(engagement, calls, kinds), ignore_conflicts=True)
    if contract:
        attachments.attach_file(subject=engagement, kind=FILE, upload=contract, by=by, replaces=former)
    audit.record(
        "evaluation.engagement.revise",
        engagement,
        by=by,
        at=at,
        fields=sorted(changes),
        calls=[call.pk for call in calls],
    )
    return engagement


def contract_of(engagement: Engagement) -> Attachment | None:
    return Attachment.objects.about(engagement).current().filter(kind=FILE).first()


def _refuse_unless_sound(engagement: Engagement, covered: list, *, has_contract: bool) -> None:
    known = selectors.agencies_to_engage().filter(pk=engagement.agency_id).exists()
    found = [] if known else [Reason("请选择已确认的第三方机构。", field="agency")]
    for name, label in (("number", "合同编号"), ("title", "委托事项")):
        if not getattr(engagement, name):
            found.append(Reason(f"请填写{label}。", field=name))
    if engagement.ends_on < engagement.begins_on:
        found.append(Reason("委托截止日不能早于起始日。", field="ends_on"))
    if not covered:
        found.append(Reason("请选择委托评审的批次。", field="calls"))
    if not has_contract:
        found.append(Reason("请上传委托合同。", field="contract"))
    Incomplete.unless_empty(found)
    if Engagement.objects.filter(number=engagement.number).exclude(pk=engagement.pk).exists():
        raise Conflict(Reason(f"合同编号“{engagement.number}”已登记。", field="number"))


@transaction.atomic
def approve_engagement(*, engagement: Engagement, by: User, at: datetime | None = None) -> Engagement:
    """Put an engagement into force that another person drafted; the agency is told and may work by it."""
    at = at or clock.now()
    ENGAGEMENT.move(engagement, "approve", by=by, at=at, approved_at=at, approved_by=by)
    if engagement.ends_on < timezone.localdate(at):
        raise Conflict(Reason("委托期限已过，请退回修改或作废。", field="ends_on"))
    if contract_of(engagement) is None:
        raise Incomplete(Reason("没有委托合同，不能批准。", field="contract"))
    deadlines.open_for(
        engagement,
        kind=WINDOW,
        label="评审委托期满",
        role=Role.BUREAU_CLERK,
        at=at,
        due_on=engagement.ends_on,
    )
    notifications.engagement_approved(engagement)
    return engagement


@transaction.atomic
def discard_engagement(
    *, engagement: Engagement, reason: str, by: User, at: datetime | None = None
) -> Engagement:
    """Give up a draft; it stays on record with its reason."""
    ENGAGEMENT.move(engagement, "discard", by=by, at=at, reason=reason)
    return engagement


@transaction.atomic
def end_engagement(
    *, engagement: Engagement, reason: str, by: User, at: datetime | None = None
) -> Engagement:
    """End an engagement before its time: from this moment on the agency reads nothing of it."""
    return _end(engagement, "end", reason=reason, by=by, at=at or clock.now())


def expire_engagements(*, at: datetime | None = None) -> int:
    """End every engagement whose last day is behind us; returns how many."""
    at, by = at or clock.now(), system_user()
    run_out = selectors.engagements_run_out(timezone.localdate(at))
    return sum(_expire(engagement, by=by, at=at) for engagement in run_out)


@transaction.atomic
def _expire(engagement: Engagement, *, by: User, at: datetime) -> bool:
    lock(engagement)
    if engagement.state != EngagementState.IN_FORCE or engagement.ends_on >= timezone.localdate(at):
        return False
    _end(engagement, "expire", reason="", by=by, at=at)
    return True


def _end(engagement: Engagement, action: str, *, reason: str, by: User, at: datetime) -> Engagement:
    """What was left undone waits for the approver, who hands it to another agency."""
    ENGAGEMENT.move(engagement, action, by=by, at=at, reason=reason, ended_at=at, ended_by=by)
    deadlines.close(engagement, kind=WINDOW, at=at)
    left = list(selectors.left_undone(engagement, timezone.localdate(at)))
    for application in left:
        deadlines.hand_over(application, role=Role.BUREAU_APPROVER)
    for panel in selectors.panels_of_unfinished(engagement):
        deadlines.hand_over(panel, role=Role.BUREAU_APPROVER)
    count = len(left) + selectors.panels_left(engagement).count()
    notifications.engagement_ended(engagement, left=count, reason=reason)
    return engagement


@transaction.atomic
def hand_over_engagement(
    *, engagement: Engagement, successor: Engagement, reason: str, by: User, at: datetime | None = None
) -> Engagement:
    """Hand what an ended engagement left undone to another agency; it goes on where the first stopped."""
    at = at or clock.now()
    ENGAGEMENT.move(
        engagement, "hand_over", by=by, at=at, reason=reason, data={"successor": successor.number}
    )
    today = timezone.localdate(at)
    left, panels = list(selectors.left_undone(engagement, today)), list(selectors.panels_left(engagement))
    if not left and not panels:
        raise Conflict("该委托没有未完成的评审，不需要移交。")
    if not selectors.successors_of(engagement, today).filter(pk=successor.pk).exists():
        words = "请选择已生效、且委托批次包含全部未完成评审的其他机构的委托。"
        raise Conflict(Reason(words, field="successor"))
    for application in left:
        _take_over(application, engagement, successor, reason=reason, by=by, at=at)
    for panel in panels:
        _hand_panel(panel, successor, reason=reason, by=by, at=at)
        if change := panel.of_kind.change_agency:
            change(panel.case, agency=successor.agency, reason=reason, by=by, at=at)
    notifications.engagement_taken_over(successor, left=len(left) + len(panels))
    return engagement


def _hand_panel(panel: Panel, successor: Engagement, *, reason: str, by: User, at: datetime) -> None:
    lock(panel)
    panel.agency, panel.engagement = successor.agency, successor
    panel.save(update_fields=["agency", "engagement"])
    audit.record("evaluation.panel.hand_over", panel, by=by, at=at, reason=reason, successor=successor.number)
    deadlines.hand_over(panel, role=Role.AGENCY, organisation=successor.agency)


def _take_over(
    application: Application,
    engagement: Engagement,
    successor: Engagement,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    """The panel first, then its application: the order of locks."""
    for panel in selectors.panels_of_unfinished(engagement).filter(application=application):
        _hand_panel(panel, successor, reason=reason, by=by, at=at)
    change_agency(application=application, agency=successor.agency, reason=reason, by=by, at=at)
