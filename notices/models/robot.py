"""Group robots of offices, and what they say."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from notices.enums import BulletinKind, Messenger
from records.constraints import one_of
from records.crypto import EncryptedTextField, masked

LAST_HOUR = 23


class RobotQuerySet(models.QuerySet):
    def on(self):
        """Switched on."""
        return self.filter(is_on=True)


class Robot(models.Model):
    """A robot in the group of an office or unit. It says how much waits there, and never which case or person.

    Its ``address`` holds a key by which anybody could speak in the group: it is stored encrypted and shown masked.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="robots")
    messenger = models.CharField(max_length=10, choices=Messenger)
    name = models.CharField(max_length=40)
    address = EncryptedTextField()
    secret = EncryptedTextField(blank=True, default="")
    hour = models.PositiveSmallIntegerField(default=9)
    tells_overdue = models.BooleanField(default=True)
    tells_due = models.BooleanField(default=True)
    tells_arrived = models.BooleanField(default=True)
    is_on = models.BooleanField(default=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RobotQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "pk"]
        constraints = [
            one_of("messenger", Messenger),
            models.CheckConstraint(condition=Q(hour__lte=LAST_HOUR), name="notices_robot_hour_of_a_day"),
            models.CheckConstraint(
                condition=Q(tells_overdue=True) | Q(tells_due=True) | Q(tells_arrived=True),
                name="notices_robot_tells_something",
            ),
            models.UniqueConstraint(fields=["organisation", "name"], name="notices_robot_named_once"),
        ]
        verbose_name = "群机器人"
        verbose_name_plural = "群机器人"

    def __str__(self):
        return f"{self.organisation}·{self.name}"

    def get_absolute_url(self):
        return reverse("notices:robot", args=[self.pk])

    @property
    def address_masked(self) -> str:
        """Where it is, without its key."""
        return f"{self.address.split('?')[0].rsplit('/', 1)[0]}/…{masked(self.address, head=0)}"


class Bulletin(models.Model):
    """What a robot says once: the sums of a day, or that it works."""

    robot = models.ForeignKey(Robot, on_delete=models.PROTECT, related_name="bulletins")
    kind = models.CharField(max_length=10, choices=BulletinKind)
    day = models.DateField()
    title = models.CharField(max_length=100)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("kind", BulletinKind),
            models.UniqueConstraint(
                fields=["robot", "day"],
                condition=Q(kind=BulletinKind.DAILY),
                name="notices_bulletin_once_a_day",
            ),
        ]
        verbose_name = "群消息"
        verbose_name_plural = "群消息"

    def __str__(self):
        return f"{self.robot}：{self.title}"
