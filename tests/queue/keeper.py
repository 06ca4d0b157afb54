"""A timetable that rings several times a second, kept by a process of its own: the tests start two and kill one."""

import sys

from portal import beat, celery

MOMENT = 0.2

if __name__ == "__main__":
    beat.PAUSE = MOMENT
    celery.app.conf.beat_schedule = celery.entries({"notices.tasks.remind_due": MOMENT})
    celery.app.conf.beat_max_loop_interval = MOMENT
    celery.app.start(["beat", "--schedule", sys.argv[1], "--pidfile", "", "--loglevel", "WARNING"])
