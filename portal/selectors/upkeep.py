"""What whoever runs the portal is met by: how mails, jobs, record and logins stand, each figure with its page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import AccountEdition, User
from accounts.permissions import may
from accounts.selectors import lockouts
from notices.selectors import outbox_state
from portal.selectors.operations import LATE
from records import availability
from records.models import Job, JobState

DAYS = 30
LETTERS, ITEMS, LOGINS, MINUTES = _("封"), _("项"), _("个"), _("分钟")


@dataclass(frozen=True, slots=True)
class Sign:
    """A figure with its unit and the page behind it; red where somebody has to act."""

    label: str | Promise
    value: int
    unit: str | Promise
    url: str
    wrong: bool = False

    @property
    def tone(self) -> str:
        return "overdue" if self.wrong else ""


def signs_for(user: User, *, at: datetime) -> list[Sign]:
    """What this person looks after; nothing for whoever runs nothing. Asks the database alone, so that an absent
    queue keeps nobody waiting."""
    found = _of_the_outbox(at) if may(user, "notices.manage_outbox") else []
    if may(user, "accounts.unlock_logins") and AccountEdition.objects.exists():
        locked = lockouts().filter(is_shut=True).count()
        found.append(Sign(_("锁定的登录"), locked, LOGINS, reverse("accounts:lockout-list"), locked > 0))
    return [*found, _outages(at)] if found else []


def _of_the_outbox(at: datetime) -> list[Sign]:
    outbox, page = outbox_state(now=at), reverse("notices:delivery-list")
    late = outbox["held_up"] is not None and outbox["held_up"] < at - LATE
    stopped = Job.objects.filter(state=JobState.FAILED).count()
    return [
        Sign(_("待发送"), outbox["waiting"], LETTERS, page, late),
        Sign(_("发送失败"), outbox["failed"], LETTERS, page, outbox["failed"] > 0),
        Sign(_("中断的批量任务"), stopped, ITEMS, reverse("operations"), stopped > 0),
    ]


def _outages(at: datetime) -> Sign:
    found = availability.outages(since=at - timedelta(days=DAYS), until=at)
    label = _("近 30 天中断")
    return Sign(
        label, availability.minutes_of(found), MINUTES, reverse("availability"), availability.is_silent(at=at)
    )
