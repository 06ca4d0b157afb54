"""What everybody may see: open calls, public notices, the directory of institutes, and papers to verify."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.utils import timezone

from funding.models import GrantEdition
from institutes.models import Call, IndustryChain, Institute, Recognition
from notices.models import PublicNotice
from records.attachments import sha256_of
from records.documents import paper_of
from records.models import Document

SHOWN = 5
IN_FORCE, REVOKED = "in_force", "revoked"
_NUMERALS = "一二三四五六七八九十"


def home(*, at: datetime) -> dict:
    """The public home: what is open until when, what was published, what stands."""
    recognised = Institute.objects.recognised()
    return {
        "calls": open_calls(at=at),
        "coming": coming_calls(at=at),
        "grants": grants(on=timezone.localdate(at)),
        "notices": PublicNotice.objects.order_by("-first_day", "-pk")[:SHOWN],
        "institute_count": recognised.count(),
        "latest": directory()[:SHOWN],
        "chains": chains().filter(is_priority=True),
    }


def open_calls(*, at: datetime) -> QuerySet[Call]:
    """Calls in whose window one may apply, the one that closes first on top."""
    return Call.objects.open(at).order_by("closes_at")


def coming_calls(*, at: datetime) -> QuerySet[Call]:
    """Calls that were published and have not begun, the one that begins first on top."""
    return Call.objects.coming(at).order_by("opens_at")


@dataclass(frozen=True, slots=True)
class Grant:
    """What the policy pays, in yuan, and where it says so."""

    label: str
    amount: Decimal
    clause: str


def grants(*, on: date) -> list[Grant]:
    """The grants of the editions in force on that day, in the order of their clauses."""
    found: dict[str, Grant] = {}
    for edition in GrantEdition.objects.filter(valid_from__lte=on).order_by("valid_from"):
        if "grant" in edition.terms:
            citation = edition.citations["grant.amount"]
            found[edition.kind] = Grant(
                label=citation["label"],
                amount=Decimal(edition.terms["grant"]["amount"]),
                clause=citation["clause"],
            )
    return sorted(found.values(), key=lambda grant: [_NUMERALS.find(char) for char in grant.clause])


def directory(
    *,
    text: str = "",
    division: str = "",
    chain: str = "",
    year: int | None = None,
    standing: str = IN_FORCE,
) -> QuerySet[Institute]:
    """Institutes by how they stand, the newest first; ``text`` is looked for in names and certificate numbers."""
    rows = Institute.objects.filter(recognition__isnull=False)
    rows = rows.select_related("host", "division", "chain", "recognition")
    if standing:
        rows = rows.filter(recognition__revoked_at__isnull=standing == IN_FORCE)
    if text:
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(host__name__icontains=text)
            | Q(recognition__certificate_number__icontains=text)
        )
    if division:
        rows = rows.filter(division__code=division)
    if chain:
        rows = rows.filter(chain__code=chain)
    if year:
        rows = rows.filter(recognition__year=year)
    return rows.order_by("-recognition__recognised_on", "-pk")


def years() -> list[int]:
    """The years in which institutes were recognised, the latest first."""
    found = Institute.objects.filter(recognition__isnull=False).values_list("recognition__year", flat=True)
    return sorted(set(found.order_by("recognition__year")), reverse=True)


def certificate_of(institute: Institute) -> Document | None:
    """The certificate in force of an institute."""
    return paper_of(institute.recognition.application, "certificate")


def chains() -> QuerySet[IndustryChain]:
    return IndustryChain.objects.active()


def paper_by_code(code: str) -> Document | None:
    """The paper that carries this code, however it was typed."""
    cleaned = "".join(code.split()).replace("-", "").upper()
    return Document.objects.filter(code=cleaned).select_related("replacement").first() if cleaned else None


def revoked_by_now(paper: Document) -> Recognition | None:
    """The recognition that a certificate is about, where it was revoked since; the paper itself never changes."""
    if (paper.subject_type, paper.kind) != ("institutes.application", "certificate"):
        return None
    return Recognition.objects.filter(application_id=paper.subject_id, revoked_at__isnull=False).first()


def is_same_file(document: Document, upload: UploadedFile) -> bool:
    """Whether ``upload`` has the very bytes that were issued."""
    return sha256_of(upload) == document.sha256
