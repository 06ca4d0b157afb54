"""Being signed in, as rows: which browser of whom, since when, and why it is over."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone

from accounts.enums import VisitEnd
from accounts.policy import browser_of
from records.constraints import one_of, together


class VisitQuerySet(models.QuerySet):
    def alive(self, at: datetime):
        """Neither ended by anybody nor run out."""
        return self.filter(ended_at__isnull=True, expire_date__gt=at)

    def of_people(self):
        """Signed in; a visitor's row holds what a form remembers for a moment."""
        return self.filter(user__isnull=False)


class Visit(AbstractBaseSession):
    """A session of Django, with whose it is. An ended one stays for a while, so that its browser can be told.

    Visits live in real time, whatever day the demo or a test plays.
    """

    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="visits"
    )
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    over_at = models.DateTimeField(null=True, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    end = models.CharField(max_length=10, choices=VisitEnd, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["-seen_at", "-pk"]
        constraints = [one_of("end", VisitEnd, blank=True), together("ended_at", "ended_by")]
        indexes = [models.Index(fields=["user", "-seen_at"], name="accounts_visit_of_person")]
        verbose_name = "登录"
        verbose_name_plural = "登录"

    def __str__(self):
        return f"{self.user_id and self.user.username}：{self.begun_at:%Y-%m-%d %H:%M}"

    @property
    def browser(self) -> str:
        """Which program on which system, as far as it says so."""
        return browser_of(self.agent)

    def end_at(self, at: datetime) -> str:
        """Why this visit is over at that moment; empty while it goes on."""
        if self.ended_at or self.expire_date > at:
            return self.end
        return VisitEnd.LONG if self.over_at and self.over_at <= at else VisitEnd.IDLE
