"""What is under way is counted by county, office, kind of case and day without a look at the rows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("records", "0011_keys_of_pieces")]

    operations = [
        AddIndexConcurrently(
            model_name="deadline",
            index=models.Index(
                fields=["division", "holder_role", "subject_type", "due_on"],
                condition=models.Q(met_at__isnull=True, paused_on__isnull=True),
                name="records_deadline_running",
            ),
        ),
    ]
