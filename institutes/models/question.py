"""Questions that are asked again and again, with the bureau's answer: drafted by one, published by another."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from institutes.enums.questions import QuestionState as S
from institutes.enums.questions import QuestionTopic
from institutes.models.edition import RecognitionEdition
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

CLAUSE_PATTERN = r"^[一二三四五六七八九十](\([一二三四五六七八九十]\)[1-9]?)?$"
"""How a clause of the policy is written: ``四(三)``, ``二(三)1``."""


class QuestionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=S.PUBLISHED)


class PublicQuestion(LifecycleSubject):
    """A question and its answer as everybody reads them; ``clause`` is what the answer rests on, where it does."""

    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="questions")
    topic = models.CharField(max_length=12, choices=QuestionTopic)
    question = models.CharField(max_length=120)
    answer = models.TextField()
    clause = models.CharField(max_length=20, blank=True)
    place = models.PositiveSmallIntegerField(default=100)
    state = models.CharField(max_length=10, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = moment()
    published_by = person()

    objects = QuestionQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            one_of("state", S),
            one_of("topic", QuestionTopic),
            together("published_at", "published_by"),
            different("drafted_by", "published_by", name="published_by_another"),
            requires([S.PUBLISHED], "published_at", name="published_by_somebody"),
            models.CheckConstraint(
                condition=~Q(question="") & ~Q(answer=""), name="institutes_publicquestion_says_something"
            ),
            models.CheckConstraint(
                condition=Q(clause="") | Q(clause__regex=CLAUSE_PATTERN),
                name="institutes_publicquestion_clause_is_one",
            ),
            models.UniqueConstraint(
                fields=["question"],
                condition=~Q(state=S.WITHDRAWN),
                name="institutes_publicquestion_once",
            ),
        ]
        verbose_name = "常见问题"
        verbose_name_plural = "常见问题"

    def __str__(self):
        return self.question

    def get_absolute_url(self):
        return reverse("institutes:question", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return {S.PUBLISHED: "done", S.WITHDRAWN: "neutral"}.get(self.state, "")

    @property
    def is_draft(self) -> bool:
        return self.state == S.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == S.PUBLISHED

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
