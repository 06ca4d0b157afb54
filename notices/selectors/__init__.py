"""Reads: a person's messages, public notices and their later days, whether the way is clear, objections."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, Max, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts import holders
from accounts.models import User
from accounts.roles import UNIT_ROLES, Role
from notices.enums import DeliveryStatus, ExtensionState, ItemStatus, ObjectionState
from notices.lifecycle import INQUIRY, OBJECTION
from notices.models import (
    Delivery,
    Inquiry,
    Notice,
    Objection,
    Preference,
    PublicityExtension,
    PublicNotice,
    PublicNoticeItem,
)
from notices.models.notice import CALLING, NoticeQuerySet
from notices.models.objection import DECIDED_STATES
from records import availability, calendar, clock, deadlines
from records.availability import Outage
from records.desk import carrying
from records.errors import Reason
from records.models import Attachment, AuditEvent, Deadline, Document
from records.models.subject import subject_type

OBJECTION_READERS = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
"""Who may know of an objection's content: what it says can tell who wrote it."""
TONES = {
    ItemStatus.RUNNING: "wait",
    ItemStatus.PAUSED: "soon",
    ItemStatus.ENDED: "neutral",
    ItemStatus.CONCLUDED: "done",
    ItemStatus.WITHDRAWN: "neutral",
    ItemStatus.CORRECTED: "neutral",
}


def notices_of(user: User) -> NoticeQuerySet:
    """A person's own messages, and nobody else's."""
    if not user.is_authenticated:
        return Notice.objects.none()
    return Notice.objects.filter(recipient=user).select_related("deadline", "on_behalf_of")


def unread_count(user: User) -> int:
    """How many messages wait to be read: one query, for the bell on every page."""
    return notices_of(user).calling().count() if user.is_authenticated else 0


def unread_by_subject(user: User) -> dict[str, Any]:
    """How many messages wait to be read, and about what: each subject with its newest message, the newest first."""
    groups: dict[tuple[str, int], dict[str, Any]] = {}
    for notice in notices_of(user).calling():
        group = groups.setdefault((notice.subject_type, notice.subject_id), {"latest": notice, "unread": 0})
        group["unread"] += 1
    return {"unread": sum(group["unread"] for group in groups.values()), "subjects": list(groups.values())}


def search_notices(user: User, *, text: str = "", show: str = "") -> NoticeQuerySet:
    """A person's messages, those that wait to be read first, then the newest.

    ``show``: only what waits (``unread``), only reminders (``reminders``), only what asks for a deed (``asking``).
    """
    found = notices_of(user)
    if text:
        found = found.filter(
            Q(title__icontains=text) | Q(body__icontains=text) | Q(subject_label__icontains=text)
        )
    if show == "unread":
        found = found.calling()
    elif show == "reminders":
        found = found.filter(offset__isnull=False)
    elif show == "asking":
        found = found.filter(deadline__isnull=False, deadline__met_at__isnull=True)
    is_old = Case(When(CALLING, then=False), default=True, output_field=models.BooleanField())
    return found.annotate(is_old=is_old).order_by("is_old", "-created_at", "-pk")


def outbox() -> QuerySet[Delivery]:
    """What leaves the building: what failed first, then what waits the longest, then the newest."""
    order = Case(
        When(status=DeliveryStatus.FAILED, then=0),
        When(status__in=[DeliveryStatus.WAITING, DeliveryStatus.SENDING], then=1),
        default=2,
        output_field=models.IntegerField(),
    )
    related = ("notice__recipient", "bulletin__robot__organisation")
    return Delivery.objects.select_related(*related).order_by(order, "-pk")


def outbox_state(*, now: datetime) -> dict[str, Any]:
    """How much waits and since when, how much failed, and when something left last.

    ``held_up`` is since when the first of them could have left and did not: what waits for the hour that its reader
    chose, or for the morning, is held up by nothing.
    """
    waiting, sent = Delivery.objects.open(), Delivery.objects.filter(status=DeliveryStatus.SENT)
    written = Coalesce("notice__created_at", "bulletin__created_at")
    could_leave = Case(When(last_error="", then="next_try_at"), default=written)
    return {
        **waiting.aggregate(
            waiting=Count("pk"),
            oldest=Min(written),
            held_up=Min(could_leave, filter=Q(next_try_at__lte=now) | ~Q(last_error="")),
        ),
        **sent.aggregate(
            sent=Count("pk", filter=Q(sent_at__gte=now - timedelta(days=1))), last_sent=Max("sent_at")
        ),
        "failed": Delivery.objects.failed().count(),
    }


def preference_of(user: User) -> Preference:
    """What a person chose; what holds without a choice where they made none."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def public_notices() -> QuerySet[PublicNotice]:
    """Public notices for everybody, newest first, with the number of their items."""
    items = PublicNoticeItem.objects.filter(notice=OuterRef("pk")).order_by().values("notice")
    counted = Subquery(items.annotate(n=Count("pk")).values("n"))
    return PublicNotice.objects.annotate(item_count=counted).select_related("document")


def search_public_notices(rows: QuerySet[PublicNotice], text: str) -> QuerySet[PublicNotice]:
    """Those whose title, number, or an item's institute or host contains ``text``."""
    named = PublicNoticeItem.objects.filter(Q(name__icontains=text) | Q(host_name__icontains=text))
    return rows.filter(
        Q(title__icontains=text) | Q(number__icontains=text) | Q(pk__in=named.values("notice_id"))
    )


def public_notice_with_items() -> QuerySet[PublicNotice]:
    """Public notices together with their items."""
    items = PublicNoticeItem.objects.select_related("notice", "corrected_by__notice", "corrects__notice")
    return PublicNotice.objects.select_related("document").prefetch_related(
        Prefetch("items", queryset=items),
        Prefetch("extensions", queryset=PublicityExtension.objects.published(), to_attr="later_days"),
    )


def period_of(notice: PublicNotice, *, on: date) -> dict[str, Any]:
    """How the period of a notice stands on a day."""
    added = calendar.working_days_between(notice.first_last_day, notice.last_day)
    return {
        "is_running": on <= notice.last_day,
        "days_left": notice.days_left(on),
        "working_days": notice.working_days + added,
    }


def item_as_shown(item: PublicNoticeItem, *, on: date) -> dict[str, Any]:
    """An item with how it stands on a day, and whether it can be objected to."""
    status = item.status(on)
    return {
        "item": item,
        "status": status.label,
        "tone": TONES[status],
        "days_left": item.working_days_left(on),
        "can_object": status == ItemStatus.RUNNING or (status == ItemStatus.PAUSED and on <= item.ends_on),
    }


def item_of(subject: models.Model) -> PublicNoticeItem | None:
    """The item under which ``subject`` was last published."""
    return PublicNoticeItem.objects.about(subject).select_related("notice").order_by("-pk").first()


def way_blockers(subject: models.Model, *, on: date) -> list[Reason]:
    """Everything that keeps ``subject`` from being decided after its public notice; empty if the way is clear."""
    item = item_of(subject)
    if item is None:
        return [Reason(f"“{subject}”尚未公示。")]
    if item.withdrawn_at:
        return [
            Reason(f"“{subject}”已从公示《{item.notice.title}》中撤下。", url=item.notice.get_absolute_url())
        ]
    found = []
    if item.paused_on:
        found.append(Reason("异议正在处理，公示期中止。", url=item.notice.get_absolute_url()))
    elif on <= item.ends_on:
        last = deadlines.day_in_words(item.ends_on)
        found.append(Reason(f"公示期至{last} 24 时，尚未届满。", url=item.notice.get_absolute_url()))
    elif reason := later_day_pending(item.notice):
        found.append(reason)
    if pending := item.objections.open().count():
        found.append(Reason(f"尚有 {pending} 件异议未办结。"))
    if item.objections.upheld().exists():
        found.append(Reason("异议成立。"))
    if item.objections.partly_upheld().exists():
        found.append(Reason("异议部分成立，须更正后重新公示。"))
    return found


# --- later last days ------------------------------------------------------------------------------------------------


def reads_waiting_extensions(user: User) -> bool:
    """Whether this person sees later days that are not published."""
    return bool(user.is_authenticated and (user.is_system or user.holds(*OBJECTION_READERS, Role.AUDITOR)))


def publicity_extensions_visible_to(user: User) -> QuerySet[PublicityExtension]:
    """Extensions that were published for everybody; the others for bureau and auditor."""
    rows = PublicityExtension.objects.select_related("notice__edition", "drafted_by", "published_by")
    return rows if reads_waiting_extensions(user) else rows.filter(state=ExtensionState.PUBLISHED)


def end_of_day(day: date) -> datetime:
    """24 时 of that day."""
    return datetime.combine(day + timedelta(days=1), time(), timezone.get_current_timezone())


def was_publicity_cut(notice: PublicNotice, *, at: datetime) -> list[Outage]:
    """The outages on the notice's last working day, where together they are more than the edition bears."""
    until = min(end_of_day(notice.last_day), at)
    found = availability.outages_of_last_day(last=notice.last_day, since=notice.posted_at, until=until)
    return (
        found if availability.minutes_of(found) > int(notice.edition.terms["outage"]["minutes_max"]) else []
    )


def last_day_to_extend(notice: PublicNotice) -> date:
    """Until when after its end a publicity may still be given a later day because of an outage."""
    return calendar.add_working_days(notice.last_day, int(notice.edition.terms["outage"]["reopen_days"]))


def publicities_that_may_be_cut(*, at: datetime) -> list[PublicNotice]:
    """Notices whose last day is today or a short while ago, with an item still standing, nothing offered for it."""
    today = timezone.localdate(at)
    near = PublicNotice.objects.filter(last_day__lte=today, last_day__gt=today - timedelta(days=30))
    standing = PublicNoticeItem.objects.standing().filter(notice=OuterRef("pk"))
    known = PublicityExtension.objects.filter(notice=OuterRef("pk"), ends_from=OuterRef("last_day"))
    return [
        notice
        for notice in near.filter(Exists(standing), ~Exists(known)).select_related("edition").order_by("pk")
        if today <= last_day_to_extend(notice)
    ]


def later_day_pending(notice: PublicNotice) -> Reason | None:
    """Why nothing follows from this notice yet, though its last day has passed: a later one is being decided on."""
    if waiting := notice.extensions.waiting().first():
        return Reason("公示最后一个工作日系统中断，延期尚未办结。", url=waiting.get_absolute_url())
    now = clock.now()
    decided = notice.extensions.filter(ends_from=notice.last_day).exists()
    if (
        decided
        or timezone.localdate(now) > last_day_to_extend(notice)
        or not was_publicity_cut(notice, at=now)
    ):
        return None
    return Reason("公示最后一个工作日系统中断超过规定时间，须先决定是否延期。", url=notice.get_absolute_url())


def people_of_notice(notice: PublicNotice) -> QuerySet[User]:
    """Fillers and administrators of the units whose case stands in this notice."""
    hosts = notice.items.standing().values("host")
    return (
        User.objects.active()
        .filter(
            memberships__role__in=UNIT_ROLES,
            memberships__state="active",
            memberships__organisation__in=hosts,
        )
        .distinct()
    )


def awaits_correction(item: PublicNoticeItem) -> bool:
    """Whether ``item`` has to be published again: founded in part, and nothing else is left to decide."""
    return (
        item.withdrawn_at is None
        and item.objections.partly_upheld().exists()
        and not item.objections.open().exists()
    )


def corrections_of(item: PublicNoticeItem) -> list[str]:
    """What is corrected in ``item``, by each objection that was founded in part, in the order of the decisions."""
    found = item.objections.partly_upheld().order_by("decided_at", "pk")
    return list(found.values_list("correction", flat=True))


def is_way_clear(subject: models.Model, *, on: date) -> bool:
    """Whether the public notice of ``subject`` has ended by ``on`` and no objection stands in the way."""
    return not way_blockers(subject, on=on)


def objections_visible_to(user: User) -> QuerySet[Objection]:
    """Objections, for the two offices that handle them and for nobody else; each with ``due_on``."""
    related = ("item__notice", "item__division", "edition")
    rows = deadlines.with_due(Objection.objects.select_related(*related), "provisional")
    if not user.is_authenticated or not user.holds(*OBJECTION_READERS):
        return rows.none()
    return rows


def inquiries_visible_to(user: User) -> QuerySet[Inquiry]:
    """Questions to units: those to one's own unit; all of them for the two offices that ask."""
    rows = Inquiry.objects.select_related(
        "objection__item__notice", "objection__item__host", "objection__item__division", "objection__edition"
    )
    if not user.is_authenticated:
        return rows.none()
    if user.holds(*OBJECTION_READERS):
        return rows
    units = {m.organisation_id for m in user.memberships_active if m.role in UNIT_ROLES}
    return rows.filter(objection__item__host_id__in=units)


def inquiry_case(inquiry: Inquiry, *, on: date) -> dict[str, Any]:
    """What the page of a question shows besides the row: its clock and the files of the answer."""
    return {
        **_time_of(deadlines.current(inquiry), on),
        "holder": holders.of_case(inquiry, INQUIRY),
        "files": list(Attachment.objects.about(inquiry).current()),
    }


def objections_to(subject: models.Model) -> QuerySet[Objection]:
    """Every objection to ``subject``, in whichever notice."""
    items = PublicNoticeItem.objects.about(subject)
    return Objection.objects.filter(item__in=items).select_related("item__notice")


def objections_with_item() -> QuerySet[Objection]:
    """Objections with what they are about, for whoever holds a receipt."""
    return Objection.objects.select_related("item__notice", "edition")


def objection_in_words(objection: Objection) -> dict[str, Any]:
    """How an objection stands, for its author."""
    deadline = deadlines.current(objection)
    return {
        "state": OBJECTION.label(objection.state, for_applicant=True),
        "due_on": deadline.due_on if deadline else None,
        "wanted": objection.original_wanted if objection.state == ObjectionState.AWAITING_ORIGINAL else "",
        "reply": objection.reply if objection.state in ANSWERED else "",
        "answered_at": objection.decided_at or objection.refused_at,
    }


ANSWERED = (ObjectionState.NOT_ACCEPTED, *DECIDED_STATES)


def letters_of(objection: Objection) -> list[Document]:
    """The letters about an objection, in the order in which they were issued."""
    return list(Document.objects.about(objection).in_force().order_by("pk"))


def letters_missing() -> QuerySet[AuditEvent]:
    """Moves of objections whose letter was not made."""
    kind = subject_type(Objection)
    issued = Document.objects.filter(
        subject_type=kind, subject_id=OuterRef("subject_id"), kind=OuterRef("paper_kind")
    )
    promised = AuditEvent.objects.filter(subject_type=kind, data__has_key="paper")
    return promised.annotate(paper_kind=KT("data__paper__kind")).filter(~Exists(issued)).order_by("pk")


def _time_of(deadline: Deadline | None, on: date) -> dict[str, Any]:
    left = calendar.working_days_left(on, deadline.due_on) if deadline and deadline.due_on else None
    return {"deadline": deadline, "days_left": left}


def objection_case(objection: Objection, *, on: date) -> dict[str, Any]:
    """What the page of an objection shows besides the row: its clock and its files."""
    return {
        **_time_of(deadlines.current(objection), on),
        "holder": holders.of_case(objection, OBJECTION),
        "files": list(Attachment.objects.about(objection).current()),
        "letters": letters_of(objection),
        "inquiries": list(objection.inquiries.select_related("objection__item")),
        "item_status": objection.item.status(on).label,
    }


def held_up_cases() -> QuerySet:
    """The cases that rest while an objection to them is open, each with the objection."""
    rows, item = Objection.objects.open(), "item__subject"
    case_type, work_type = models.F(f"{item}_type"), subject_type(Objection)
    return carrying(rows, case_type=case_type, work_type=work_type, case=f"{item}_id", rests=True)
