"""Guides and calls: drawn up by a clerk, published by another person, their end moved only to later, by two."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from projects import notifications
from projects.enums import ProjectCallState, ProposalState
from projects.lifecycle import PROJECT_CALL
from projects.models import Guide, ProjectCall, ProjectEdition, Proposal, Topic
from records import audit, clock, deadlines
from records.deadlines import day_in_words
from records.errors import Conflict, IllegalMove, Incomplete, Reason, TooLate
from records.lifecycle import Stamps, lock

KIND = "joint_project"
Topics = Sequence[Mapping[str, Any]]
"""``chain`` (a row), ``code``, ``title``, ``need``, ``targets``."""


@transaction.atomic
def draft_guide(
    *,
    year: int,
    title: str,
    number: str,
    topics: Topics,
    by: User,
    foreword: str = "",
    at: datetime | None = None,
) -> Guide:
    """Draw up the guide of a year with its topics. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    guide = Guide(year=year, drafted_at=at, drafted_by=by)
    _write_guide(guide, title, number, foreword, topics)
    guide.save()
    _enter_topics(guide, topics)
    audit.record("projects.guide.draft", guide, by=by, at=at, topics=len(topics))
    return guide


@transaction.atomic
def revise_guide(
    *,
    guide: Guide,
    year: int,
    title: str,
    number: str,
    topics: Topics,
    by: User,
    foreword: str = "",
    at: datetime | None = None,
) -> Guide:
    """Draw a guide up anew that is not published yet."""
    at = at or clock.now()
    lock(guide)
    if guide.published_at:
        raise IllegalMove(f"“{guide}”已发布，内容不能再改。")
    guide.year, guide.drafted_at, guide.drafted_by = year, at, by
    _write_guide(guide, title, number, foreword, topics)
    guide.save()
    guide.topics.all().delete()
    _enter_topics(guide, topics)
    audit.record("projects.guide.revise", guide, by=by, at=at, topics=len(topics))
    return guide


def _write_guide(guide: Guide, title: str, number: str, foreword: str, topics: Topics) -> None:
    guide.title, guide.number, guide.foreword = title.strip(), number.strip(), foreword.strip()
    found = [
        Reason(f"请填写{label}。", field=name)
        for name, label in (("title", "指南名称"), ("number", "文号"))
        if not getattr(guide, name)
    ]
    if not topics:
        found.append(Reason("请至少列出一个方向。", field="topics"))
    codes = [str(topic["code"]).strip() for topic in topics]
    if len(set(codes)) < len(codes):
        found.append(Reason("方向编号不能重复。", field="topics"))
    for topic in topics:
        if not all(str(topic.get(name, "")).strip() for name in ("code", "title", "need", "targets")):
            found.append(Reason("每个方向都须写明编号、名称、需求和预期目标。", field="topics"))
            break
    Incomplete.unless_empty(found)
    if Guide.objects.filter(number=guide.number).exclude(pk=guide.pk).exists():
        raise Conflict(Reason(f"文号“{guide.number}”已用于另一份指南。", field="number"))


def _enter_topics(guide: Guide, topics: Topics) -> None:
    Topic.objects.bulk_create(
        Topic(guide=guide, chain=topic["chain"], **{name: topic[name].strip() for name in _TOPIC})
        for topic in topics
    )


_TOPIC = ("code", "title", "need", "targets")


# --- calls ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_project_call(
    *,
    guide: Guide,
    title: str,
    number: str,
    opens_at: datetime,
    closes_at: datetime,
    budget: Decimal,
    text: str,
    by: User,
    at: datetime | None = None,
) -> ProjectCall:
    """Draw up a call for a guide, by the edition in force on the day it opens. The approver is told."""
    at = at or clock.now()
    call = ProjectCall(guide=guide, drafted_at=at, drafted_by=by)
    _write_call(call, title, number, opens_at, closes_at, budget, text)
    call.save()
    event = PROJECT_CALL.begin(call, by=by, at=at, number=call.number)
    notifications.tell_of_call(call, event)
    return call


@transaction.atomic
def revise_project_call(
    *,
    call: ProjectCall,
    title: str,
    number: str,
    opens_at: datetime,
    closes_at: datetime,
    budget: Decimal,
    text: str,
    by: User,
    at: datetime | None = None,
) -> ProjectCall:
    """Change a call that is still a draft; who changes it does not publish it."""
    at = at or clock.now()
    lock(call)
    if call.state != ProjectCallState.DRAFT:
        raise IllegalMove(f"“{call}”现为“{PROJECT_CALL.label(call.state)}”，内容不能再改。")
    _write_call(call, title, number, opens_at, closes_at, budget, text)
    call.drafted_at, call.drafted_by = at, by
    call.save()
    audit.record("projects.projectcall.revise", call, by=by, at=at)
    return call


def _write_call(
    call: ProjectCall,
    title: str,
    number: str,
    opens_at: datetime,
    closes_at: datetime,
    budget: Decimal,
    text: str,
) -> None:
    call.title, call.number, call.text = title.strip(), number.strip(), text.strip()
    call.opens_at, call.closes_at, call.budget = opens_at, closes_at, budget
    call.year = call.guide.year
    found = [
        Reason(f"请填写{label}。", field=name)
        for name, label in (("title", "名称"), ("number", "文号"), ("text", "通知正文"))
        if not getattr(call, name)
    ]
    if closes_at <= opens_at:
        found.append(Reason("截止时间须晚于开始时间。", field="closes_at"))
    if budget <= 0:
        found.append(Reason("请填写本次专项的资金额度。", field="budget"))
    Incomplete.unless_empty(found)
    call.edition = ProjectEdition.objects.in_force(KIND, timezone.localdate(opens_at))
    if ProjectCall.objects.filter(number=call.number).exclude(pk=call.pk).exists():
        raise Conflict(Reason(f"文号“{call.number}”已用于另一份通知。", field="number"))


@transaction.atomic
def publish_project_call(*, project_call: ProjectCall, by: User, at: datetime | None = None) -> ProjectCall:
    """Publish a call, and its guide with it; host units of institutes and counties are told."""
    at = at or clock.now()
    lock(project_call)
    guide = Guide.objects.select_for_update(of=("self",), no_key=True).get(pk=project_call.guide_id)
    stamps: Stamps = {"published_at": at, "published_by": by, "first_closes_at": project_call.closes_at}
    event = PROJECT_CALL.move(project_call, "publish", by=by, at=at, **stamps)
    if project_call.closes_at <= at:
        raise Conflict(Reason("截止时间已过，请退回经办修改后再发布。", field="closes_at"))
    if guide.published_at is None:
        if guide.drafted_by_id == by.pk:
            raise Conflict("指南由您拟定，须由另一人发布。")
        guide.published_at, guide.published_by = at, by
        guide.save(update_fields=["published_at", "published_by"])
        audit.record("projects.guide.publish", guide, by=by, at=at)
    project_call.guide = guide
    notifications.tell_of_call(project_call, event)
    return project_call


@transaction.atomic
def discard_project_call(
    *, project_call: ProjectCall, reason: str, by: User, at: datetime | None = None
) -> ProjectCall:
    """Give up a draft; it stays on record with its reason."""
    event = PROJECT_CALL.move(project_call, "discard", by=by, at=at or clock.now(), reason=reason)
    notifications.tell_of_call(project_call, event)
    return project_call


# --- a later end ------------------------------------------------------------------------------------------------------

_NO_EXTENSION: Stamps = {
    "extend_to": None,
    "extend_number": "",
    "extend_reason": "",
    "extension_proposed_at": None,
    "extension_proposed_by": None,
}


@transaction.atomic
def propose_project_extension(
    *,
    project_call: ProjectCall,
    closes_at: datetime,
    number: str,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> ProjectCall:
    """Propose a later end of a call that is still open; another person publishes it. Never shortens."""
    now = clock.database_now()
    at = at or now
    lock(project_call)
    found = [] if number.strip() else [Reason("请填写文号。", field="number")]
    if not reason.strip():
        found.append(Reason("请写明延期理由。", field="reason"))
    if closes_at <= project_call.closes_at:
        ends = timezone.localtime(project_call.closes_at)
        words = f"延期只能推迟截止时间：须晚于现在的截止时间 {ends:%Y-%m-%d %H:%M}。"
        found.append(Reason(words, field="closes_at"))
    Incomplete.unless_empty(found)
    _refuse_when_over(project_call, now)
    stamps: Stamps = {
        "extend_to": closes_at,
        "extend_number": number.strip(),
        "extend_reason": reason.strip(),
        "extension_proposed_at": at,
        "extension_proposed_by": by,
    }
    event = PROJECT_CALL.move(project_call, "propose_extension", by=by, at=at, reason=reason, **stamps)
    notifications.tell_of_call(project_call, event)
    return project_call


def _lock_with_extension(call: ProjectCall, action: str, by: User) -> datetime:
    """The later end that was proposed: only that can be published or dropped."""
    lock(call)
    for refusal in PROJECT_CALL.blocks(call, action, by):
        raise refusal
    if call.extend_to is None:
        raise Conflict("没有待发布的延期。")
    return call.extend_to


def _refuse_when_over(call: ProjectCall, now: datetime) -> None:
    if call.state == ProjectCallState.PUBLISHED and now >= call.closes_at:
        ended = timezone.localtime(call.closes_at)
        raise TooLate(f"“{call}”已于 {ended:%Y-%m-%d %H:%M} 截止，不能再延期。")


@transaction.atomic
def publish_project_extension(
    *, project_call: ProjectCall, by: User, at: datetime | None = None
) -> ProjectCall:
    """Let the call end later: drafts have until then, and everybody whom the call was sent to is told."""
    now = clock.database_now()
    at = at or now
    until, number = _lock_with_extension(project_call, "publish_extension", by), project_call.extend_number
    _refuse_when_over(project_call, now)
    data = {"from": project_call.closes_at.isoformat(), "until": until.isoformat(), "number": number}
    event = PROJECT_CALL.move(
        project_call,
        "publish_extension",
        by=by,
        at=at,
        reason=project_call.extend_reason,
        data=data,
        closes_at=until,
        **_NO_EXTENSION,
    )
    _move_deadlines(project_call)
    notifications.tell_of_call(project_call, event)
    return project_call


def _move_deadlines(call: ProjectCall) -> None:
    """Drafts were due on the call's last day: they are due on the new one."""
    day = timezone.localdate(call.closes_at)
    for proposal in Proposal.objects.filter(call=call, state=ProposalState.DRAFT).order_by("pk"):
        held = deadlines.current(proposal)
        if held and held.due_on and held.due_on < day:
            deadlines.move(proposal, due_on=day)


@transaction.atomic
def drop_project_extension(
    *, project_call: ProjectCall, reason: str, by: User, at: datetime | None = None
) -> ProjectCall:
    """Leave the call's end as it is."""
    at = at or clock.now()
    _lock_with_extension(project_call, "drop_extension", by)
    PROJECT_CALL.move(project_call, "drop_extension", by=by, at=at, reason=reason, **_NO_EXTENSION)
    return project_call


def window_words(call: ProjectCall, now: datetime) -> Reason:
    """Why it is too early or too late, by whose clock."""
    opens, closes = (timezone.localtime(one) for one in (call.opens_at, call.closes_at))
    url = call.get_absolute_url()
    if now < call.opens_at:
        return Reason(f"“{call}”尚未开始申报，开始时间为 {opens:%Y-%m-%d %H:%M}。", url=url)
    words = (
        f"“{call}”已于{day_in_words(timezone.localdate(call.closes_at))} {closes:%H:%M:%S} 截止，不再接收申报；"
        f"本次提交到达平台的时间为 {timezone.localtime(now):%Y-%m-%d %H:%M:%S}，以平台数据库服务器的时钟为准。"
        "已填写的内容作为草稿保留。"
    )
    return Reason(words, url=url, link="查看申报通知")
