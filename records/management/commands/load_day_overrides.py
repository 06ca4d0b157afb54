"""Fill the table of holidays and make-up days from the published calendars, without touching what was edited."""

from importlib.metadata import version

from chinese_calendar.constants import Holiday, holidays, workdays
from django.core.management.base import BaseCommand

from records import calendar
from records.models import DayOverride


class Command(BaseCommand):
    help = "Load the State Council's holidays and make-up days that the package chinesecalendar knows."

    def handle(self, *args, **options):
        known = set(DayOverride.objects.values_list("day", flat=True))
        changed = calendar.set_days(row for row in published_days() if row[0] not in known)
        self.stdout.write(f"{changed} days entered")


def published_days():
    """Every exception of the published years: ``(day, is_working, name, source)``."""
    source = f"国务院办公厅放假安排（程序库 chinesecalendar {version('chinesecalendar')} 收录）"
    words = {holiday.value: holiday.chinese for holiday in Holiday}
    for day, name in holidays.items():
        if day.weekday() < 5:
            yield day, False, words[name], source
    for day, name in workdays.items():
        yield day, True, f"{words[name]}调休上班", source
