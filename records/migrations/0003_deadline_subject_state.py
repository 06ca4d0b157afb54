"""A deadline keeps the state that it was opened for; of those still open the register knows it."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce


def fill(apps, schema_editor):
    """Where the last move before the deadline was opened had led. Those that were met are asked by nobody."""
    AuditEvent = apps.get_model("records", "AuditEvent")
    moves = AuditEvent.objects.filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id"), at__lte=OuterRef("opened_at")
    ).exclude(to_state="")
    entered = moves.order_by("-at", "-pk").values("to_state")[:1]
    deadlines = apps.get_model("records", "Deadline").objects.filter(kind="state", met_at__isnull=True)
    deadlines.update(subject_state=Coalesce(Subquery(entered), Value("")))


class Migration(migrations.Migration):
    dependencies = [("records", "0002_triggers")]

    operations = [
        migrations.AddField("deadline", "subject_state", models.CharField(blank=True, max_length=40)),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
