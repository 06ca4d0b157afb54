"""Live a believable year through the services, so that the demo has something in every state."""

from datetime import date, timedelta
from itertools import count

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test.utils import override_settings

from accounts.models import Organisation
from notices.services import keep_register_head
from portal.demo.messages import read_older, send_older
from portal.demo.year import Year
from records import clock, heads

CHAPTERS, LAST_CHAPTER = 8, 2
"""Each time the year says how far it is, a day of last week gets its head; what comes last is yesterday's."""


class Command(BaseCommand):
    help = "Fill an empty demo database with a year of invented data. Refuses outside the demo."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Demo data belongs in the demo only: set DEMO=1.")
        if Organisation.objects.exists():
            self.stdout.write("The database is not empty; nothing was added.")
            return
        today = clock.today()
        with override_settings(DEBUG=False):  # which would keep the words of every query
            Year(today=today, say=self._chapters(today)).live()
        keep_register_head()
        with transaction.atomic(), connection.cursor() as cursor:
            # The launcher lets what came before reach the disk when it will: with this it is all there.
            cursor.execute("SET LOCAL synchronous_commit TO on")
            read_older(today=today)
            send_older(today=today)

    def _chapters(self, today: date):
        """Says what is over; what the register has then is closed as the head of a day of last week."""
        left = count(CHAPTERS, -1)

        def say(words: str) -> None:
            self.stdout.write(f"  {words}")
            if (days := next(left)) > LAST_CHAPTER:
                heads.keep(day=today - timedelta(days=days), at=clock.now())

        return say
