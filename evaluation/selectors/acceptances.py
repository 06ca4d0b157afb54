"""Reads of acceptances: who sees which, what is to be compared, which institutes have passed."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from evaluation import policy
from evaluation.enums import UNITS_FILES, AcceptanceFile, AcceptanceState, ReviewKind
from evaluation.models import Acceptance, AcceptanceCheck, EngagementBatch, Panel, ReviewEdition
from institutes.enums import RevocationState
from institutes.models import EarlierRecognition, Institute, ProgressReport, Recognition, Revocation
from institutes.policy import share_reached
from institutes.selectors import BUREAU, COUNTY, UNIT, agencies_of
from institutes.selectors.build import TargetProgress, comparison, reports_behind
from records import clock
from records.deadlines import with_due
from records.errors import Reason
from records.models import Attachment, Document

ACCEPTANCE_TYPE = "evaluation.acceptance"
READERS = (*UNIT, *COUNTY, *BUREAU, Role.AGENCY, Role.AUDITOR)
"""Whose business acceptances are at all."""
OFFICERS = (*BUREAU, Role.AUDITOR)
FAILED_ACCEPTANCE = "failed_acceptance"
"""The cause of revocation that belongs to them."""
_RELATED = ("institute__recognition", "institute__chain", "edition", "host", "division", "agency", "former")


def acceptances_visible_to(user: User) -> QuerySet[Acceptance]:
    """All for the bureau and the auditor; a county's, a unit's own; an agency's while it is engaged for them."""
    rows = with_due(Acceptance.objects.select_related(*_RELATED), "provisional").with_end()  # type: ignore[attr-defined]
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.AUDITOR):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine | Q(agency_id__in=agencies_of(user)) & Q(_engaged(clock.today())))


def entrusted_to(user: User) -> QuerySet[Acceptance]:
    """Those which this person's agency was engaged to have reviewed."""
    rows = acceptances_visible_to(user).filter(agency_id__in=agencies_of(user))
    return rows.filter(_engaged(clock.today()))


def _engaged(on: date) -> Exists:
    batches = EngagementBatch.objects.in_force(on).filter(kind=ReviewKind.ACCEPTANCE, call__isnull=True)
    return Exists(batches.filter(engagement__agency_id=OuterRef("agency_id")))


def agencies_for_acceptance(on: date) -> QuerySet[Organisation]:
    """The agencies that may be entrusted with an acceptance on that day."""
    batches = EngagementBatch.objects.in_force(on).filter(kind=ReviewKind.ACCEPTANCE, call__isnull=True)
    rows = Organisation.objects.confirmed().filter(pk__in=batches.values("engagement__agency_id"))
    return rows.order_by("name")


def search_acceptances(rows: QuerySet[Acceptance], text: str) -> QuerySet[Acceptance]:
    """Those about an institute or a unit whose name, now or before, or number contains ``text``."""
    named = Institute.objects.named(text).order_by().values("pk")
    return rows.filter(Q(institute__in=named) | Q(host__name__icontains=text) | Q(number__icontains=text))


def by_period(rows: QuerySet, which: str, *, on: date) -> QuerySet:
    """Not handed in yet, and: about to end (``soon``), ended (``over``), so long ago that it may be revoked (``late``).

    By the edition in force on that day.
    """
    edition = ReviewEdition.objects.in_force(ReviewKind.ACCEPTANCE, on)
    schedule = edition.terms["schedule"]
    rows = rows.filter(state__in=(AcceptanceState.PREPARING, AcceptanceState.UNIT_REVIEW))
    if which == "soon":
        last = on + timedelta(days=int(schedule["due_soon_days"]))
        return rows.filter(period_ends_on__gte=on, period_ends_on__lte=last)
    if which == "late":
        return rows.filter(period_ends_on__lt=on - timedelta(days=int(schedule["overdue_revoke_days"])))
    return rows.filter(period_ends_on__lt=on)


# --- what is compared -----------------------------------------------------------------------------------------------


def compared(institute: Institute, edition: ReviewEdition, *, on: date) -> list[dict[str, Any]]:
    """Every target of the institute, planned beside reached, as a record that can be frozen.

    Where the edition asks for it, of a target that achievements feed only what county and bureau have verified counts
    (``is_verified``); of the others always what the institute reported, in the report named beside it.
    """
    mandatory = {one["code"] for one in edition.terms["mandatory_targets"]}
    verified_only = bool(edition.terms["result"]["verified_only"])
    behind = reports_behind(institute, on=on)
    return [
        _figure(one, mandatory, verified_only, behind.get(one.code)) for one in comparison(institute, on=on)
    ]


def _figure(
    one: TargetProgress, mandatory: set[str], verified_only: bool, report: ProgressReport | None
) -> dict[str, Any]:
    is_verified = verified_only and one.verified is not None
    actual = one.verified if is_verified and one.verified is not None else one.actual
    return {
        "code": one.code,
        "label": str(one.label),
        "unit": str(one.unit),
        "is_amount": one.is_amount,
        "base": str(one.base),
        "planned": str(one.planned),
        "reported": str(one.reported) if one.reported is not None else "",
        "report": report.pk if report else None,
        "verified": str(one.verified) if one.verified is not None else "",
        "is_verified": is_verified,
        "actual": str(actual),
        "share": str(share_reached(actual, one.planned)),
        "mandatory": one.code in mandatory,
        "met": actual >= one.planned,
    }


def figures_of(acceptance: Acceptance, *, on: date | None = None) -> list[dict[str, Any]]:
    """What experts, bureau and paper go by: as frozen when it was handed in, before that as it stands today."""
    if acceptance.comparison and acceptance.state not in (
        AcceptanceState.PREPARING,
        AcceptanceState.UNIT_REVIEW,
    ):
        return acceptance.comparison
    return compared(acceptance.institute, acceptance.edition, on=on or clock.today())


def verdict_of(figures: Iterable[Mapping[str, Any]], edition: ReviewEdition) -> policy.Verdict:
    """The rule of the edition, applied to these figures."""
    targets = [
        policy.Target(one["code"], Decimal(one["planned"]), Decimal(one["actual"]), one["mandatory"])
        for one in figures
    ]
    return policy.verdict(targets, Decimal(str(edition.terms["result"]["targets_met_min"])))


def outcomes_of(acceptance: Acceptance) -> list[str]:
    """What may be proposed of it, the one that follows from the figures first."""
    return policy.outcomes_open(
        verdict_of(acceptance.comparison, acceptance.edition),
        panel_passed=bool(acceptance.panel_passed),
        attempt=acceptance.attempt,
        result=acceptance.edition.terms["result"],
    )


# --- what belongs to one --------------------------------------------------------------------------------------------


def unit_files_of(acceptance: Acceptance) -> QuerySet[Attachment]:
    """What the unit brought, kind by kind."""
    rows = Attachment.objects.about(acceptance).current().filter(kind__in=UNITS_FILES)
    return rows.order_by("kind", "pk")


def missing_of(acceptance: Acceptance) -> list[Reason]:
    """What the unit still has to write or to bring, each with the page on which it does."""
    url = f"{acceptance.get_absolute_url()}edit/"
    found = [
        Reason(f"“{part['label']}”还没有填写。", field=f"text_{part['code']}", url=url, link="去填写")
        for part in acceptance.edition.terms["summary_parts"]
        if not acceptance.texts.get(part["code"], "").strip()
    ]
    held = set(unit_files_of(acceptance).values_list("kind", flat=True))
    url = f"{acceptance.get_absolute_url()}files/"
    found += [
        Reason(f"请上传{kind.label}。", field=f"file_{kind.value}", url=url, link="去上传")
        for kind in UNITS_FILES
        if kind not in held
    ]
    return found


def proofs_of(acceptance: Acceptance) -> QuerySet[Attachment]:
    return Attachment.objects.about(acceptance).current().filter(kind=AcceptanceFile.PROOF).order_by("pk")


def lookups_of(acceptance: Acceptance) -> list[dict[str, Any]]:
    """Each list in which the host is looked up, with the last look-up, empty where there was none."""
    last: dict[str, AcceptanceCheck] = {}
    for check in acceptance.checks.select_related("evidence", "recorded_by").order_by("pk"):
        last[check.item] = check
    return [{"item": item, "check": last.get(item["code"])} for item in acceptance.edition.terms["lookups"]]


def papers_of_acceptance(acceptance: Acceptance) -> QuerySet[Document]:
    return Document.objects.about(acceptance).in_force().order_by("pk")


def panel_of_acceptance(acceptance: Acceptance) -> Panel | None:
    """The panel that judges it, where it was opened."""
    kind = ReviewKind.ACCEPTANCE
    return Panel.objects.filter(kind=kind, case_type=ACCEPTANCE_TYPE, case_id=acceptance.pk).first()


def has_panel(acceptance: Acceptance) -> bool:
    return panel_of_acceptance(acceptance) is not None


def revocation_of(acceptance: Acceptance) -> Revocation | None:
    """The procedure to end the recognition for a failed acceptance that was proposed since this one was opened."""
    rows = Revocation.objects.filter(institute=acceptance.institute_id, cause=FAILED_ACCEPTANCE)
    return rows.filter(proposed_at__gte=acceptance.opened_at).exclude(state=RevocationState.DROPPED).first()


def facts_for_revocation(acceptance: Acceptance, on: date) -> str:
    """What speaks for ending the recognition, in words; empty where nothing does."""
    if acceptance.state == AcceptanceState.FAILED:
        return f"{acceptance.title}（{acceptance.number}）未通过。{acceptance.grounds}"
    if (ends := acceptance.ends_on) and acceptance.is_overdue(on):
        schedule = acceptance.edition.terms["schedule"]
        period = "整改期" if acceptance.attempt > 1 else "建设期"
        days = schedule["overdue_revoke_days"]
        return (
            f"{period}于{ends:%Y年%-m月%-d日}届满，至{on:%Y年%-m月%-d日}仍未申请验收，"
            f"已超过{(on - ends).days}日（规定为{days}日）。"
        )
    return ""


# --- sweeps ---------------------------------------------------------------------------------------------------------


def recognitions_without_acceptance() -> QuerySet[Recognition]:
    """Recognised institutes with a building period that have no acceptance yet, and had none before the portal."""
    rows = Recognition.objects.in_force().filter(institute__build_to__isnull=False)
    rows = rows.filter(earlier__accepted_on__isnull=True)
    return rows.filter(institute__acceptances__isnull=True).select_related("institute").order_by("pk")


def acceptances_without_institute() -> QuerySet[Acceptance]:
    """Open ones whose recognition has ended."""
    over = Q(institute__recognition__revoked_at__isnull=False)
    over |= Q(institute__recognition__withdrawn_at__isnull=False)
    return Acceptance.objects.open().filter(over).order_by("pk")


def acceptances_out_of_step() -> QuerySet[Acceptance]:
    """Being prepared while another unit or county has the institute now, or with a clock of another day."""
    rows = with_due(Acceptance.objects.filter(state=AcceptanceState.PREPARING)).with_end()  # type: ignore[attr-defined]
    moved = ~Q(host_id=F("institute__host_id")) | ~Q(division_id=F("institute__division_id"))
    later = Q(period_ends_on__gt=F("due_on")) | Q(due_on__isnull=True)
    return rows.filter(moved | later).select_related("institute", "edition").order_by("pk")


def acceptances_to_tell(on: date) -> list[tuple[Acceptance, bool]]:
    """Whose unit is to be told that its period runs out, or that it did long ago (True)."""
    rows = Acceptance.objects.filter(
        state__in=(AcceptanceState.PREPARING, AcceptanceState.UNIT_REVIEW)
    ).select_related(*_RELATED)
    found = []
    for row in rows.with_end().filter(period_ends_on__isnull=False).order_by("pk"):
        schedule = row.edition.terms["schedule"]
        if on >= policy.overdue_from(row.ends_on, schedule) and row.late_told_for != row.ends_on:
            found.append((row, True))
        elif (
            policy.told_from(row.ends_on, schedule) <= on <= row.ends_on and row.soon_told_for != row.ends_on
        ):
            found.append((row, False))
    return found


# --- for the rooms and pages that ask -------------------------------------------------------------------------------


def accepted() -> QuerySet[Institute]:
    """Institutes in force that passed acceptance, here or before the portal: the ones that are evaluated (四(四))."""
    passed = Acceptance.objects.filter(institute=OuterRef("pk"), state=AcceptanceState.PASSED)
    before = Q(recognition__earlier__accepted_on__isnull=False)
    return Institute.objects.recognised().filter(Exists(passed) | before)


def accepted_on(institute: Institute) -> date | None:
    """The day on which it passed acceptance; None where it has not."""
    row = Acceptance.objects.filter(institute=institute, state=AcceptanceState.PASSED).first()
    if row and row.decided_at:
        return timezone.localdate(row.decided_at)
    entry = entry_of(institute)
    return entry.accepted_on if entry else None


def entry_of(institute: Institute) -> EarlierRecognition | None:
    """The entry of an institute from before the portal; None where it was recognised here."""
    return EarlierRecognition.objects.filter(recognition__institute=institute).first()
