"""What a unit asks for about its institute after recognition: new names, another host, another director, to leave."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums import ChangeFinding, ChangeKind, CountyPosition
from institutes.enums import ChangeState as S
from institutes.models.edition import RecognitionEdition
from institutes.models.institute import Institute
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

K = ChangeKind
HANDED_IN = (S.COUNTY_OPINION, S.CHECKING, S.DECISION, S.APPROVED, S.REFUSED)
OPINED = (S.CHECKING, S.DECISION, S.APPROVED, S.REFUSED)
CHECKED = (S.DECISION, S.APPROVED, S.REFUSED)
DECIDED = (S.APPROVED, S.REFUSED)
CLOSED = (*DECIDED, S.WITHDRAWN)
OPEN = tuple(state for state in S if state not in CLOSED)
SINGLE = (K.NAME, K.HOST_NAME, K.HOST, K.DIRECTOR, K.EXTENSION, K.WITHDRAWAL)


class ChangeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN)


class Change(LifecycleSubject):
    """One thing that a unit asks to have changed. ``former`` is what stood there when it was drafted, in words.

    ``value`` is what is asked for, in words: a name, a director, a co-builder; of another host its name on the day
    it was asked for, and ``new_host`` is the row; of a longer build period its last day (``2028-06-30``). A withdrawal
    asks for nothing.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="changes")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="changes")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="changes")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=ChangeKind)
    value = models.CharField(max_length=100, blank=True)
    former = models.CharField(max_length=500, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    new_host = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="hosting_changes"
    )
    grounds = models.TextField()
    state = models.CharField(max_length=20, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = moment()
    handed_in_by = person()
    county_position = models.CharField(max_length=10, choices=CountyPosition, blank=True)
    county_opinion = models.TextField(blank=True)
    opined_at = moment()
    opined_by = person()
    finding = models.CharField(max_length=10, choices=ChangeFinding, blank=True)
    opinion = models.TextField(blank=True)
    checked_at = moment()
    checked_by = person()
    decided_at = moment()
    decided_by = person()

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("kind", ChangeKind),
            one_of("county_position", CountyPosition, blank=True),
            one_of("finding", ChangeFinding, blank=True),
            together("handed_in_at", "handed_in_by"),
            together("opined_at", "opined_by"),
            together("checked_at", "checked_by"),
            together("decided_at", "decided_by"),
            different("checked_by", "decided_by", name="four_eyes"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires(OPINED, "opined_at", name="opined_by_somebody"),
            requires(CHECKED, "checked_at", name="checked_by_somebody"),
            requires(DECIDED, "decided_at", name="decided_by_somebody"),
            models.CheckConstraint(
                condition=Q(opined_at__isnull=True) | ~Q(county_position=""),
                name="institutes_change_county_takes_a_position",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | ~Q(finding=""),
                name="institutes_change_checked_with_finding",
            ),
            models.CheckConstraint(
                condition=Q(kind=K.WITHDRAWAL, value="")
                | ~Q(kind=K.WITHDRAWAL) & ~Q(value="") & (~Q(kind=K.HOST) | Q(new_host__isnull=False)),
                name="institutes_change_says_what",
            ),
            models.UniqueConstraint(
                fields=["institute", "kind"],
                condition=Q(state__in=OPEN, kind__in=SINGLE),
                name="institutes_change_one_open_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="institutes_change_state"),
            models.Index(fields=["host", "-id"], name="institutes_change_host"),
        ]
        verbose_name = "变更申请"
        verbose_name_plural = "变更申请"

    def __str__(self):
        return f"{self.institute}：{self.get_kind_display()}"[:200]

    def get_absolute_url(self):
        return reverse("institutes:change", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
