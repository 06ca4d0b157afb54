from django.utils import timezone

from funding.models.edition import GrantEdition
from records import clock
from records.models import LifecycleSubject


class TimedByPolicy(LifecycleSubject):
    """A case whose time limits are those of paying out, in force on the day it entered its state."""

    class Meta:
        abstract = True

    def time_limit(self, key: str) -> int | None:
        return GrantEdition.working_days(key, on=timezone.localdate(self.state_since or clock.now()))
