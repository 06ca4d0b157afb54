"""What leaves the building, when, with what, and whether at all: by channel, within what reader and office chose."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from notices import policy
from notices.channels import Message, Part
from notices.enums import Channel, MailChoice
from notices.models import Delivery, Notice, Preference, ReminderEdition
from notices.models.edition import REMINDERS
from records import clock

LONGEST_NAME = 40
"""Characters of the first message's title that stand in the title of several."""


class Office:
    """What the office requires on this day; read when the first message asks."""

    @cached_property
    def _terms(self) -> Mapping[str, Any]:
        return ReminderEdition.objects.in_force(REMINDERS, clock.today()).terms

    @property
    def mail(self) -> Mapping[str, Any]:
        return self._terms["mail"]

    @property
    def sms(self) -> Mapping[str, Any]:
        return self._terms["sms"]

    def is_legal(self, notice: Notice) -> bool:
        """Whether it has legal effect: it goes at once, alone, and whatever its reader chose."""
        return notice.event in self.mail["legal"]


def choice_of(notice: Notice) -> Preference:
    """What its reader chose; what holds without a choice where they made none."""
    return getattr(notice.recipient, "notice_preference", None) or Preference(user=notice.recipient)


# --- whether --------------------------------------------------------------------------------------------------------


def needless(row: Delivery, office: Office) -> str:
    """Why the message need not leave the building (any more); empty where its reader should have it."""
    if row.bulletin is not None:
        if not row.bulletin.robot.is_on:
            return "群机器人已停用"
        return "已过当日" if row.bulletin.day < clock.today() else ""
    notice = row.of_a_person
    return (
        _out_of_reach(row.channel, notice)
        or _unwanted(row.channel, notice, office)
        or _out_of_date(notice, office)
    )


def _out_of_reach(channel: str, notice: Notice) -> str:
    person = notice.recipient
    if channel == Channel.SMS:
        return "" if person.is_active and person.mobile else "收件人已停用或没有手机号码"
    return "" if person.is_active and person.email else "收件人已停用或没有邮箱"


def _unwanted(channel: str, notice: Notice, office: Office) -> str:
    if office.is_legal(notice):
        return ""
    chosen = choice_of(notice)
    if channel == Channel.SMS:
        return "" if chosen.sms else "本人选择不接收短信"
    return "本人选择不发邮件" if chosen.mail == MailChoice.NEVER else ""


def _out_of_date(notice: Notice, office: Office) -> str:
    deadline = notice.deadline
    if deadline is None:
        return ""
    # What has legal effect leaves, done or not; but nobody is asked again what they were asked by name and answered.
    is_legal = office.is_legal(notice)
    if deadline.met_at is not None and (not is_legal or deadline.holder_user_id == notice.recipient_id):
        return "所涉事项已办结"
    if is_legal:
        return ""
    if notice.replaced_at is not None:
        return "已有新的提醒"
    is_stale = deadline.paused_on is not None or not notice.occasion.endswith(str(deadline.due_on))
    return "期限已中止或改期" if notice.offset is not None and is_stale else ""


# --- when -----------------------------------------------------------------------------------------------------------


def leaves_at(row: Delivery, office: Office) -> datetime:
    """When it may leave: a robot at once, a person as they chose, what has legal effect whatever they chose.

    Text messages leave in the office's hours alone.
    """
    if row.bulletin is not None:
        return row.bulletin.created_at
    notice = row.of_a_person
    moment, chosen = timezone.localtime(notice.created_at), choice_of(notice)
    if not office.is_legal(notice):
        gathered = chosen.mail if row.channel == Channel.EMAIL else MailChoice.AT_ONCE
        moment = policy.send_at(
            moment,
            mail=gathered,
            daily_hour=chosen.daily_hour,
            quiet_from=chosen.quiet_from,
            quiet_until=chosen.quiet_until,
        )
    if row.channel == Channel.SMS:
        moment = policy.within_hours(moment, first=office.sms["first"], last=office.sms["last"])
    return moment


# --- with what ------------------------------------------------------------------------------------------------------


def parcels(rows: list[Delivery], office: Office) -> Iterator[list[Delivery]]:
    """What goes into one message each: several for one person together, what has legal effect or is a robot's alone."""
    people: dict[int, list[Delivery]] = {}
    for row in rows:
        if row.bulletin is not None or office.is_legal(row.of_a_person):
            yield [row]
        else:
            people.setdefault(row.of_a_person.recipient_id, []).append(row)
    for mine in people.values():
        mine.sort(key=_urgency)
        yield from [mine] if len(mine) >= _least(mine[0], office) else [[row] for row in mine]


def _urgency(row: Delivery) -> tuple[date, int]:
    """What is due first comes first, then what asks for nothing, as it was told."""
    deadline = row.of_a_person.deadline
    return (deadline.due_on if deadline and deadline.due_on else date.max, row.pk)


def _least(row: Delivery, office: Office) -> int:
    """How many for one person go together."""
    if row.channel == Channel.SMS or choice_of(row.of_a_person).mail == MailChoice.DAILY:
        return 2
    return office.mail["gather_from"]


def message_of(parcel: list[Delivery]) -> Message:
    """What is sent: plain values, read before. Several notices become the parts of one message."""
    first = parcel[0]
    if first.bulletin is not None:
        return _of_robot(first)
    parts = tuple(_part(row.of_a_person) for row in parcel)
    person = first.of_a_person.recipient
    alone = len(parts) == 1
    return Message(
        reference=f"delivery-{first.pk}",
        carries=tuple(f"delivery-{row.pk}" for row in parcel),
        to=person.mobile if first.channel == Channel.SMS else person.email,
        name=person.name,
        title=parts[0].title if alone else _title_of(parts),
        body=parts[0].body if alone else "",
        url=parts[0].url if alone else settings.PORTAL_URL + reverse("notices:notice-list"),
        way=parts[0].way,
        parts=() if alone else parts,
    )


def _title_of(parts: tuple[Part, ...]) -> str:
    """The first of several by its name, and how many more there are."""
    first = parts[0].title
    named = first if len(first) <= LONGEST_NAME else f"{first[: LONGEST_NAME - 1]}…"
    return f"{named}，另有 {len(parts) - 1} 条消息"


def _of_robot(row: Delivery) -> Message:
    bulletin = row.bulletin
    if bulletin is None:
        raise ValueError(f"{row} belongs to no robot")
    robot = bulletin.robot
    return Message(
        reference=f"delivery-{row.pk}",
        to=robot.address,
        secret=robot.secret,
        messenger=robot.messenger,
        name=robot.name,
        title=bulletin.title,
        body=bulletin.body,
        url=settings.PORTAL_URL + reverse("home"),
    )


def _part(notice: Notice) -> Part:
    link = notice.link or notice.get_absolute_url()
    return Part(
        title=notice.title,
        body=notice.body,
        url=link if link.startswith("http") else settings.PORTAL_URL + link,
        way=notice.way,
    )
