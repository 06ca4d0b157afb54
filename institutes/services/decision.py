"""The bureau's decision: several applications at once onto one public notice, or not to be recognised."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from institutes import notifications
from institutes.enums import OPEN_STATES
from institutes.lifecycle import APPLICATION
from institutes.models import Application, Institute, RecognitionEdition
from institutes.selectors import (
    RANKING,
    active_institutes_of,
    co_builder_names,
    edition_in_force,
    places_taken,
)
from institutes.services.papers import issue_after_commit, paper
from notices.enums import PublicNoticeKind
from notices.models import PublicNotice
from notices.services import Entry, post_public_notice
from records import clock, deadlines
from records.errors import Incomplete, NotEligible, Reason
from records.lifecycle import Stamps, lock
from records.models import AuditEvent

TITLE = "关于{year}年度拟认定石家庄市市级产业技术研究院名单的公示"
BASIS = (
    "根据《关于加快建设市级产业技术研究院 促进主导产业快速发展的实施意见》和"
    "《{call}》（{number}），经{minute}审议，现将拟认定名单予以公示。"
)


@transaction.atomic
def shortlist_applications(
    *,
    applications: Sequence[Application],
    minute_number: str,
    by: User,
    note: str = "",
    override_reason: str = "",
    at: datetime | None = None,
) -> PublicNotice:
    """Decide that ``applications`` are to be recognised, and publish them together for the days of the edition.

    Past the year's places, or with a second institute of one host, ``override_reason`` must say why. Raises
    with every reason about every application.
    """
    at = at or clock.now()
    Incomplete.unless_empty(_missing(applications, minute_number))
    edition = _lock_places(at)
    ranked = sorted(applications, key=lambda one: one.pk)
    events = [_shortlist(one, minute_number, note, override_reason, by=by, at=at) for one in ranked]
    _check(edition, ranked, override_reason, at=at)
    notice = _publish(edition, ranked, minute_number, by=by, at=at)
    for application, event in zip(ranked, events, strict=True):
        _set_last_day(application, notice)
        notifications.tell_of_move(application, event)
    return notice


def _lock_places(at: datetime) -> RecognitionEdition:
    """Two decisions at once must not both take the last place: the edition in force is what they queue for."""
    edition = edition_in_force(timezone.localdate(at))
    lock(edition)
    return edition


def _shortlist(
    application: Application, minute_number: str, note: str, override: str, *, by: User, at: datetime
) -> AuditEvent:
    stamps: Stamps = {
        "minute_number": minute_number.strip(),
        "decision_note": note.strip(),
        "decided_at": at,
        "decided_by": by,
    }
    data = {"minute": minute_number.strip(), "override": override.strip()}
    return APPLICATION.move(application, "shortlist", by=by, at=at, data=data, **stamps)


def _missing(applications: Sequence[Application], minute: str) -> list[Reason]:
    found = [] if applications else [Reason("请至少选择一项。", field="applications")]
    return found if minute.strip() else [*found, Reason("请填写局务会会议纪要号。", field="minute_number")]


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
    if not override.strip():
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
    return [
        Reason(
            f"{one.host}已有 {count} 家在册研究院；同一依托单位以 {most} 家为限，突破须说明理由。",
            field="override_reason",
        )
        for one in applications
        if (count := active_institutes_of(one.host).count()) >= most
    ]


def _faults_of_names(applications: Sequence[Application]) -> list[Reason]:
    """A name is borne by one institute only, recognised or about to be."""
    found = []
    for one in applications:
        same = Application.objects.filter(Q(state__in=OPEN_STATES), institute_name=one.institute_name)
        taken = Institute.objects.filter(name=one.institute_name).exists()
        if taken or same.filter(decided_at__isnull=False).exclude(pk=one.pk).exists():
            found.append(
                Reason(f"名称“{one.institute_name}”已被使用，须由申报单位更名。", field="applications")
            )
    return found


def _publish(
    edition: RecognitionEdition, applications: Sequence[Application], minute: str, *, by: User, at: datetime
) -> PublicNotice:
    rows = Application.objects.select_related("host", "division", "call")
    ranked = list(rows.filter(pk__in=[one.pk for one in applications]).order_by(*RANKING))
    call = ranked[0].call
    return post_public_notice(
        kind=PublicNoticeKind.RECOGNITION,
        title=TITLE.format(year=call.year),
        basis=BASIS.format(call=call, number=call.number, minute=minute.strip()),
        items=[
            Entry(
                subject=one,
                name=one.institute_name,
                host_name=one.host.name,
                county=one.division.name,
                co_builders=co_builder_names(one),
            )
            for one in ranked
        ],
        working_days=int(edition.terms["time_limits"]["publicity"]),
        by=by,
        at=at,
    )


def _set_last_day(application: Application, notice: PublicNotice) -> None:
    deadlines.move(application, due_on=notice.last_day)


@transaction.atomic
def shortlist_application(
    *,
    application: Application,
    minute_number: str,
    by: User,
    note: str = "",
    override_reason: str = "",
    at: datetime | None = None,
) -> PublicNotice:
    """Shortlist one application alone."""
    return shortlist_applications(
        applications=[application],
        minute_number=minute_number,
        note=note,
        override_reason=override_reason,
        by=by,
        at=at,
    )


@transaction.atomic
def reject_application(
    *, application: Application, minute_number: str, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Decide not to recognise, and give the unit the reasons."""
    at = at or clock.now()
    if not minute_number.strip():
        raise Incomplete(Reason("请填写局务会会议纪要号。", field="minute_number"))
    stamps: Stamps = {
        "minute_number": minute_number.strip(),
        "decided_at": at,
        "decided_by": by,
        "closed_at": at,
        "closed_by": by,
        "closing_reason": reason.strip(),
    }
    data = {
        "minute": minute_number.strip(),
        "paper": paper(application, "result_notice", year=timezone.localdate(at).year),
    }
    event = APPLICATION.move(application, "reject", by=by, at=at, reason=reason, data=data, **stamps)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application
