"""The joint research programme for tests; every name is plainly invented."""

from functools import cache
from pathlib import Path

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from portal.policy.document import read_policy_file
from projects.models import ProjectEdition


@cache
def edition_of(kind: str):
    """An edition of this room as the policy file has it."""
    editions = read_policy_file(Path(settings.POLICY_FILE)).editions
    return next(e for e in editions if e.model == "ProjectEdition" and e.kind == kind)


class ProjectEditionFactory(DjangoModelFactory):
    class Meta:
        model = ProjectEdition
        django_get_or_create = ("kind", "valid_from")

    kind = "joint_project"
    valid_from = "2022-01-19"
    terms = factory.LazyAttribute(lambda row: edition_of(row.kind).terms)
    citations = factory.LazyAttribute(lambda row: edition_of(row.kind).citations)
    source = "示例政策文件"
    digest = "0" * 64
