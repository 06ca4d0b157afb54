"""What was handed in is counted, up to a limit, without a look at the rows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("institutes", "0029_published_wordings")]

    operations = [
        AddIndexConcurrently(
            model_name="application",
            index=models.Index(
                fields=["id"], condition=models.Q(received_at__isnull=False), name="institutes_app_received"
            ),
        ),
    ]
