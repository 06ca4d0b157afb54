"""What everybody may see: open calls, public notices, the directory of institutes, and papers to verify."""

import hashlib
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet

from institutes.models import Call, IndustryChain, Institute
from notices.models import PublicNotice
from records.models import Document

SHOWN = 5


def home(*, at: datetime) -> dict:
    """The public home: what is open until when, what was published, what stands."""
    recognised = Institute.objects.recognised()
    return {
        "calls": Call.objects.open(at).order_by("closes_at"),
        "notices": PublicNotice.objects.order_by("-first_day", "-pk")[:SHOWN],
        "institute_count": recognised.count(),
        "latest": directory()[:SHOWN],
    }


def directory(*, text: str = "", division: str = "", chain: str = "") -> QuerySet[Institute]:
    """Recognised institutes, the newest first; ``text`` is looked for in names and certificate numbers."""
    rows = Institute.objects.recognised().select_related("host", "division", "chain", "recognition")
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
    return rows.order_by("-recognition__recognised_on", "-pk")


def chains() -> QuerySet[IndustryChain]:
    return IndustryChain.objects.filter(is_active=True)


def paper_by_code(code: str) -> Document | None:
    """The paper that carries this code, however it was typed."""
    cleaned = "".join(code.split()).replace("-", "").upper()
    return Document.objects.filter(code=cleaned).select_related("replacement").first() if cleaned else None


def is_same_file(document: Document, upload: UploadedFile) -> bool:
    """Whether ``upload`` has the very bytes that were issued."""
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    return digest.hexdigest() == document.sha256
