"""What everybody may see: open calls, public notices, the directory of institutes, and papers to verify."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.contrib.postgres.aggregates import StringAgg
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from funding.models import GrantEdition
from institutes.enums import ChangeKind, Standing
from institutes.models import (
    Call,
    Change,
    CountyPolicy,
    IndustryChain,
    Institute,
    OfferingWording,
    ProvincialFiling,
    Recognition,
    Revocation,
    Suspension,
)
from institutes.selectors import former_names
from institutes.selectors.provincial import at_level
from notices.models import PublicNotice
from projects import selectors as programme
from projects.models import ProjectCall, ProjectEdition
from records import calendar
from records.attachments import sha256_of
from records.deadlines import day_in_words
from records.documents import paper_of
from records.models import AuditEvent, Document

SHOWN = 5
IN_FORCE, COUNTED = Standing.IN_FORCE.value, "recognised"
"""How an institute of the directory stands: in force; or counted by the target, which a stop leaves in (I-2)."""
_NUMERALS = "一二三四五六七八九十"


def home(*, at: datetime) -> dict:
    """The public home: what is open until when, what was published, what stands."""
    on = timezone.localdate(at)
    return {
        "calls": [(call, closing_in_words(call.closes_at, at=at)) for call in open_calls(at=at)],
        "project_calls": [
            (call, closing_in_words(call.closes_at, at=at)) for call in programme.open_calls(at=at)
        ],
        "coming": coming_calls(at=at),
        "grants": grants(on=on),
        "notices": PublicNotice.objects.order_by("-first_day", "-pk")[:SHOWN],
        "figures": figures(on=on),
        "latest": directory()[:SHOWN],
        "chains": chains().filter(is_priority=True),
    }


def open_calls(*, at: datetime) -> QuerySet[Call]:
    """Calls in whose window one may apply, the one that closes first on top."""
    return Call.objects.open(at).order_by("closes_at")


def figures(*, on: date) -> dict[str, int]:
    """The line of numbers of the home, each with rows behind it: institutes in force and not stopped, those recognised
    this year, notices that run, services on offer. Three queries."""
    valid = Institute.objects.recognised().filter(recognition__suspended_at__isnull=True)
    counted = valid.aggregate(
        institutes=Count("pk"), this_year=Count("pk", filter=Q(recognition__year=on.year))
    )
    return {
        **counted,
        "year": on.year,
        "running": PublicNotice.objects.running(on).count(),
        "services": OfferingWording.objects.shown().count(),
    }


def closing_in_words(closes_at: datetime, *, at: datetime) -> str:
    """How long a window stays open: the hour on its last day, else days and working days, today counted in neither.

    A window that ends at midnight ends with the day before.
    """
    last = timezone.localtime(closes_at - timedelta(microseconds=1))
    days = (last.date() - timezone.localdate(at)).days
    if days <= 0:
        hour = timezone.localtime(closes_at)
        return f"今天 {hour:%H:%M} 截止" if hour.date() == last.date() else "今天 24:00 截止"
    working = calendar.working_days_between(timezone.localdate(at), last.date())
    return f"还剩 {days} 天（{working} 个工作日）"


def published_calls() -> QuerySet[Call]:
    """Calls for recognition that everybody may read, the latest first."""
    return Call.objects.published().order_by("-published_at", "-pk")


def published_project_calls() -> QuerySet[ProjectCall]:
    """Calls of the joint research programme that everybody may read, the latest first."""
    return ProjectCall.objects.published().order_by("-published_at", "-pk")


def posted_notices() -> QuerySet[PublicNotice]:
    """Public notices, the latest first."""
    return PublicNotice.objects.order_by("-posted_at", "-pk")


def listed_institutes() -> QuerySet[Institute]:
    """Every institute that has a public page."""
    return Institute.objects.filter(recognition__isnull=False).order_by("pk")


def shown_services() -> QuerySet[OfferingWording]:
    """Services of institutes as everybody may read them."""
    return OfferingWording.objects.shown().order_by("pk")


def issued_county_policies() -> QuerySet[CountyPolicy]:
    """Policies of the counties that everybody may read."""
    return CountyPolicy.objects.issued().order_by("pk")


def window_in_words(call: Call | ProjectCall) -> str:
    """When one may apply."""
    opens, closes = timezone.localtime(call.opens_at), timezone.localtime(call.closes_at)
    return f"{call.number}；受理时间：{opens:%Y-%m-%d %H:%M} 至 {closes:%Y-%m-%d %H:%M}"


def period_in_words(notice: PublicNotice) -> str:
    """Until when one may object."""
    return f"{notice.number}；公示期：{notice.first_day} 至 {notice.last_day}"


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
    editions = (
        edition
        for model in (GrantEdition, ProjectEdition)
        for edition in model._default_manager.filter(valid_from__lte=on).order_by("valid_from")
    )
    for edition in editions:
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
    level: str = "",
) -> QuerySet[Institute]:
    """Institutes by how they stand, the newest first; ``text`` is looked for in names, former ones too, and numbers.

    ``COUNTED`` as a standing finds those that the target counts.
    """
    rows = Institute.objects.filter(recognition__isnull=False)
    rows = rows.select_related("host", "division", "chain", "recognition")
    if standing == COUNTED:
        rows = rows.recognised()
    elif standing:
        rows = rows.standing(standing)
    if text:
        rows = rows.filter(pk__in=Institute.objects.named(text).order_by().values("pk"))
    if division:
        rows = rows.filter(division__code=division)
    if chain:
        rows = rows.filter(chain__code=chain)
    if year:
        rows = rows.filter(recognition__year=year)
    if level:
        rows = at_level(rows, level)
    return rows.order_by("-recognition__recognised_on", "-pk")


def once_named(institutes: Iterable[Institute]) -> dict[Institute, list[str]]:
    """The names that each of these bore before, the latest first."""
    rows = list(institutes)
    names = former_names(rows)
    return {one: names[one.pk] for one in rows if one.pk in names}


def years() -> list[int]:
    """The years in which institutes were recognised, the latest first."""
    found = Institute.objects.filter(recognition__isnull=False).values_list("recognition__year", flat=True)
    return sorted(set(found.order_by("recognition__year")), reverse=True)


def certificate_of(institute: Institute) -> Document | None:
    """The certificate in force of an institute."""
    return paper_of(institute.recognition.basis, "certificate")


def chains() -> QuerySet[IndustryChain]:
    return IndustryChain.objects.active()


def chains_with_segments() -> QuerySet[IndustryChain]:
    """The chains with the names of their segments in one line."""
    named = StringAgg("segments__name", "、", filter=Q(segments__is_active=True), order_by="segments__order")
    return chains().annotate(segments_in_words=Coalesce(named, Value(""), output_field=TextField()))


def paper_by_code(code: str) -> Document | None:
    """The paper that carries this code, however it was typed."""
    cleaned = "".join(code.split()).replace("-", "").upper()
    return (
        Document.objects.filter(code=cleaned).select_related("replacement", "replaces").first()
        if cleaned
        else None
    )


def recognition_behind(paper: Document) -> Recognition | None:
    """The recognition that a certificate is about, so that its page says how that stands; the paper never changes."""
    if (paper.subject_type, paper.kind) != ("institutes.application", "certificate"):
        return None
    rows = Recognition.objects.filter(application_id=paper.subject_id)
    return rows.select_related("institute").first()


def last_edition_of(paper: Document) -> Document | None:
    """The paper in force that took the place of this one, be it in several steps; None for one in force."""
    later = None
    while (following := getattr(later or paper, "replacement", None)) is not None:
        later = following
    return later


def announcements(*, kind: str = "", text: str = "") -> QuerySet[AuditEvent]:
    """What was decided about institutes after their recognition, the latest first. Who directs is no announcement."""
    chosen = [ANNOUNCED[kind]] if kind in ANNOUNCED else list(ANNOUNCED.values())
    rows = AuditEvent.objects.filter(verb__in=[verb for verbs in chosen for verb in verbs])
    persons = Change.objects.filter(kind=ChangeKind.DIRECTOR).order_by().values("pk")
    rows = rows.exclude(subject_type="institutes.change", subject_id__in=persons)
    if text:
        named = Institute.objects.named(text).order_by().values("pk")
        cases = Q()
        for model in ANNOUNCING:
            about = model.objects.filter(institute__in=named).order_by().values("pk")
            cases |= Q(subject_type=model._meta.label_lower, subject_id__in=about)
        rows = rows.filter(cases)
    return rows.order_by("-at", "-pk")


ANNOUNCING = (Change, Suspension, Revocation, ProvincialFiling)
ANNOUNCED = {
    "change": ("institutes.change.approve",),
    "suspension": ("institutes.suspension.approve", "institutes.suspension.extend"),
    "restoration": ("institutes.suspension.restore",),
    "revocation": ("institutes.revocation.revoke",),
    "province": ("institutes.provincialfiling.settle_recognition",),
}


@dataclass(frozen=True, slots=True)
class Announcement:
    """One decision in words: about which institute, what, since when, with the paper where it is public."""

    at: datetime
    institute: Institute
    what: str
    former: str
    now: str
    paper: Document | None


def announced(events: Iterable[AuditEvent]) -> list[Announcement]:
    """These lines of the register in the public's words; four queries, however many."""
    lines = list(events)
    cases = {model._meta.label_lower: model for model in ANNOUNCING}
    rows = {
        name: model.objects.select_related("institute").in_bulk(
            [line.subject_id for line in lines if line.subject_type == name]
        )
        for name, model in cases.items()
    }
    numbers = [line.data["paper"]["number"] for line in lines if "paper" in line.data]
    papers = {one.number: one for one in Document.objects.filter(public=True, number__in=numbers)}
    return [_announce(line, rows[line.subject_type][line.subject_id], papers) for line in lines]


def _announce(
    line: AuditEvent, case: Change | Suspension | Revocation | ProvincialFiling, papers: dict[str, Document]
) -> Announcement:
    action = line.verb.rpartition(".")[2]
    what, former, now = WORDS.get(action, ""), "", ""
    if isinstance(case, Change):
        what, former, now = (
            str(case.get_kind_display()),
            line.data.get("former", ""),
            line.data.get("value", ""),
        )
        if case.kind == ChangeKind.DROP_CO_BUILDER:
            former, now = now, ""
        elif case.kind in (ChangeKind.ADD_CO_BUILDER, ChangeKind.WITHDRAWAL):
            former = ""
    elif isinstance(case, Suspension) and action != "restore":
        what = "暂停资格" if action == "approve" else "继续暂停资格"
        now = f"至{day_in_words(date.fromisoformat(line.data['until']))}"
    elif isinstance(case, Suspension):
        what = "恢复资格"
    elif isinstance(case, ProvincialFiling):
        what, now = "省级认定", f"{case.proposed_name}（{case.document_number}）"
    paper = papers.get(line.data.get("paper", {}).get("number", ""))
    return Announcement(line.at, case.institute, what, former, now, paper)


WORDS = {"revoke": "撤销认定"}


def is_same_file(document: Document, upload: UploadedFile) -> bool:
    """Whether ``upload`` has the very bytes that were issued."""
    return sha256_of(upload) == document.sha256
