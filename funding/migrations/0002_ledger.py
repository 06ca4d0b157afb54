"""The ledger and the budget's documents are append-only, and every entry balances when its transaction commits."""

from django.db import migrations

from funding.migrations._triggers import LEDGER, UNDO_LEDGER


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("records", "0002_triggers")]

    operations = [migrations.RunSQL(LEDGER, UNDO_LEDGER)]
