"""The blinded package: what the experts of a panel read of its application, frozen with its fingerprint."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from evaluation.enums import FileChoice, FileFinding, HitAnswer, PackageState
from evaluation.models.panel import Panel
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import Attachment, LifecycleSubject


class BlindPackage(LifecycleSubject):
    """The application of a panel without whose it is. ``content`` is the book as experts read it.

    ``fingerprint`` covers the content and the files that go with it; ``issue`` counts how often it was frozen.
    """

    panel = models.OneToOneField(Panel, on_delete=models.PROTECT, related_name="package")
    state = models.CharField(max_length=10, choices=PackageState, default=PackageState.PREPARING)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scanned_at = moment()
    scanned_by = person()
    content = models.JSONField(default=list)
    issue = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, blank=True)
    frozen_at = moment()
    frozen_by = person()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", PackageState),
            together("scanned_at", "scanned_by"),
            together("frozen_at", "frozen_by"),
            requires([PackageState.FROZEN], "scanned_at", "frozen_at", name="frozen_after_a_scan"),
            models.CheckConstraint(
                condition=~Q(state=PackageState.FROZEN) | ~Q(fingerprint=""),
                name="evaluation_blindpackage_frozen_with_its_fingerprint",
            ),
        ]
        verbose_name = "盲审包"
        verbose_name_plural = "盲审包"

    def __str__(self):
        return f"盲审包 {self.panel.code}"

    def get_absolute_url(self):
        return reverse("evaluation:package", args=[self.pk])

    def time_limit(self, key: str) -> int | None:
        return self.panel.time_limit(key)


class BlindFileQuerySet(models.QuerySet):
    def released(self):
        """Those that go to the experts: nothing was found in them, or two people let them go."""
        return self.filter(Q(choice=FileChoice.OPENED) | Q(choice="", finding=FileFinding.CLEAR))


class BlindFile(models.Model):
    """An annex in the package, under a number in place of its name. Withheld unless it could be searched wholly.

    ``gap`` says what of it could not be searched. It is let go all the same by two people with a reason.
    """

    package = models.ForeignKey(BlindPackage, on_delete=models.PROTECT, related_name="files")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    finding = models.CharField(max_length=10, choices=FileFinding)
    gap = models.CharField(max_length=200, blank=True)
    choice = models.CharField(max_length=10, choices=FileChoice, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    asked_at = moment()
    asked_by = person()
    chosen_at = moment()
    chosen_by = person()

    objects = BlindFileQuerySet.as_manager()

    class Meta:
        ordering = ["package", "number"]
        constraints = [
            one_of("finding", FileFinding),
            one_of("choice", FileChoice, blank=True),
            together("asked_at", "asked_by"),
            together("chosen_at", "chosen_by"),
            different("asked_by", "chosen_by"),
            requires(
                [FileChoice.OPENED], "asked_at", "chosen_at", name="opened_by_two", state_field="choice"
            ),
            requires([FileChoice.ASKED], "asked_at", name="asked_by_somebody", state_field="choice"),
            models.CheckConstraint(
                condition=Q(choice="") | ~Q(reason=""), name="evaluation_blindfile_chosen_with_a_reason"
            ),
            models.UniqueConstraint(fields=["package", "attachment"], name="evaluation_blindfile_once"),
            models.UniqueConstraint(fields=["package", "number"], name="evaluation_blindfile_number_once"),
        ]
        verbose_name = "盲审包附件"
        verbose_name_plural = "盲审包附件"

    def __str__(self):
        return f"附件 {self.number:02d}"

    @property
    def shown_name(self) -> str:
        """What the experts know it by."""
        return f"{self}.{self.attachment.file.name.rpartition('.')[2]}"

    @property
    def is_released(self) -> bool:
        return self.choice == FileChoice.OPENED or (not self.choice and self.finding == FileFinding.CLEAR)


class BlindHit(models.Model):
    """A place that may still tell whose application it is: in the book (``path``), or in a file.

    Cleared by a mask (other words stand in the blinded copy alone) or waived by a second person with a reason.
    """

    package = models.ForeignKey(BlindPackage, on_delete=models.PROTECT, related_name="hits")
    file = models.ForeignKey(BlindFile, on_delete=models.PROTECT, null=True, blank=True, related_name="hits")
    path = models.CharField(max_length=120)
    place = models.CharField(max_length=200)
    found = models.CharField(max_length=200)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=20)
    answer = models.CharField(max_length=10, choices=HitAnswer, default=HitAnswer.OPEN)
    replacement = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    asked_at = moment()
    asked_by = person()
    answered_at = moment()
    answered_by = person()

    class Meta:
        ordering = ["package", "pk"]
        constraints = [
            one_of("answer", HitAnswer),
            together("asked_at", "asked_by"),
            together("answered_at", "answered_by"),
            different("asked_by", "answered_by"),
            requires(
                [HitAnswer.MASKED, HitAnswer.WAIVED],
                "answered_at",
                name="answered_by_somebody",
                state_field="answer",
            ),
            requires([HitAnswer.WAIVED], "asked_at", name="waived_by_two", state_field="answer"),
            models.CheckConstraint(
                condition=~Q(answer__in=[HitAnswer.ASKED, HitAnswer.WAIVED]) | ~Q(reason=""),
                name="evaluation_blindhit_waived_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(answer=HitAnswer.MASKED) | ~Q(replacement=""),
                name="evaluation_blindhit_masked_by_something",
            ),
            models.UniqueConstraint(
                fields=["package", "path", "found"], name="evaluation_blindhit_place_once"
            ),
        ]
        verbose_name = "盲审包检出"
        verbose_name_plural = "盲审包检出"

    def __str__(self):
        return f"{self.package} {self.place}"

    @property
    def kind(self) -> str:
        """Whose words they are: the host's, a co-builder's, a person's, the institute's, or another sign."""
        return self.code.strip("【】")
