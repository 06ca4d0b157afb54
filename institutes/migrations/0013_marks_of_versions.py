"""The marks of every book that was handed in before there were marks."""

from django.db import migrations

MARKED = (
    ("partner", "partners", "partners", "uscc"),
    ("patent", "base", "patents", "number"),
    ("software", "base", "software", "number"),
    ("standard", "base", "standards", "number"),
    ("project", "base", "projects", "number"),
)


def marks(answers):
    for kind, section, table, column in MARKED:
        for row in answers.get(section, {}).get(table) or ():
            value = "".join(str(row.get(column) or "").split()).upper()[:120]
            if value:
                yield kind, value


def mark(apps, schema_editor):
    Version = apps.get_model("institutes", "ApplicationVersion")
    Mark = apps.get_model("institutes", "ApplicationMark")
    latest = Version.objects.order_by("application_id", "-number").distinct("application_id")
    for version in latest.iterator():
        Mark.objects.bulk_create(
            Mark(application_id=version.application_id, kind=kind, value=value)
            for kind, value in sorted(set(marks(version.answers)))
        )


class Migration(migrations.Migration):
    dependencies = [("institutes", "0012_formal_sheet")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop, elidable=True)]
