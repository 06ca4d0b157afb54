"""Long work ends while nobody looks: whoever ordered it is told, by the ground floor's own word."""

from accounts.models import User
from notices import notifications
from notices.models import Notice
from notices.services.telling import tell
from records import clock, exports, jobs
from records.models import Job

OVER = frozenset({exports.FETCHED, exports.FORGOTTEN})


def hear_of_job(job: Job, news: str) -> None:
    """Tell whoever ordered ``job`` that it is done or broken off; a file that was fetched calls nobody any more."""
    if news in OVER:
        Notice.objects.about(job).unread().update(read_at=clock.now())
        return
    now = clock.now()
    words = (notifications.job_done if news == jobs.DONE else notifications.job_failed)(job)
    people = User.objects.filter(pk=job.begun_by_id)
    tell(recipients=people, subject=job, occasion=now.isoformat(), at=now, **words)


jobs.hear(hear_of_job)
