"""What a unit is asked about an objection to its case, and what it answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from notices.enums import InquiryState
from notices.models.objection import Objection
from records.constraints import one_of, requires, together
from records.models import LifecycleSubject


class Inquiry(LifecycleSubject):
    """A question to the unit whose case was objected to, in the words of the office and never of the objector.

    It is the only thing of an objection that the unit reads; one is open at a time.
    """

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="inquiries")
    question = models.TextField()
    state = models.CharField(max_length=20, choices=InquiryState, default=InquiryState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            one_of("state", InquiryState),
            together("answered_at", "answered_by"),
            requires([InquiryState.ANSWERED], "answered_at", name="answered_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state=InquiryState.ANSWERED) | ~Q(answer=""),
                name="notices_inquiry_answered_in_words",
            ),
            models.CheckConstraint(condition=~Q(question=""), name="notices_inquiry_question_put"),
            models.UniqueConstraint(
                fields=["objection"],
                condition=Q(state=InquiryState.ASKED),
                name="notices_inquiry_one_open",
            ),
        ]
        verbose_name = "异议情况说明"
        verbose_name_plural = "异议情况说明"

    def __str__(self):
        return f"对“{self.item.name}”公示异议的情况说明"

    def get_absolute_url(self):
        return reverse("notices:inquiry", args=[self.pk])

    @property
    def item(self):
        return self.objection.item

    @property
    def host(self):
        return self.item.host

    @property
    def host_id(self) -> int | None:
        return self.item.host_id

    @property
    def division(self):
        return self.item.division

    @property
    def division_id(self) -> int | None:
        return self.item.division_id

    def time_limit(self, key: str) -> int | None:
        return self.objection.time_limit(key)
