"""All tables of a room in one step: what Django makes one by one, also where two point to each other."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from records.tables import CreateTables

STEPS = [
    migrations.CreateModel(
        "Hall", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())]
    ),
    migrations.CreateModel(
        "Door",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("hall", models.ForeignKey("tabled.Hall", on_delete=models.CASCADE)),
        ],
    ),
    migrations.AddField(
        "Hall", "main", models.ForeignKey("tabled.Door", null=True, on_delete=models.SET_NULL)
    ),
    migrations.AddConstraint("Hall", models.UniqueConstraint(fields=["name"], name="tabled_hall_name")),
    migrations.AddIndex("Door", models.Index(fields=["hall", "id"], name="tabled_door_hall")),
]


def shape():
    """Columns and constraints of the two tables, as the database has them."""
    with connection.cursor() as cursor:
        found = {}
        for table in ("tabled_hall", "tabled_door"):
            if table in connection.introspection.table_names(cursor):
                columns = [row.name for row in connection.introspection.get_table_description(cursor, table)]
                rules = connection.introspection.get_constraints(cursor, table).values()
                found[table] = (
                    columns,
                    sorted(
                        (tuple(rule["columns"]), rule["unique"], rule["foreign_key"] or ()) for rule in rules
                    ),
                )
        return found


def migrate(operations, state):
    """Take ``operations`` forwards in one migration; returns the state before and after."""
    step = migrations.Migration("0001_initial", "tabled")
    step.operations = operations
    with connection.schema_editor() as editor:
        after = step.apply(state.clone(), editor)
    return after


def undo(operations, before, after):
    with connection.schema_editor() as editor:
        for operation in reversed(operations):
            operation.database_backwards("tabled", editor, after, before)


@pytest.mark.django_db(transaction=True)
def test_makes_the_same_tables_as_the_steps_one_by_one_and_takes_them_away():
    empty = ProjectState()
    one_by_one = migrate(STEPS, empty)
    apart = shape()
    with connection.schema_editor() as editor:
        for name in ("Hall", "Door"):
            editor.delete_model(one_by_one.apps.get_model("tabled", name))
    assert shape() == {}

    together = migrate([CreateTables(STEPS)], empty)
    assert shape() == apart
    assert together.models.keys() == one_by_one.models.keys()
    assert [str(key) for key in together.models["tabled", "hall"].fields] == ["id", "name", "main"]

    undo([CreateTables(STEPS)], empty, together)
    assert shape() == {}


def test_refuses_what_belongs_to_a_table_made_elsewhere():
    with pytest.raises(ValueError, match="Not of a table that is made here"):
        CreateTables([STEPS[0], migrations.AddField("Window", "hall", models.TextField())])
