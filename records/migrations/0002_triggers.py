"""The register and the issued papers are append-only, and the register is chained when a transaction commits."""

from django.db import migrations

from records.migrations._triggers import APPEND_ONLY, CHAIN, UNDO


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [migrations.RunSQL(APPEND_ONLY + CHAIN, UNDO)]
