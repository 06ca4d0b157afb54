"""Who hears of a county's proposal for the map of chains: whoever holds it next, and the county once it is decided."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_holding, people_in
from institutes.enums import ProposalState
from institutes.lifecycle import CHAIN_PROPOSAL
from institutes.models import ChainProposal
from notices.services import tell
from records import deadlines
from records.models import AuditEvent
from records.words import quoted

DECIDED = {
    ProposalState.ACCEPTED: "市科技局已采纳，产业链图谱已更新。",
    ProposalState.REFUSED: "市科技局未予采纳。理由：{reason}",
}


def tell_of_proposal(proposal: ChainProposal, event: AuditEvent) -> None:
    """Tell the next holder what to do, or the county what became of it; ``event`` is the line of the register."""
    if words := DECIDED.get(ProposalState(proposal.state)):
        title = f"{CHAIN_PROPOSAL.label(proposal.state)}：{proposal}"
        _say(_county_of(proposal), proposal, event, title, words.format(reason=event.reason))
    elif (deadline := deadlines.current(proposal)) and event.from_state:
        until = f"，请于{deadlines.day_in_words(deadline.due_on)}前办理" if deadline.due_on else ""
        because = f"说明：{event.reason}" if event.reason else ""
        title = f"{CHAIN_PROPOSAL.label(proposal.state)}：{proposal}"
        body = f"{proposal.division}提出的产业链图谱调整建议{quoted(proposal)}需要您办理{until}。{because}"
        holders = [one for one in people_holding(deadline) if one.pk != event.actor_id]
        _say(holders, proposal, event, title, body)


def _county_of(proposal: ChainProposal) -> Iterable[User]:
    """The county's clerk and leader, each once."""
    reach = {"division_id": proposal.division_id}
    return people_in(Role.COUNTY_STAFF, **reach) | people_in(Role.COUNTY_LEAD, **reach)


def _say(people: Iterable[User], proposal: ChainProposal, event: AuditEvent, title: str, body: str) -> None:
    tell(
        recipients=list(people),
        event=event.verb,
        subject=proposal,
        title=title,
        body=body,
        occasion=str(event.pk),
        at=event.at,
    )
