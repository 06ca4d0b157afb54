"""Public notices: posted once, with exact days; each item's clock runs, stops, and ends on its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import system_user
from notices import documents, selectors, tasks
from notices.models import PublicityExtension, PublicNotice, PublicNoticeItem, ReminderEdition
from notices.models.edition import PUBLICITY
from notices.models.publicity import PAPER, PERIOD
from records import audit, calendar, clock, deadlines, numbering
from records import documents as papers
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import lock
from records.models import Document
from records.models.subject import subject_type

PAPER_TEMPLATE = "notices/print/public_notice.html"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a public notice: the case, the columns as everybody sees them, and which item it corrects."""

    subject: models.Model
    name: str
    host_name: str
    county: str
    co_builders: Sequence[str] = ()
    corrects: PublicNoticeItem | None = None


@transaction.atomic
def post_public_notice(
    *,
    kind: str,
    title: str,
    basis: str,
    items: Sequence[Entry],
    working_days: int,
    by: User,
    body: str = "",
    at: datetime | None = None,
) -> PublicNotice:
    """Post a notice for ``working_days`` working days; the day of posting counts as the first.

    Takes the next number, writes the register and opens the period of each item. The paper is made after the
    commit. Raises ``Incomplete`` or ``Conflict`` with every reason.
    """
    at = at or clock.now()
    first_day = timezone.localdate(at)
    _check_entries(title, basis, items)
    edition = ReminderEdition.objects.in_force(PUBLICITY, first_day)
    last_day = calendar.last_day_counting_first(first_day, working_days)
    notice = PublicNotice.objects.create(
        number=numbering.take_number(
            "public_notice", pattern=edition.terms["numbers"]["publicity"], year=first_day.year
        ),
        kind=kind,
        title=title,
        basis=basis,
        body=body,
        objection_words=documents.objection_words(),
        **_contact(edition),
        working_days=working_days,
        first_day=first_day,
        first_last_day=last_day,
        last_day=last_day,
        provisional=calendar.is_provisional(last_day),
        edition=edition,
        posted_at=at,
        posted_by=by,
    )
    rows = [_item(notice, place, entry) for place, entry in enumerate(items, start=1)]
    items_made = PublicNoticeItem.objects.bulk_create(rows)
    deadlines.open_new(items_made, kind=PERIOD, label="公示期满", role=Role.SYSTEM, at=at, due_on=last_day)
    days: dict[str, Any] = {
        "first_day": str(first_day),
        "last_day": str(last_day),
        "items": [row.subject_id for row in rows],
    }
    audit.record("notices.publicnotice.post", notice, by=by, at=at, **days)
    transaction.on_commit(partial(tasks.issue_public_notice.delay, notice.pk), robust=True)
    return notice


def _check_entries(title: str, basis: str, items: Sequence[Entry]) -> None:
    found = []
    if not title.strip():
        found.append(Reason("公示须有标题。", field="title"))
    if not basis.strip():
        found.append(Reason("公示须写明依据。", field="basis"))
    if not items:
        found.append(Reason("公示至少须列一项。", field="items"))
    Incomplete.unless_empty(found)
    standing = PublicNoticeItem.objects.standing().about_any([entry.subject for entry in items])
    Conflict.unless_empty(f"“{item}”正在另一公示中，不能重复公示。" for item in standing)


def _contact(edition: ReminderEdition) -> dict[str, str]:
    contact = edition.terms["contact"]
    return {f"contact_{key}": contact[key] for key in ("office", "phone", "address", "email")}


def _item(notice: PublicNotice, place: int, entry: Entry) -> PublicNoticeItem:
    return PublicNoticeItem(
        notice=notice,
        place=place,
        subject_type=subject_type(entry.subject),
        subject_id=entry.subject.pk,
        subject_label=str(entry.subject)[:200],
        name=entry.name,
        host_name=entry.host_name,
        co_builders="\n".join(entry.co_builders),
        county=entry.county,
        host_id=getattr(entry.subject, "host_id", None),
        division_id=getattr(entry.subject, "division_id", None),
        corrects=entry.corrects,
        ends_on=notice.last_day,
    )


def pause_item(*, item: PublicNoticeItem, by: User, at: datetime) -> None:
    """Stop the clock of this item alone; what runs already stands still is left alone."""
    lock(item)
    if item.paused_on or item.withdrawn_at or item.concluded_at:
        return
    day = timezone.localdate(at)
    item.paused_on = day
    item.days_left = calendar.working_days_between(day, item.ends_on)
    item.save(update_fields=["paused_on", "days_left"])
    deadlines.pause(item, on=day, kind=PERIOD)
    audit.record("notices.publicnoticeitem.pause", item, by=by, at=at, days_left=item.days_left)


def resume_item(*, item: PublicNoticeItem, by: User, at: datetime) -> None:
    """Let the clock go on with the working days that were left, once no accepted objection stops it.

    Where an objection was founded in part it never goes on: the item is published again (:func:`post_corrected`).
    """
    lock(item)
    if not item.paused_on or item.objections.handled().exists() or item.objections.partly_upheld().exists():
        return
    day = timezone.localdate(at)
    left = max(item.days_left or 0, 0)
    item.ends_on = calendar.add_working_days(day, left)
    item.paused_on = item.days_left = None
    item.save(update_fields=["ends_on", "paused_on", "days_left"])
    deadlines.resume(item, on=day, kind=PERIOD)
    audit.record("notices.publicnoticeitem.resume", item, by=by, at=at, ends_on=str(item.ends_on))


def withdraw_item(*, item: PublicNoticeItem, by: User, at: datetime, reason: str = "") -> None:
    """Take this item out of the notice: it stays readable, and is marked."""
    lock(item)
    if item.withdrawn_at:
        return
    item.withdrawn_at, item.withdrawn_by = at, by
    item.save(update_fields=["withdrawn_at", "withdrawn_by"])
    deadlines.close(item, kind=PERIOD, at=at)
    audit.record("notices.publicnoticeitem.withdraw", item, by=by, at=at, reason=reason)


@transaction.atomic
def post_corrected(
    *, item: PublicNoticeItem, subject: models.Model, by: User, at: datetime | None = None
) -> PublicNotice:
    """Publish ``item`` again, alone and for a new full period, with what objections had corrected in it.

    The former item leaves its notice. Raises ``Conflict`` where nothing waits to be corrected.
    """
    at = at or clock.now()
    lock(item)
    if not selectors.awaits_correction(item):
        raise Conflict(f"“{item}”没有需要更正后重新公示的内容，或者尚有异议未办结。")
    former = item.notice
    withdraw_item(item=item, by=by, at=at, reason="异议部分成立，更正后重新公示")
    entry = Entry(
        subject=subject,
        name=item.name,
        host_name=item.host_name,
        county=item.county,
        co_builders=item.co_builder_names,
        corrects=item,
    )
    return post_public_notice(
        kind=former.kind,
        title=documents.CORRECTED_TITLE.format(name=item.name),
        basis=documents.CORRECTED_BASIS.format(title=former.title, number=former.number, name=item.name),
        body="\n".join([documents.CORRECTED_BODY, *selectors.corrections_of(item)]),
        items=[entry],
        working_days=former.working_days,
        by=by,
        at=at,
    )


@transaction.atomic
def withdraw_from_notice(
    *, subject: models.Model, by: User, reason: str = "", at: datetime | None = None
) -> PublicNoticeItem | None:
    """Take ``subject`` out of the notice in which it stands (its applicant withdrew, say)."""
    item = PublicNoticeItem.objects.about(subject).standing().first()
    if item:
        withdraw_item(item=item, by=by, at=at or clock.now(), reason=reason)
    return item


@transaction.atomic
def conclude_publicity(
    *, subject: models.Model, by: User, at: datetime | None = None, on: date | None = None
) -> PublicNoticeItem:
    """Close the public notice of ``subject``, whose way is clear; the caller decides what follows.

    Locks the item, so that no objection slips in between. Raises ``Conflict`` with everything in the way.
    """
    at = at or clock.now()
    item = selectors.item_of(subject)
    if item is None:
        raise Conflict(f"“{subject}”尚未公示。")
    lock(item)
    Conflict.unless_empty(selectors.way_blockers(subject, on=on or timezone.localdate(at)))
    if item.concluded_at:
        return item
    item.concluded_at, item.concluded_by = at, by
    item.save(update_fields=["concluded_at", "concluded_by"])
    deadlines.close(item, kind=PERIOD, at=at)
    audit.record("notices.publicnoticeitem.conclude", item, by=by, at=at)
    return item


def issue_public_notice(*, notice: PublicNotice) -> Document:
    """Make the paper of ``notice``, and one for each later last day, unless they were made.

    Called by a task, after the commit. The paper of a later day replaces the one before.
    """
    document = notice.document or _issue(notice)
    for place, extension in enumerate(notice.extensions.published().order_by("pk"), start=1):
        document = extension.document or _issue(notice, extension, place, replaces=document)
        PublicityExtension.objects.filter(pk=extension.pk, document__isnull=True).update(document=document)
    PublicNotice.objects.filter(pk=notice.pk).exclude(document=document).update(document=document)
    notice.document = document
    return document


def _issue(
    notice: PublicNotice,
    extension: PublicityExtension | None = None,
    place: int = 0,
    replaces: Document | None = None,
) -> Document:
    return papers.issue(
        papers.Paper(
            kind=PAPER,
            subject=notice,
            title=notice.title,
            number=f"{notice.number} 延期{place}" if extension else notice.number,
            template=PAPER_TEMPLATE,
            context=documents.public_notice(notice, extension),
            by=system_user(),
            at=extension.published_at if extension else notice.posted_at,  # type: ignore[arg-type]
            public=True,
            replaces=replaces,
        )
    )


def issue_missing_papers() -> int:
    """Make the papers that no task made; returns for how many notices."""
    undrawn = PublicityExtension.objects.published().filter(document__isnull=True)
    waiting = PublicNotice.objects.filter(Q(document__isnull=True) | Q(pk__in=undrawn.values("notice")))
    return len([issue_public_notice(notice=notice) for notice in waiting])
