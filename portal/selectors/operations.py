"""How the work behind the pages goes: the queue, the timetable's last signs of life, what waits and what failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from accounts.models import Letter
from notices.models import Notice
from notices.selectors import outbox_state
from portal import beat
from portal.readiness import queue_answers, queue_depths
from records import availability
from records.models import Job, JobState, UpInterval
from records.models.job import AT_WORK, OVER

SHOWN = 10
"""How many jobs the page names that are not over."""
LATE = timedelta(minutes=30)
"""How long something may wait before the page calls it late."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is to be read at a glance: ``alarms`` says in words what somebody should look at."""

    queue: str
    depths: dict[str, int]
    kept: bool
    beat: datetime | None
    reminded: datetime | None
    outbox: dict[str, Any]
    letters: dict[str, Any]
    jobs: dict[str, Any]
    working: list[Job]
    alarms: list[str]


def signs(*, at: datetime) -> Signs:
    """Asked of the database and of the queue; the queue's absence is an answer, not an error."""
    queue = queue_answers()
    kept = beat.is_kept()
    outbox = outbox_state(now=at)
    letters = Letter.objects.unsent().aggregate(waiting=Count("pk"), oldest=Min("asked_at"))
    jobs = Job.objects.aggregate(
        at_work=Count("pk", filter=Q(state__in=AT_WORK)),
        failed=Count("pk", filter=Q(state=JobState.FAILED)),
        oldest=Min("begun_at", filter=Q(state__in=AT_WORK)),
    )
    return Signs(
        queue=queue,
        depths=queue_depths() if queue == "ok" else {},
        kept=kept,
        beat=UpInterval.objects.aggregate(seen=Max("seen_at"))["seen"],
        reminded=Notice.objects.filter(offset__isnull=False).aggregate(at=Max("created_at"))["at"],
        outbox=outbox,
        letters=letters,
        jobs=jobs,
        working=list(Job.objects.exclude(state__in=OVER).select_related("begun_by")[:SHOWN]),
        alarms=_alarms(queue, kept, outbox, letters, jobs, at),
    )


def _alarms(queue: str, kept: bool, outbox: dict, letters: dict, jobs: dict, at: datetime) -> list[str]:
    checks = (
        (queue != "ok", "任务队列无法连接；页面照常使用，待办任务在数据库中等待，恢复后自动继续。"),
        (not kept, "定时器没有运行：期限提醒和定时任务已停止，请启动定时器进程。"),
        (availability.is_silent(at=at), "后台任务没有按时运行：每分钟的自检已停止，请检查后台进程。"),
        (_is_late(outbox["held_up"], at), "有邮件等待超过 30 分钟，请检查后台进程和邮件服务器。"),
        (outbox["failed"] > 0, f"有 {outbox['failed']} 封邮件多次发送失败，请查看原因后重发。"),
        (_is_late(letters["oldest"], at), "有账户邮件等待超过 30 分钟。"),
        (jobs["failed"] > 0, f"有 {jobs['failed']} 项批量任务中断，请查看原因后继续或停止。"),
    )
    return [words for wrong, words in checks if wrong]


def _is_late(since: datetime | None, at: datetime) -> bool:
    return since is not None and since < at - LATE
