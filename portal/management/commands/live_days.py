"""Let days of the demo pass within minutes, so that somebody can live a week in it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.demo import living
from records import clock


class Command(BaseCommand):
    help = "Moves the demo's clock on, minute by minute by the timetable: so many days, or until a time of a later day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("days", type=int, help="calendar days; 0 goes to --at of today")
        parser.add_argument(
            "--at", default="", metavar="HH:MM", help="the time of the last day at which to stop"
        )

    def handle(self, *args, days: int, at: str, **options) -> None:
        if not settings.DEMO:
            raise CommandError("Time passes by itself; only a demo can be ahead of it.")
        until = self._until(days, at)
        if until <= clock.now():
            raise CommandError(
                f"It is {timezone.localtime(clock.now()):%Y-%m-%d %H:%M} in this demo already."
            )
        faults = living.live(until, say=self.stdout.write)
        self.stdout.write(f"It is {timezone.localtime(clock.now()):%Y-%m-%d %a %H:%M} in this demo.")
        if faults:
            raise CommandError("\n".join(faults))

    def _until(self, days: int, at: str) -> datetime:
        end = timezone.localtime(clock.now()) + timedelta(days=days)
        if not at:
            return end
        try:
            hour = datetime.strptime(at, "%H:%M")
        except ValueError:
            raise CommandError(f"{at!r} is no time of day, as 09:30 is.") from None
        return end.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
