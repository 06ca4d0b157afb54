"""Say in an officer's words where the days come from that the command loaded."""

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat


def say(apps, schema_editor):
    loaded = apps.get_model("records", "DayOverride").objects.filter(source__startswith="chinesecalendar ")
    loaded.update(source=Concat(Value("国务院办公厅放假安排（程序库 "), F("source"), Value(" 收录）")))


class Migration(migrations.Migration):
    dependencies = [("records", "0003_deadline_subject_state")]

    operations = [migrations.RunPython(say, migrations.RunPython.noop, elidable=True)]
