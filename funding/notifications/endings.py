"""Who is told that an order is to end: finance, that a proposal waits; whoever proposed it, what came of it."""

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in
from funding.lifecycle import DISBURSEMENT
from funding.models import Disbursement
from funding.notifications import said_of, tell_of_disbursement
from notices.services.telling import tell
from records.models import AuditEvent
from records.words import sentence


def tell_of_proposal(disbursement: Disbursement, event: AuditEvent) -> None:
    """Tell those of finance who can confirm it: everybody but the person who proposed it."""
    tell(
        recipients=people_in(Role.FINANCE).exclude(pk=event.actor_id),
        event=f"{event.verb}.holder",
        subject=disbursement,
        title=f"{disbursement.ending_label}：{disbursement.number}",
        body=f"{said_of(disbursement)}{event.actor.name}提出{disbursement.ending_word}：{sentence(event.reason)}"
        "请另一人核对凭证后复核；复核前不送国库、不拨付。",
        occasion=str(event.pk),
        at=event.at,
    )


def tell_proposer(disbursement: Disbursement, event: AuditEvent, proposer: User | None) -> None:
    """Tell whoever proposed it what another person made of it; of an order that ended, the unit and its holder too."""
    if event.to_state != event.from_state:
        tell_of_disbursement(disbursement, event)
    if proposer is None or proposer.pk == event.actor_id:
        return
    label = DISBURSEMENT.moves[event.verb.rpartition(".")[2]].label
    tell(
        recipients=[proposer],
        event=f"{event.verb}.proposer",
        subject=disbursement,
        title=f"{label}：{disbursement.number}",
        body=f"{said_of(disbursement)}{label}。{sentence(event.reason)}",
        occasion=str(event.pk),
        at=event.at,
    )
