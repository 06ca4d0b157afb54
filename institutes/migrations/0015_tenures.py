"""What institutes recognised before are and were called: from the day of their recognition."""

from django.db import migrations


def begin(apps, schema_editor):
    Tenure = apps.get_model("institutes", "Tenure")
    rows = []
    recognitions = apps.get_model("institutes", "Recognition").objects.select_related(
        "institute__host", "institute__division"
    )
    for recognition in recognitions:
        institute = recognition.institute
        held = [("name", institute.name, None), ("host", institute.host.name, institute.host_id)]
        held += [("division", institute.division.name, None)]
        held += [("director", institute.director, None)] if institute.director else []
        held += [("co_builder", name, None) for name in dict.fromkeys(institute.co_builders)]
        rows += [
            Tenure(
                institute=institute,
                kind=kind,
                value=value[:100],
                organisation_id=organisation,
                since=recognition.recognised_on,
            )
            for kind, value, organisation in held
        ]
    Tenure.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("institutes", "0014_after_recognition")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
