"""What the queue calls on the ground: long work, whose state stands in its row."""

from celery import shared_task


@shared_task(ignore_result=True)
def run_job(job_id: int) -> None:
    """Do a job that was ordered."""
    from records import jobs

    jobs.run(job_id)


@shared_task
def sweep_jobs() -> int:
    """Take up the jobs that nobody works on: their worker was killed, or nobody rang."""
    from records import jobs

    return jobs.run_waiting()


@shared_task
def forget_old_files() -> int:
    """Remove the files that jobs wrote long ago."""
    from records import exports

    return exports.forget_old_files()
