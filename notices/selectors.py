"""Reads: a person's messages, public notices, whether the way is clear, objections."""

from datetime import date

from django.db import models
from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from notices.models import Notice, Objection, PublicNotice, PublicNoticeItem
from records.errors import Reason

OBJECTION_READERS = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR)


def notices_of(user: User) -> QuerySet[Notice]:
    """A person's own messages, and nobody else's."""
    if not user.is_authenticated:
        return Notice.objects.none()
    return Notice.objects.filter(recipient=user)


def unread_count(user: User) -> int:
    """How many messages wait to be read: one query, for the bell on every page."""
    return notices_of(user).unread().count() if user.is_authenticated else 0


def search_notices(user: User, *, text: str = "", unread: bool = False) -> QuerySet[Notice]:
    """A person's messages, unread first, then the newest."""
    found = notices_of(user)
    if text:
        found = found.filter(
            Q(title__icontains=text) | Q(body__icontains=text) | Q(subject_label__icontains=text)
        )
    if unread:
        found = found.unread()
    return found.annotate(is_old=Q(read_at__isnull=False)).order_by("is_old", "-created_at", "-pk")


def public_notices(
    *, text: str = "", kind: str = "", running_on: date | None = None
) -> QuerySet[PublicNotice]:
    """Public notices for everybody, newest first, with the number of their items."""
    found = PublicNotice.objects.annotate(item_count=Count("items")).select_related("document")
    if text:
        named = PublicNoticeItem.objects.filter(Q(name__icontains=text) | Q(host_name__icontains=text))
        found = found.filter(
            Q(title__icontains=text) | Q(number__icontains=text) | Q(pk__in=named.values("notice_id"))
        )
    if kind:
        found = found.filter(kind=kind)
    return found.running(running_on) if running_on else found


def public_notice_with_items() -> QuerySet[PublicNotice]:
    """Public notices together with their items."""
    items = PublicNoticeItem.objects.select_related("notice")
    return PublicNotice.objects.select_related("document").prefetch_related(Prefetch("items", queryset=items))


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
        last = f"{item.ends_on.year}年{item.ends_on.month}月{item.ends_on.day}日"
        found.append(Reason(f"公示期至{last} 24 时，尚未届满。", url=item.notice.get_absolute_url()))
    if pending := item.objections.open().count():
        found.append(Reason(f"尚有 {pending} 件异议未办结。"))
    if item.objections.upheld().exists():
        found.append(Reason("异议成立。"))
    return found


def is_way_clear(subject: models.Model, *, on: date) -> bool:
    """Whether the public notice of ``subject`` has ended by ``on`` and no objection stands in the way."""
    return not way_blockers(subject, on=on)


def objections_visible_to(user: User) -> QuerySet[Objection]:
    """Objections, for the two offices that handle them and for the auditor; who made them is another question."""
    rows = Objection.objects.select_related("item__notice", "item__division", "edition")
    if not user.is_authenticated or not user.holds(*OBJECTION_READERS):
        return rows.none()
    return rows


def search_objections(user: User, *, text: str = "", state: str = "") -> QuerySet[Objection]:
    """Objections by number, by what they are about, by state."""
    found = objections_visible_to(user)
    if text:
        about = Q(item__name__icontains=text) | Q(item__notice__number__icontains=text)
        found = found.filter(about | Q(number__icontains=text) | Q(grounds__icontains=text))
    return found.filter(state=state) if state else found


def objections_to(subject: models.Model) -> QuerySet[Objection]:
    """Every objection to ``subject``, in whichever notice."""
    items = PublicNoticeItem.objects.about(subject)
    return Objection.objects.filter(item__in=items).select_related("item__notice")
