"""The county-level units, and the actor of what the clock does."""

from django.db import migrations

from accounts.migrations._first_rows import enter


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop, elidable=False)]
