"""On the way to the province (四(五)): the filing of an institute, its inspections and who took part in them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums import CountyPosition
from institutes.enums.provincial import FilingState as S
from institutes.enums.provincial import InspectionConclusion, ProvincialOutcome
from institutes.models.edition import RecognitionEdition
from institutes.models.institute import Institute
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

SETTLED = (S.RECOGNISED, S.NOT_RECOGNISED)
CLOSED = (*SETTLED, S.NOT_SUPPORTED, S.WITHDRAWN)
OPEN = tuple(state for state in S if state not in CLOSED)
RESULTED = (S.RESULT_CHECK, *SETTLED)
AT_THE_PROVINCE = (S.APPLIED, *RESULTED)
CONCLUDED = (S.CONCLUDING, S.IMPROVING, S.INSPECTED, S.NOT_SUPPORTED, *AT_THE_PROVINCE)
CONFIRMED = (S.IMPROVING, S.INSPECTED, S.NOT_SUPPORTED, *AT_THE_PROVINCE)
FILED = (S.FILED, S.SCHEDULED, *CONCLUDED)
SIGNED = (S.ACCEPTANCE, *FILED)
OPINED = (S.COUNTY_SIGNING, *SIGNED)
HANDED_IN = (S.COUNTY_OPINION, *OPINED)


class FilingQuerySet(models.QuerySet):
    def open(self):
        """On their way, not decided."""
        return self.filter(state__in=OPEN)

    def recognised(self):
        """Those whose institute the province recognised."""
        return self.filter(state=S.RECOGNISED)


class ProvincialFiling(LifecycleSubject):
    """An institute means to become a provincial one: filed first, inspected, and only then before the province.

    ``filed_on`` is the day on which the bureau took the filing in: the province's document has to be later.
    Conclusion and result are proposed by one person of the bureau and settled by another.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="filings")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="filings")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="filings")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="filings")
    proposed_name = models.CharField(max_length=60)
    host_government = models.CharField(max_length=60)
    grounds = models.TextField()
    number = models.CharField(max_length=40, blank=True)
    inspected_on: date | None  # set by the selector of what entitles: the day of the last inspection
    state = models.CharField(max_length=24, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = moment()
    handed_in_by = person()
    county_position = models.CharField(max_length=10, choices=CountyPosition, blank=True)
    county_opinion = models.TextField(blank=True)
    opined_at = moment()
    opined_by = person()
    signed_at = moment()
    signed_by = person()
    filed_on = models.DateField(null=True, blank=True)
    filed_at = moment()
    filed_by = person()
    conclusion = models.CharField(max_length=12, choices=InspectionConclusion, blank=True)
    concluded_at = moment()
    concluded_by = person()
    confirmed_at = moment()
    confirmed_by = person()
    dispatch_number = models.CharField(max_length=60, blank=True)
    applied_on = models.DateField(null=True, blank=True)
    applied_at = moment()
    applied_by = person()
    outcome = models.CharField(max_length=16, choices=ProvincialOutcome, blank=True)
    document_number = models.CharField(max_length=60, blank=True)
    document_on = models.DateField(null=True, blank=True)
    outcome_note = models.TextField(blank=True)
    resulted_at = moment()
    resulted_by = person()
    settled_at = moment()
    settled_by = person()

    objects = FilingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("county_position", CountyPosition, blank=True),
            one_of("conclusion", InspectionConclusion, blank=True),
            one_of("outcome", ProvincialOutcome, blank=True),
            together("handed_in_at", "handed_in_by"),
            together("opined_at", "opined_by"),
            together("signed_at", "signed_by"),
            together("filed_at", "filed_by", "filed_on"),
            together("concluded_at", "concluded_by"),
            together("confirmed_at", "confirmed_by"),
            together("applied_at", "applied_by", "applied_on"),
            together("resulted_at", "resulted_by"),
            together("settled_at", "settled_by"),
            different("opined_by", "signed_by", name="county_by_two"),
            different("concluded_by", "confirmed_by", name="conclusion_by_two"),
            different("resulted_by", "settled_by", name="result_by_two"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires(OPINED, "opined_at", name="opined_by_somebody"),
            requires(SIGNED, "signed_at", name="signed_by_somebody"),
            requires(FILED, "filed_at", name="filed_by_somebody"),
            requires(CONCLUDED, "concluded_at", name="concluded_by_somebody"),
            requires(CONFIRMED, "confirmed_at", name="confirmed_by_somebody"),
            requires(AT_THE_PROVINCE, "applied_at", name="applied_by_somebody"),
            requires(RESULTED, "resulted_at", name="resulted_by_somebody"),
            requires(SETTLED, "settled_at", name="settled_by_somebody"),
            models.CheckConstraint(
                condition=Q(opined_at__isnull=True) | ~Q(county_position=""),
                name="institutes_provincialfiling_county_takes_a_position",
            ),
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True) | ~Q(number=""),
                name="institutes_provincialfiling_filed_with_number",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.RECOGNISED)
                | Q(
                    outcome=ProvincialOutcome.RECOGNISED,
                    document_on__gt=F("filed_on"),
                    document_on__gte=F("applied_on"),
                )
                & ~Q(document_number=""),
                name="institutes_provincialfiling_document_after_filing",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.NOT_RECOGNISED) | Q(outcome=ProvincialOutcome.NOT_RECOGNISED),
                name="institutes_provincialfiling_refused_by_the_province",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_name="") & ~Q(host_government="") & ~Q(grounds=""),
                name="institutes_provincialfiling_says_what",
            ),
            models.UniqueConstraint(
                fields=["institute"],
                condition=Q(state__in=[*OPEN, S.RECOGNISED]),
                name="institutes_provincialfiling_once",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="institutes_provincialfiling_number_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="institutes_filing_state"),
            models.Index(fields=["host", "-id"], name="institutes_filing_host"),
        ]
        verbose_name = "省级申报报备"
        verbose_name_plural = "省级申报报备"

    def __str__(self):
        return f"{self.institute}：申报省级研究院"[:200]

    def get_absolute_url(self):
        return reverse("institutes:filing", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def state_tone(self) -> str:
        """Recognised by the province is done; what was supported on the way is not."""
        return {S.RECOGNISED: "done", S.NOT_RECOGNISED: "refused", S.NOT_SUPPORTED: "refused"}.get(
            self.state, ""
        )

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class Inspection(models.Model):
    """One inspection of a filing: when, where, and what it came to. An improved filing may have another."""

    filing = models.ForeignKey(ProvincialFiling, on_delete=models.PROTECT, related_name="inspections")
    round = models.PositiveSmallIntegerField()
    inspects_on = models.DateField()
    starts = models.TimeField()
    place = models.CharField(max_length=100)
    scheduled_at = models.DateTimeField()
    scheduled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(null=True, blank=True)
    conclusion = models.CharField(max_length=12, choices=InspectionConclusion, blank=True)
    opinion = models.TextField(blank=True)
    recorded_at = moment()
    recorded_by = person()

    class Meta:
        ordering = ["filing", "round"]
        constraints = [
            one_of("conclusion", InspectionConclusion, blank=True),
            together("recorded_at", "recorded_by", "held_on", name="recorded_by_somebody"),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=True) | ~Q(conclusion="") & ~Q(opinion=""),
                name="institutes_inspection_concludes_something",
            ),
            models.CheckConstraint(condition=~Q(place=""), name="institutes_inspection_has_a_place"),
            models.UniqueConstraint(fields=["filing", "round"], name="institutes_inspection_round_once"),
        ]
        verbose_name = "考察论证"
        verbose_name_plural = "考察论证"

    def __str__(self):
        return f"{self.filing.institute}第{self.round}次考察论证"


class InspectionParticipant(models.Model):
    """Who is asked to an inspection in which part, and whether they came; none of them needs to sign in."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="participants")
    role = models.CharField(max_length=40)
    role_label = models.CharField(max_length=60)
    organisation = models.CharField(max_length=60)
    name = models.CharField(max_length=40)
    post = models.CharField(max_length=40)
    present = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["inspection", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="") & ~Q(organisation="") & ~Q(name="") & ~Q(post=""),
                name="institutes_inspectionparticipant_says_who",
            ),
            models.UniqueConstraint(
                fields=["inspection", "organisation", "name"], name="institutes_inspectionparticipant_once"
            ),
        ]
        verbose_name = "考察论证参加人员"
        verbose_name_plural = "考察论证参加人员"

    def __str__(self):
        return f"{self.organisation}{self.name}"
