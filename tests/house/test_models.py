"""What a reviewer would otherwise have to remember about rows."""

import inspect
from importlib import import_module

import factory
import pytest
from django.core.management import call_command
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.models import CASCADE, PROTECT, CheckConstraint

from records.models import LifecycleSubject
from tests.house.sources import ROOMS, our_models

LONGEST_NAME = 63  # PostgreSQL cuts what is longer

# Rows that live and die with the row they belong to, or keys that may point to nothing.
NOT_PROTECTED = {
    "evaluation.AssignmentUserObjectPermission.permission": "guardian's own column; permissions are never deleted",
    "evaluation.AssignmentUserObjectPermission.user": "guardian's own column; people are switched off, not deleted",
}
# Moments that no person makes.
NO_PERSON = {
    "records.Deadline.opened_at": "opened by the move that stands in the register",
    "records.Deadline.met_at": "met by the move that stands in the register",
    "records.Job.finished_at": "the worker finishes, or whoever stopped it, whom the register names",
    "accounts.Letter.tried_at": "the worker tries",
    "accounts.Letter.sent_at": "the worker sends",
    "accounts.Visit.begun_at": "by whoever signs in, whom the row names",
    "accounts.Visit.seen_at": "the same",
    "accounts.Visit.over_at": "a limit, not an act",
    "accounts.Authenticator.enrolled_at": "by the person, whom the row names",
    "accounts.Authenticator.failed_at": "whoever knows the password tries",
    "accounts.RecoveryCode.used_at": "by the person, whom the row names",
    "accounts.FormerPassword.replaced_at": "by whom, the register says",
    "notices.Notice.created_at": "written by the move that it tells of",
    "accounts.CalendarFeed.made_at": "by the person, whom the row names",
    "notices.Notice.replaced_at": "a later reminder takes its place",
    "notices.Notice.read_at": "by the recipient, whom the row names",
    "notices.Delivery.next_try_at": "a date for the worker",
    "notices.Delivery.claimed_at": "the worker claims",
    "notices.Delivery.sent_at": "the worker sends",
    "notices.Objection.filed_at": "by the objector, whom the row names and who has no account",
    "institutes.Call.first_closes_at": "the end as it was published, not an act",
    "records.UpInterval.begun_at": "the portal proves that it answers",
    "records.UpInterval.seen_at": "the same, the latest time",
    "records.RegisterHead.kept_at": "the clock keeps it, every night",
    "evaluation.VisitPlan.starts_at": "the beginning of an appointment, not an act",
    "institutes.Call.opens_at": "the beginning of a window, not an act",
    "evaluation.Discussion.held_at": "when a meeting was; who noted it stands beside `noted_at`",
    "projects.ProjectCall.opens_at": "the beginning of a window, not an act",
    "projects.ProjectCall.closes_at": "the end of a window, not an act",
    "projects.ProjectCall.first_closes_at": "the end as it was published, not an act",
    "projects.Project.changed_at": "by the change that the row names, with whoever approved it",
    "institutes.Call.closes_at": "the end of a window, not an act",
}
FACTORY_FOLDERS = [
    f"tests.factories.{room}"
    for room in (
        *ROOMS,
        "achievements",
        "assessments",
        "changes",
        "earlier",
        "endings",
        "midterms",
        "offerings",
        "performance",
        "provincial",
        "running",
    )
]


def fields(kind=models.Field):
    for model in our_models():
        for field in model._meta.local_fields:
            if isinstance(field, kind):
                yield f"{model._meta.label}.{field.name}", model, field


def test_rows_that_matter_are_protected():
    loose = {
        label: field.remote_field.on_delete.__name__
        for label, _model, field in fields(models.ForeignKey)
        if field.remote_field.on_delete is not PROTECT
    }

    assert sorted(loose) == sorted(NOT_PROTECTED)


def test_every_moment_has_its_person():
    alone = [
        label
        for label, model, field in fields(models.DateTimeField)
        if field.name.endswith("_at")
        and f"{field.name.removesuffix('_at')}_by" not in {other.name for other in model._meta.fields}
    ]

    assert sorted(alone) == sorted(NO_PERSON)


def constraint_names(model) -> list[str]:
    return [each.name for each in [*model._meta.constraints, *model._meta.indexes]]


@pytest.mark.parametrize("model", [m for m in our_models() if issubclass(m, LifecycleSubject)])
def test_the_database_knows_every_state(model):
    expected = f"{model._meta.app_label}_{model._meta.model_name}_state_known"

    (known,) = [c for c in model._meta.constraints if isinstance(c, CheckConstraint) and c.name == expected]

    assert set(known.condition.children[0][1]) == set(dict(model._meta.get_field("state").choices))


def test_every_choice_is_constrained():
    loose = [
        label
        for label, model, field in fields()
        if field.choices
        and not any(
            isinstance(each, CheckConstraint) and field.name in str(each.condition)
            for each in model._meta.constraints
        )
    ]

    assert loose == []


def test_names_fit_into_the_database():
    long = [
        name
        for model in our_models()
        for name in [model._meta.db_table, *constraint_names(model)]
        if len(name) > LONGEST_NAME
    ]

    assert long == []


def test_every_constraint_bears_the_name_of_its_table():
    foreign = [
        name
        for model in our_models()
        for name in constraint_names(model)
        if not name.startswith(f"{model._meta.app_label}_")
    ]

    assert foreign == []


def test_every_model_says_what_it_is():
    mute = [model._meta.label for model in our_models() if model.__str__ is models.Model.__str__]

    assert mute == []


def test_every_model_has_a_factory():
    made = {
        each._meta.model
        for name in FACTORY_FOLDERS
        for each in vars(import_module(name)).values()
        if inspect.isclass(each) and issubclass(each, factory.Factory)
    }

    assert [model._meta.label for model in our_models() if model not in made] == []


def test_nothing_is_deleted_by_a_chain():
    """No row disappears because another did, outside the tables named above."""
    chains = [
        label
        for label, _model, field in fields(models.ForeignKey)
        if field.remote_field.on_delete is CASCADE and label not in NOT_PROTECTED
    ]

    assert chains == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_fold_of_migrations_needs_steps_of_other_rooms():
    """Where it needed another room's fold, a database that stopped between the two could not go on."""
    disk = MigrationLoader(None).disk_migrations
    folds = {key: fold for key, fold in disk.items() if fold.replaces and key[0] in ROOMS}

    assert {key[0] for key in folds} >= {"accounts", "records", "funding"}
    needs = [(key, need) for key, fold in folds.items() for need in fold.dependencies]
    assert [(key, need) for key, need in needs if tuple(need) in folds] == []
