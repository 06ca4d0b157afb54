"""Questions that are asked again and again, with the bureau's answer: drafted by one, published by another."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from institutes.enums.questions import QuestionState as S
from institutes.enums.questions import QuestionTopic
from institutes.models.edition import RecognitionEdition
from records.columns import author, moment, person
from records.constraints import different, not_after, one_of, requires, together
from records.models import LifecycleSubject

CLAUSE_PATTERN = r"^[一二三四五六七八九十](\([一二三四五六七八九十]\)[1-9]?)?$"
"""How a clause of the policy is written: ``四(三)``, ``二(三)1``."""


class QuestionWords(models.Model):
    """A question and its answer; ``clause`` is what the answer rests on, where it does."""

    topic = models.CharField(max_length=12, choices=QuestionTopic)
    question = models.CharField(max_length=120)
    answer = models.TextField()
    clause = models.CharField(max_length=20, blank=True)
    place = models.PositiveSmallIntegerField(default=100)

    class Meta:
        abstract = True


QUESTION_WORDS = tuple(field.name for field in QuestionWords._meta.local_fields)


class PublicQuestion(QuestionWords, LifecycleSubject):
    """A question with its answer as they are being worded, decided on or stand. What everybody reads is its wording."""

    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="questions")
    state = models.CharField(max_length=10, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = moment()
    published_by = person()

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


class QuestionWordingQuerySet(models.QuerySet):
    def standing(self):
        """What everybody reads: published and not taken back since."""
        return self.filter(hidden_at__isnull=True)


class QuestionWording(QuestionWords):
    """A question with its answer in the words that were published: what everybody reads, from when until when. A
    change that is still being worded or decided on leaves it as it is."""

    common_question = models.ForeignKey(PublicQuestion, on_delete=models.PROTECT, related_name="wordings")
    published_at = models.DateTimeField()
    published_by = author()
    hidden_at = moment()
    hidden_by = person()

    objects = QuestionWordingQuerySet.as_manager()

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            one_of("topic", QuestionTopic),
            together("hidden_at", "hidden_by"),
            not_after("published_at", "hidden_at"),
            models.UniqueConstraint(
                fields=["common_question"],
                condition=Q(hidden_at__isnull=True),
                name="institutes_questionwording_one_stands",
            ),
        ]
        verbose_name = "常见问题公开内容"
        verbose_name_plural = "常见问题公开内容"

    def __str__(self):
        return self.question

    def get_absolute_url(self):
        return f"{reverse('institutes:questions')}#q{self.common_question_id}"
