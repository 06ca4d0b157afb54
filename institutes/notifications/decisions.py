"""Who in the bureau hears of a draft of decisions: its approvers, and whoever drew it up."""

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in
from institutes.models import DecisionBatch
from notices.services import tell
from records.models import AuditEvent
from records.words import sentence

WAITS = (
    "{batch}（《{call}》，共 {count} 项）已由经办拟好。"
    "请预览将要发出的公示、文书和通知后发布；不宜发布的请作废并说明理由。"
)
WORDS = {
    "release": ("审议决定已发布", "{batch}（《{call}》，共 {count} 项）已发布，公示、文书和通知同时发出。"),
    "discard": ("审议决定已作废", "{batch}（《{call}》，共 {count} 项）已作废。理由：{reason}可重新拟定。"),
}


def tell_of_batch(batch: DecisionBatch, event: AuditEvent) -> None:
    """Call the approvers to a draft, new or changed; tell its author what became of it."""
    action = event.verb.rpartition(".")[2]
    title, body = WORDS.get(action, ("审议决定待发布", WAITS))
    values = {
        "batch": batch,
        "call": batch.call,
        "count": batch.items.count(),
        "reason": sentence(event.reason),
    }
    tell(
        recipients=_hearers(batch, action, event),
        event=event.verb,
        subject=batch,
        title=f"{title}：{batch}",
        body=body.format(**values),
        occasion=str(event.pk),
        at=event.at,
    )


def _hearers(batch: DecisionBatch, action: str, event: AuditEvent) -> list[User]:
    if action in WORDS:
        return [batch.drafted_by] if batch.drafted_by_id != event.actor_id else []
    return list(people_in(Role.BUREAU_APPROVER))
