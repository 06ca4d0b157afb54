"""Anything that records speak about: named by its model's label and its key, so that no room reaches up."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q


def subject_type(subject: models.Model | type[models.Model]) -> str:
    """The name under which records know rows of this model, for instance ``institutes.application``."""
    return subject._meta.label_lower


class SubjectQuerySet(models.QuerySet):
    """Rows that point to a subject of any room."""

    def about(self, subject: models.Model):
        return self.filter(subject_type=subject_type(subject), subject_id=subject.pk)

    def about_any(self, subjects) -> "models.QuerySet":
        """Rows about any of ``subjects``, which may be of several models."""
        keys: dict[str, list[int]] = {}
        for subject in subjects:
            keys.setdefault(subject_type(subject), []).append(subject.pk)
        conditions = [Q(subject_type=name, subject_id__in=ids) for name, ids in keys.items()]
        return self.filter(reduce(or_, conditions, Q()) if conditions else Q(pk__in=[]))


class SubjectReference(models.Model):
    """Columns of a row that points to a subject."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(max_length=200)

    class Meta:
        abstract = True


class LifecycleSubject(models.Model):
    """A row that lives through a lifecycle. Its ``state`` is written by its ``Lifecycle`` alone.

    ``host_id`` is the organisation whose case this is, ``division_id`` the county-level unit it belongs to:
    reach (own organisation, own division, city) is decided by these two.
    """

    state: models.CharField
    state_since = models.DateTimeField(null=True, blank=True, editable=False)

    if TYPE_CHECKING:
        host: Any
        host_id: int | None
        division: Any
        division_id: int | None

        def get_state_display(self) -> str: ...

    class Meta:
        abstract = True

    @property
    def holder_user_id(self) -> int | None:
        """The one person who holds the case now, where it is a person and not a role."""
        return None

    @property
    def holder_organisation(self) -> models.Model | None:
        """The one organisation that holds the case now, where it is engaged by name (an agency)."""
        return None

    def label_for_holder(self, role: str) -> str:
        """What the case is called on the desk of ``role``: its name, unless that role must not read it yet."""
        return str(self)

    def time_limit(self, key: str) -> int | None:
        """Working days that the policy edition of this row gives for ``key``; None where it sets no limit."""
        return None
