"""Which proposals read like this one: against everything handed in since some years, whoever proposed it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from institutes.policy import add_years
from projects import book
from projects.enums import ProposalState
from projects.models import Proposal, ProposalHint, ProposalVersion
from projects.policy.similarity import Likeness, compare


def resembling(proposal: Proposal, answers: book.Answers, *, on: date) -> Iterable[tuple[Proposal, Likeness]]:
    """Every other proposal handed in, this year or in the years before, that shares more than the edition lets pass.

    Withdrawn ones are left out; refused ones stay in: one content is proposed once.
    """
    terms = proposal.call.edition.terms["similarity"]
    mine, common = book.texts_of(answers), _words_of_guide(proposal)
    least = Decimal(str(terms["share_flag"]))
    for version in _others(proposal, since=add_years(on, -int(terms["years"]))):
        found = compare(
            mine,
            book.texts_of(version.answers),
            size=int(terms["shingle_chars"]),
            passage=int(terms["passage_chars"]),
            common=common,
        )
        if found.share >= least:
            yield version.proposal, found


def _others(proposal: Proposal, *, since: date) -> QuerySet[ProposalVersion]:
    """Of every other proposal the version handed in last."""
    rows = ProposalVersion.objects.filter(
        proposal__number__isnull=False, proposal__handed_in_at__date__gte=since
    )
    rows = rows.exclude(proposal=proposal).exclude(proposal__state=ProposalState.WITHDRAWN)
    return rows.select_related("proposal").order_by("proposal_id", "-number").distinct("proposal_id")


def _words_of_guide(proposal: Proposal) -> str:
    """What everybody may quote: the need and the expected targets of the topics of the guide."""
    topics = proposal.call.guide.topics.values_list("title", "need", "targets")
    return "\n".join(text for topic in topics for text in topic)


def hints_about(proposal: Proposal) -> QuerySet[ProposalHint]:
    """Every likeness between this proposal and another, whichever was handed in later; the closest first."""
    rows = ProposalHint.objects.filter(Q(proposal=proposal) | Q(other=proposal))
    related = ("proposal__host", "other__host", "county_answered_by", "bureau_answered_by")
    return rows.select_related(*related).order_by("-share", "pk")


def hints_to_answer(proposal: Proposal) -> QuerySet[ProposalHint]:
    """Those that the offices of this proposal have to answer: raised when it was handed in."""
    return proposal.hints.select_related("other__host").order_by("-share", "pk")
