"""Live a believable year through the services, so that the demo has something in every state."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organisation
from portal.demo.messages import read_older
from portal.demo.year import Year
from records import clock


class Command(BaseCommand):
    help = "Fill an empty demo database with a year of invented data. Refuses outside the demo."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Demo data belongs in the demo only: set DEMO=1.")
        if Organisation.objects.exists():
            self.stdout.write("The database is not empty; nothing was added.")
            return
        today = clock.today()
        Year(today=today, say=lambda words: self.stdout.write(f"  {words}")).live()
        read_older(today=today)
