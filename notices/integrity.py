"""What must always hold in this room. A finding is an alarm, never a repair."""

from datetime import timedelta

from notices.enums import ExtensionState
from notices.models import Delivery, PublicNotice, PublicNoticeItem, ReminderEdition
from notices.models.edition import REMINDERS
from notices.services import reminders
from records import clock
from records.integrity import check

PATIENCE = timedelta(minutes=30)
"""How long a row may wait for a worker before somebody should look."""


@check("I11", "到期应提醒的都已提醒")
def reminders_sent_are_reminders_due() -> list[str]:
    """Counts what fell due before today and still applies: today's sweep may not have run yet."""
    on = clock.today()
    edition = ReminderEdition.objects.filter(kind=REMINDERS, valid_from__lte=on).first()
    if edition is None:
        return []
    gaps = reminders.missing(edition.terms, on=on)
    return [f"提醒规则 {rule.code} 少 {count} 条" for rule, count in gaps if count]


@check("I6", "待发消息没有滞留")
def outbox_moves_on() -> list[str]:
    late = clock.now() - PATIENCE
    stuck = Delivery.objects.open().filter(next_try_at__lt=late)
    return [
        f"{row} 自 {row.next_try_at:%Y-%m-%d %H:%M} 起未发出"
        for row in stuck.select_related("notice", "bulletin__robot__organisation")
    ]


@check("I10", "公示编号逐年连续")
def public_notices_are_numbered_without_gaps() -> list[str]:
    found = []
    numbers: dict[int, list[int]] = {}
    for notice in PublicNotice.objects.only("number", "first_day").order_by("pk"):
        numbers.setdefault(notice.first_day.year, []).append(int(notice.number.rpartition("-")[2]))
    for year, taken in numbers.items():
        if sorted(taken) != list(range(1, len(taken) + 1)):
            found.append(f"{year} 年公示编号不连续：{sorted(taken)}")
    return found


@check("I5", "办结的公示事项没有未决或成立的异议")
def concluded_items_have_a_clear_way() -> list[str]:
    items = PublicNoticeItem.objects.filter(concluded_at__isnull=False).prefetch_related("objections")
    return [
        f"{item}（{item.notice_id}）已办结，但有未决或成立的异议"
        for item in items
        if any(objection.is_open or objection.state == "upheld" for objection in item.objections.all())
    ]


@check("I9", "每份公示的最后一日都由依次发布的延期得来")
def publicities_end_as_recorded() -> list[str]:
    found = []
    for notice in PublicNotice.objects.prefetch_related("extensions"):
        end = notice.first_last_day
        rows = [one for one in notice.extensions.all() if one.state == ExtensionState.PUBLISHED]
        for one in sorted(rows, key=lambda row: row.pk):
            end = one.ends_to if one.ends_from == end else None
        if end != notice.last_day:
            found.append(f"公示 {notice.number} 的最后一日与延期记录不符")
    return found
