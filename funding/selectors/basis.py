"""On what an award rests: the rule, the decision, the papers, the entries, the lines of the bank."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from funding.enums import GrantKind
from funding.models import Award, BankLine, Clawback, Disbursement, GrantEdition, LedgerEntry
from institutes.models import ProvincialFiling
from institutes.selectors.provincial import provincial_recognition_of
from projects.models import ProjectEdition
from records.models import Document
from records.models.subject import subject_type


@dataclass(frozen=True, slots=True)
class Basis:
    """On what an award rests: the rule, the decision, the papers, the entries, what the bank says."""

    edition: GrantEdition | ProjectEdition
    minute_number: str
    meeting_on: date | None
    papers: list[Document]
    entries: list[LedgerEntry]
    lines: list[BankLine]


def basis_of(award: Award, *, sees_bank: bool) -> Basis:
    """From the clause to the last entry, in one place (四(三))."""
    about = [award, *_reasons_of(award)]
    about += [each.plan for each in _orders_of(award)]
    in_force = Document.objects.in_force()
    claims = in_force.filter(subject_type=subject_type(Clawback), subject_id__in=award.clawbacks.values("pk"))
    papers = (in_force.about_any(about) | claims).order_by("issued_at", "pk")
    entries = award.entries.select_related("budget", "disbursement", "posted_by", "line__statement")
    lines = BankLine.objects.filter(disbursement__award=award).select_related("statement", "disbursement")
    return Basis(
        edition=award.rule,
        **_decision_of(award),
        papers=list(papers),
        entries=list(entries.prefetch_related("postings").order_by("pk")),
        lines=list(lines.order_by("pk")) if sees_bank else [],
    )


def _decision_of(award: Award) -> dict[str, Any]:
    """By which meeting it came about: that which approved the project, or recognised the institute."""
    if award.project:
        item = award.project.proposal.decision_items.filter(dropped_at__isnull=True).first()
        meeting = item.decision if item else None
        return {
            "minute_number": meeting.minute_number if meeting else "",
            "meeting_on": meeting.meeting_on if meeting else None,
        }
    application = award.recognition.application
    if application is None:  # recognised before the portal, by the document of its entry
        return {"minute_number": "", "meeting_on": None}
    decided = application.decision_items.select_related("batch").order_by("-pk").first()
    return {
        "minute_number": application.minute_number,
        "meeting_on": decided.batch.meeting_on if decided else None,
    }


def _reasons_of(award: Award) -> list[Model]:
    """Whose papers say why it came about: the project's, or those of the recognition and the province."""
    if award.project:
        return [award.project, award.project.proposal]
    return [award.recognition, award.recognition.basis, *_filings_of(award)]


def _filings_of(award: Award) -> list[ProvincialFiling]:
    """For the reward of a provincial recognition the filing by which it came: the opinion of its inspection."""
    filing = provincial_recognition_of(award.institute) if award.kind == GrantKind.PROVINCIAL else None
    return [filing] if filing else []


def _orders_of(award: Award) -> QuerySet[Disbursement]:
    return award.disbursements.select_related("plan").defer("account__number")
