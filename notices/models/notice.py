"""What is told to whom, and the outbox by which it leaves the building."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from notices.enums import Channel, DeliveryStatus
from records.constraints import not_negative, one_of
from records.desk import page_of
from records.models import Deadline
from records.models.subject import SubjectQuerySet, SubjectReference

OVERDUE = "records.deadline.overdue"
"""The event of a reminder that somebody else is late."""
CALLING = Q(read_at__isnull=True, replaced_at__isnull=True) & (
    Q(deadline__isnull=True) | Q(deadline__met_at__isnull=True)
)
"""Unread, and still worth reading: what it asks for is not done yet, and no later reminder says the same."""


class NoticeQuerySet(SubjectQuerySet):
    def unread(self):
        return self.filter(read_at__isnull=True)

    def calling(self):
        """What waits to be read, see :data:`CALLING`."""
        return self.filter(CALLING)


class Notice(SubjectReference):
    """A message to one person in the portal. Telling the same thing twice tells it once.

    ``occasion`` tells apart what may be said of a subject more than once under the same event (a second
    return, another reminder). A message to whoever has to act names the ``deadline`` that it asks them to meet:
    once that is met, by whomever, the message calls nobody any more. A reminder names its ``offset`` too, how
    many working days before the day (negative: after); it takes the place of what was said of that deadline
    before (``replaced_at``). What a deputy is told says ``on_behalf_of`` whom.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    event = models.CharField(max_length=80)
    occasion = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    offset = models.SmallIntegerField(null=True, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "event", "subject_type", "subject_id", "occasion"],
                name="notices_notice_told_once",
            ),
            models.CheckConstraint(
                condition=Q(offset__isnull=True) | Q(deadline__isnull=False),
                name="notices_notice_offset_of_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True) | Q(deadline__isnull=False),
                name="notices_notice_replaced_about_a_deadline",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notices_notice_inbox"),
            models.Index(
                fields=["recipient"],
                condition=Q(read_at__isnull=True, replaced_at__isnull=True),
                name="notices_notice_calling",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="notices_notice_subject"),
        ]
        verbose_name = "消息"
        verbose_name_plural = "消息"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("notices:notice", args=[self.pk])

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    @property
    def is_settled(self) -> bool:
        """Whether what it asks for is done, by whomever."""
        return self.deadline is not None and self.deadline.met_at is not None

    @property
    def is_calling(self) -> bool:
        """Whether it still waits to be read: see :data:`CALLING`."""
        return not (self.is_read or self.replaced_at or self.is_settled)

    @property
    def standing(self) -> str:
        """Why an unread message waits for nobody, in words; empty where it waits, or was read."""
        if self.is_read or self.is_calling:
            return ""
        return "已办结" if self.is_settled else "已有新的提醒"

    @property
    def asks(self) -> bool:
        """Whether it asks its reader, and not somebody below them, for what is not done yet."""
        return self.deadline is not None and not self.is_settled and self.event != OVERDUE

    @property
    def way(self) -> str:
        """What the link is called: to whoever is asked it leads to the work, to everybody else to what they read of."""
        return _("前往办理") if self.asks else _("查看详情")

    @property
    def link(self) -> str:
        """Where the person goes on from here; empty where the subject has no page."""
        if self.url:
            return self.url
        return page_of(self.subject_type, self.subject_id)


class DeliveryQuerySet(models.QuerySet):
    def open(self):
        """Neither sent nor given up."""
        return self.filter(status__in=[DeliveryStatus.WAITING, DeliveryStatus.SENDING])

    def due(self, *, now: datetime, abandoned_before: datetime):
        """Those to try now: waiting and due, or claimed so long ago that their worker must have died."""
        waiting = Q(status=DeliveryStatus.WAITING, next_try_at__lte=now)
        return self.filter(waiting | Q(status=DeliveryStatus.SENDING, claimed_at__lt=abandoned_before))

    def failed(self):
        return self.filter(status=DeliveryStatus.FAILED)


class Delivery(models.Model):
    """A row of the outbox: one notice by one channel, or what a robot says.

    Claimed in one transaction, recorded in another.
    """

    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    bulletin = models.OneToOneField(
        "notices.Bulletin", on_delete=models.PROTECT, null=True, blank=True, related_name="delivery"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "channel"], name="notices_delivery_once_per_channel"),
            models.CheckConstraint(
                condition=Q(notice__isnull=True, bulletin__isnull=False, channel=Channel.ROBOT)
                | (Q(notice__isnull=False, bulletin__isnull=True) & ~Q(channel=Channel.ROBOT)),
                name="notices_delivery_of_a_notice_or_a_robot",
            ),
            one_of("channel", Channel),
            one_of("status", DeliveryStatus),
            not_negative("attempts"),
            models.CheckConstraint(
                condition=Q(status=DeliveryStatus.SENT, sent_at__isnull=False)
                | (~Q(status=DeliveryStatus.SENT) & Q(sent_at__isnull=True)),
                name="notices_delivery_sent_means_sent_at",
            ),
            models.CheckConstraint(
                condition=Q(status=DeliveryStatus.SENDING, claimed_at__isnull=False)
                | (~Q(status=DeliveryStatus.SENDING) & Q(claimed_at__isnull=True)),
                name="notices_delivery_sending_means_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[DeliveryStatus.FAILED, DeliveryStatus.DROPPED]) | ~Q(last_error=""),
                name="notices_delivery_given_up_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(status__in=[DeliveryStatus.WAITING, DeliveryStatus.SENDING]),
                name="notices_delivery_outbox",
            )
        ]
        verbose_name = "发送"
        verbose_name_plural = "发送队列"

    @property
    def of_a_person(self) -> Notice:
        """The notice of a row that is for a person; a row of a robot has none."""
        if self.notice is None:
            raise ValueError(f"Delivery {self.pk} is for no person")
        return self.notice

    @property
    def title(self) -> str:
        """What it says, in a line."""
        return str(self.notice or self.bulletin.title)

    @property
    def addressee(self) -> str:
        """Whom it is for."""
        return str(self.bulletin.robot) if self.bulletin else self.of_a_person.recipient.name

    @property
    def address_shown(self) -> str:
        """Where it goes, as far as a page may show that: phone numbers and robots' keys are masked."""
        if self.bulletin:
            return self.bulletin.robot.get_messenger_display()
        person = self.of_a_person.recipient
        return person.mobile_masked if self.channel == Channel.SMS else person.email

    @property
    def is_failed(self) -> bool:
        return self.status == DeliveryStatus.FAILED

    @property
    def is_open(self) -> bool:
        """Whether it may still be sent by itself."""
        return self.status in (DeliveryStatus.WAITING, DeliveryStatus.SENDING)

    @property
    def tone(self) -> str:
        """How its status looks on a page."""
        return {"sent": "done", "failed": "refused", "dropped": "neutral"}.get(self.status, "wait")

    def __str__(self):
        return f"{self.get_channel_display()}：{self.notice or self.bulletin}"


class ReadingMark(models.Model):
    """How far a sweep has read the register: the position of the last line that it has dealt with."""

    reader = models.CharField(max_length=40, unique=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [not_negative("position")]
        verbose_name = "登记簿读至"
        verbose_name_plural = "登记簿读至"

    def __str__(self):
        return f"{self.reader}：{self.position}"
