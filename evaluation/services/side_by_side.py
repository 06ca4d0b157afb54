"""Several people of a unit write on one report: who wrote in which box since somebody looked, by the register."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from evaluation.models import Acceptance, Assessment, Evaluation
from records.errors import Clash, StaleVersion
from records.models import AuditEvent

Written = Acceptance | Assessment | Evaluation
WORDS = "以下内容在您填写期间已被他人修改，请选择保留哪一个。"


def others_since(*, subject: Written, by: User, seen: datetime | None) -> dict[str, AuditEvent]:
    """By the names of boxes: the last line by which somebody else wrote in them since ``seen``; none if that is not
    known. What others wrote in other boxes stays side by side."""
    if seen is None or subject.saved_at is None or subject.saved_at <= seen:
        return {}
    verb = f"{subject._meta.label_lower}.save"
    lines = AuditEvent.objects.about(subject).filter(verb=verb, at__gt=seen).exclude(actor=by)
    return {
        name: line for line in lines.select_related("actor").order_by("pk") for name in line.data["fields"]
    }


def who_and_when(*, line: AuditEvent) -> tuple[str, str]:
    """Whose text it is and since when, for whoever has to choose."""
    return line.actor.name, f"{timezone.localtime(line.at):%H:%M:%S}"


def refuse_clashes(*, subject: Written, clashes: Iterable[Clash]) -> None:
    """Raise ``StaleVersion`` with both texts of each box in which two wrote."""
    if found := list(clashes):
        saved = subject.saved_at
        version = int(saved.timestamp() * 1000) + 1 if saved else 0
        raise StaleVersion(WORDS, clashes=found, version=version)


def changed_in(*, entries: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Which boxes say something else than before: only these are somebody's writing."""
    return sorted(name for name, text in entries.items() if before.get(name, "") != text)
