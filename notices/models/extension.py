"""Later last days of a publicity (公示延期), after an outage of the portal on its last working day."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from notices.enums import ExtensionState as S
from notices.models.later_end import LaterEnd
from notices.models.publicity import PublicNotice
from records.deadlines import day_in_words
from records.models import Document


class PublicityExtension(LaterEnd):
    """One later last day of a public notice. ``document`` is the notice as it was issued again with that day."""

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="extensions")
    ends_from = models.DateField()
    ends_to = models.DateField()
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="publicity_extension"
    )

    class Meta(LaterEnd.Meta):
        abstract = False
        constraints = [
            *LaterEnd.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_from__lt=F("ends_to")), name="notices_publicityextension_never_shortens"
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True) | Q(state=S.PUBLISHED),
                name="notices_publicityextension_paper_of_what_was_published",
            ),
            models.UniqueConstraint(
                fields=["notice", "ends_from"],
                condition=~Q(state=S.DISCARDED),
                name="notices_publicityextension_one_at_a_time",
            ),
        ]
        verbose_name = "公示延期"
        verbose_name_plural = "公示延期"

    def __str__(self):
        return f"{self.notice.title}：公示延至{day_in_words(self.ends_to)}"[:200]

    def get_absolute_url(self):
        return reverse("notices:publicity-extension", args=[self.pk])

    def time_limit(self, key: str) -> int | None:
        return self.notice.edition.terms["time_limits"][key]
