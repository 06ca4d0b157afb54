"""What a decision asks of the applications it is about, and the moves they take by it. Releasing calls these."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from institutes import notifications
from institutes.enums import OPEN_STATES, Outcome
from institutes.lifecycle import APPLICATION
from institutes.models import Application, DecisionBatch, DecisionItem, Institute, RecognitionEdition
from institutes.selectors import (
    RANKING,
    active_institutes_by_host,
    co_builders_of,
    common_reasons,
    edition_in_force,
    places_taken,
)
from institutes.services.cultivation_links import follow_all
from institutes.services.papers import issue_after_commit, papers_of_call
from notices.enums import PublicNoticeKind
from notices.models import PublicNotice
from notices.services import Entry, post_public_notice
from records import calendar
from records.errors import NotEligible, Reason, Refusal
from records.lifecycle import Stamps, Taking, lock, lock_all
from records.models import AuditEvent

TITLE = "关于{year}年度拟认定石家庄市市级产业技术研究院名单的公示"
BASIS = (
    "根据《关于加快建设市级产业技术研究院 促进主导产业快速发展的实施意见》和"
    "《{call}》（{number}），经{minute}审议，现将拟认定名单予以公示。"
)


def carry_out(*, batch: DecisionBatch, by: User, at: datetime) -> PublicNotice | None:
    """Take every application of ``batch`` where the meeting sent it; those shortlisted go onto one public notice.

    Raises with every reason about every application, and then none has moved.
    """
    edition = _lock_places(at)
    items = list(batch.items.select_related("application").order_by("application_id"))
    lock_all([item.application for item in items])
    _refuse_what_has_moved(items, by)
    shortlisted = [item for item in items if item.outcome == Outcome.SHORTLIST]
    rejected = [item for item in items if item.outcome == Outcome.REJECT]
    events = _shortlist(batch, shortlisted, _last_day(edition, at), by=by, at=at)
    events += _reject(batch, rejected, by=by, at=at)
    applications = [item.application for item in shortlisted]
    _check(edition, applications, batch.override_reason, at=at)
    notice = _publish(edition, batch, applications, by=by, at=at) if shortlisted else None
    moved = [item.application for item in (*shortlisted, *rejected)]
    notifications.tell_of_moves(list(zip(moved, events, strict=True)))
    return notice


def _last_day(edition: RecognitionEdition, at: datetime) -> date:
    """When a publicity that begins at that moment ends."""
    return calendar.last_day_counting_first(timezone.localdate(at), _days_of_publicity(edition))


def _days_of_publicity(edition: RecognitionEdition) -> int:
    return int(edition.terms["time_limits"]["publicity"])


def _lock_places(at: datetime) -> RecognitionEdition:
    """Two decisions at once must not both take the last place: the edition in force is what they queue for."""
    edition = edition_in_force(timezone.localdate(at))
    lock(edition)
    return edition


def _refuse_what_has_moved(items: Sequence[DecisionItem], by: User) -> None:
    """Said of all applications at once: what was withdrawn since, and what this person may not decide."""
    found: list[Refusal] = [
        refusal for item in items for refusal in APPLICATION.blocks(item.application, item.outcome, by)
    ]
    if found:
        raise type(found[0])(*(reason for refusal in found for reason in refusal.reasons))


def _stamps(batch: DecisionBatch, *, by: User, at: datetime) -> Stamps:
    return {
        "minute_number": batch.minute_number,
        "decision_note": batch.note,
        "decided_at": at,
        "decided_by": by,
    }


def _shortlist(
    batch: DecisionBatch, items: Sequence[DecisionItem], last_day: date, *, by: User, at: datetime
) -> list[AuditEvent]:
    data = {"minute": batch.minute_number, "override": batch.override_reason}
    stamps = _stamps(batch, by=by, at=at)
    takings = [Taking(item.application, data=data, stamps=stamps) for item in items]
    return APPLICATION.move_all(takings, "shortlist", by=by, at=at, due_on=last_day)


def _reject(
    batch: DecisionBatch, items: Sequence[DecisionItem], *, by: User, at: datetime
) -> list[AuditEvent]:
    if not items:
        return []
    year = timezone.localdate(at).year
    papers = papers_of_call(batch.call, "result_notice", year=year, many=len(items))
    stamps = _stamps(batch, by=by, at=at) | {"closed_at": at, "closed_by": by}
    takings = [
        Taking(
            item.application,
            reason=item.reason,
            data={"minute": batch.minute_number, "cause": item.cause, "paper": paper},
            stamps=stamps | {"closing_reason": item.reason},
        )
        for item, paper in zip(items, papers, strict=True)
    ]
    events = APPLICATION.move_all(takings, "reject", by=by, at=at)
    follow_all([item.application for item in items], at=at)
    for event in events:
        issue_after_commit(event)
    return events


def _check(
    edition: RecognitionEdition, applications: Sequence[Application], override: str, *, at: datetime
) -> None:
    """What no reason overrides, and what only a reason does."""
    found = _faults_of_names(applications)
    found += [
        Reason(f"“{one}”没有所属产业链，不能认定。", clause="四(一)")
        for one in applications
        if not one.chain_id
    ]
    if applications and not override:
        found += _faults_of_places(edition, at) + _faults_of_hosts(edition, applications)
    NotEligible.unless_empty(found)


def _faults_of_places(edition: RecognitionEdition, at: datetime) -> list[Reason]:
    """The year's places. Those just shortlisted already count."""
    year, most = timezone.localdate(at).year, int(edition.terms["yearly_band"]["block_at"])
    taken = places_taken(year)
    if taken <= most:
        return []
    words = f"{year}年将认定 {taken} 家，超过每年 {most} 家；确需突破的，须凭会议纪要说明理由。"
    return [Reason(words, field="override_reason", clause="三")]


def _faults_of_hosts(edition: RecognitionEdition, applications: Sequence[Application]) -> list[Reason]:
    most = int(edition.terms["host"]["active_institutes_max"])
    prefetch_related_objects(applications, "host")
    active = active_institutes_by_host([one.host_id for one in applications])
    return [
        Reason(
            f"{one.host}已有 {count} 家在册研究院；同一依托单位以 {most} 家为限，突破须说明理由。",
            field="override_reason",
        )
        for one in applications
        if (count := active.get(one.host_id, 0)) >= most
    ]


def _faults_of_names(applications: Sequence[Application]) -> list[Reason]:
    """A name is borne by one institute only, recognised or about to be; those of this decision count as well."""
    names = {one.institute_name for one in applications}
    taken = set(Institute.objects.filter(name__in=names).values_list("name", flat=True))
    decided = Application.objects.filter(
        state__in=OPEN_STATES, decided_at__isnull=False, institute_name__in=names
    )
    borne = Counter(decided.values_list("institute_name", flat=True))
    return [
        Reason(f"名称“{one.institute_name}”已被使用，须由申报单位更名。", field="items")
        for one in applications
        if one.institute_name in taken or borne[one.institute_name] > 1
    ]


def _publish(
    edition: RecognitionEdition,
    batch: DecisionBatch,
    applications: Sequence[Application],
    *,
    by: User,
    at: datetime,
) -> PublicNotice:
    rows = Application.objects.select_related("host", "division")
    ranked = list(rows.filter(pk__in=[one.pk for one in applications]).order_by(*RANKING))
    call, partners = batch.call, co_builders_of(ranked)
    return post_public_notice(
        kind=PublicNoticeKind.RECOGNITION,
        title=TITLE.format(year=call.year),
        basis=BASIS.format(call=call, number=call.number, minute=batch.minute_number),
        body="\n".join(common_reasons(call)),
        items=[
            Entry(
                subject=one,
                name=one.institute_name,
                host_name=one.host.name,
                county=one.division.name,
                co_builders=partners[one.pk],
            )
            for one in ranked
        ],
        working_days=_days_of_publicity(edition),
        by=by,
        at=at,
    )
