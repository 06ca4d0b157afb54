"""All tables of a room in one step of a migration.

Django renders its picture of the models anew after every single ``CreateModel``, with all that is related; where
everything hangs together that is the whole house, once a table. A new database is made for every run of the tests
and for every demo, so here the picture is taken once a room.
"""

from collections.abc import Sequence

from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation

Step = CreateModel | AddField | AddConstraint | AddIndex


class CreateTables(Operation):
    """Makes the tables of ``steps`` as they stand after the last of them.

    Whatever is added in ``steps`` belongs to a table that is made there: it is added apart only where two tables
    point to each other, which asks for an order in the state and for none in the database.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        made = {step.name_lower for step in steps if isinstance(step, CreateModel)}
        foreign = [
            step for step in steps if not isinstance(step, CreateModel) and step.model_name_lower not in made
        ]
        if foreign:
            raise ValueError(f"Not of a table that is made here: {foreign}")
        self.steps = list(steps)

    def state_forwards(self, app_label, state) -> None:
        state.__dict__.pop("apps", None)  # rendered anew by whoever asks next, after all of the steps
        for step in self.steps:
            step.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for model in self._models(app_label, schema_editor, to_state):
            schema_editor.create_model(model)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for model in reversed(self._models(app_label, schema_editor, from_state)):
            schema_editor.delete_model(model)

    def describe(self) -> str:
        return f"Create {sum(isinstance(step, CreateModel) for step in self.steps)} tables"

    def _models(self, app_label, schema_editor, state) -> list:
        names = [step.name for step in self.steps if isinstance(step, CreateModel)]
        models = [state.apps.get_model(app_label, name) for name in names]
        return [one for one in models if self.allow_migrate_model(schema_editor.connection.alias, one)]
