"""Names of institutes, those of now and of before, are found by any part of them, however many there are."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


def by_trigram(column, name):
    """An index by which any part of a column is found, whatever its case."""
    upper = django.db.models.functions.text.Upper(column)
    operators = django.contrib.postgres.indexes.OpClass(upper, name="gin_trgm_ops")
    return django.contrib.postgres.indexes.GinIndex(operators, name=name)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0008_names_by_trigram"),
        ("institutes", "0027_offerings_and_questions"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="institute", index=by_trigram("name", "institutes_institute_named")
        ),
        AddIndexConcurrently(model_name="tenure", index=by_trigram("value", "institutes_tenure_named")),
    ]
