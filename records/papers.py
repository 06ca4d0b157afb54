"""Papers that a move promises: which kinds a room issues, and how each is made once it is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from records.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Spec:
    """How a kind of paper is made. ``public``: everybody may read it."""

    title: str
    template: str
    context: Callable[..., dict[str, Any]]
    public: bool = False


def promised(papers: Mapping[str, Spec], subject: Any, event: AuditEvent, *, about: str) -> dict[str, Any]:
    """Everything by which the paper that ``event`` promised is issued; a later version is one like the first."""
    kind = event.data["paper"]["kind"]
    spec = papers[kind if kind in papers else kind.rpartition("_")[0]]
    return {
        "kind": kind,
        "title": f"{spec.title}：{about}",
        "template": spec.template,
        "context": spec.context(subject, event),
        "public": spec.public,
    }
