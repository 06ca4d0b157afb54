"""The county-level units, and the actor of what the clock does: rows that every database begins with."""

from django.contrib.auth.hashers import make_password

from accounts.divisions import DIVISIONS
from accounts.roles import SYSTEM_USERNAME


def enter(apps, schema_editor):
    division, user = apps.get_model("accounts", "Division"), apps.get_model("accounts", "User")
    division.objects.bulk_create([division(**row._asdict()) for row in DIVISIONS])
    user.objects.create(username=SYSTEM_USERNAME, name="系统", is_active=False, password=make_password(None))
