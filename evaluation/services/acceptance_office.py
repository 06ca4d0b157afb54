"""Acceptance, the offices' part: the county's opinion, the bureau's check, the experts' result."""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from evaluation.enums import AcceptanceFile, AcceptanceState
from evaluation.kinds import Result
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance, AcceptanceCheck
from evaluation.selectors.acceptances import (
    agencies_for_acceptance,
    has_panel,
    lookups_of,
)
from evaluation.services.acceptances import due_when_returned, take
from institutes.services.lookups import lookup_columns
from institutes.services.opinions import FOUND, faults_of_opinion, opined, signed
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def county_return_acceptance(
    *, acceptance: Acceptance, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """The county has the unit mend it; the unit hands it in anew."""
    at = at or clock.now()
    take(acceptance, "county_return", by=by, at=at, reason=reason, **due_when_returned(acceptance, at))
    return acceptance


@transaction.atomic
def give_acceptance_opinion(
    *, acceptance: Acceptance, position: str, opinion: str, by: User, at: datetime | None = None
) -> Acceptance:
    """The county's clerk drafts its opinion; its leader signs. Whatever it says, the bureau decides."""
    Incomplete.unless_empty(faults_of_opinion(position, opinion, FOUND))
    at = at or clock.now()
    take(acceptance, "give_opinion", by=by, at=at, **opined(position, opinion, by=by, at=at))
    return acceptance


@transaction.atomic
def return_acceptance_opinion(
    *, acceptance: Acceptance, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """The county's leader has the opinion written anew."""
    take(acceptance, "return_opinion", by=by, at=at or clock.now(), reason=reason)
    return acceptance


@transaction.atomic
def sign_acceptance_opinion(*, acceptance: Acceptance, by: User, at: datetime | None = None) -> Acceptance:
    """Sign the county's opinion and send it on to the bureau. Another than who drafted it."""
    at = at or clock.now()
    take(acceptance, "sign", by=by, at=at, **signed(by=by, at=at))
    return acceptance


# --- the bureau checks and entrusts ---------------------------------------------------------------------------------


@transaction.atomic
def record_lookup(
    *,
    acceptance: Acceptance,
    item: str,
    result: str,
    checked_on: date,
    source: str,
    evidence: UploadedFile | None,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> AcceptanceCheck:
    """Enter what a look-up of the host brought. A later one of the same list stands in its place; both stay."""
    at = at or clock.now()
    lock(acceptance)
    if acceptance.state != AcceptanceState.CHECKING:
        now = ACCEPTANCE.label(acceptance.state)
        raise IllegalMove(f"“{acceptance}”现为“{now}”，不能登记信用查询。")
    columns = lookup_columns(
        acceptance,
        items={one["code"] for one in acceptance.edition.terms["lookups"]},
        kind=AcceptanceFile.PROOF,
        limits=acceptance.institute.recognition.edition.upload_limits,
        item=item,
        result=result,
        checked_on=checked_on,
        source=source,
        evidence=evidence,
        note=note,
        by=by,
        at=at,
    )
    check = AcceptanceCheck.objects.create(acceptance=acceptance, **columns)
    said = {"item": item, "result": result, "checked_on": checked_on.isoformat()}
    audit.record("evaluation.acceptance.record_lookup", acceptance, by=by, at=at, **said)
    return check


@transaction.atomic
def return_acceptance(
    *, acceptance: Acceptance, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """The bureau has the unit mend it; it goes through the county once more."""
    at = at or clock.now()
    take(acceptance, "return", by=by, at=at, reason=reason, **due_when_returned(acceptance, at))
    return acceptance


@transaction.atomic
def entrust_acceptance(
    *, acceptance: Acceptance, agency: Organisation, by: User, at: datetime | None = None
) -> Acceptance:
    """Find the documents complete and entrust an agency with the experts' part. Every list was looked up before."""
    at = at or clock.now()
    lock(acceptance)
    Incomplete.unless_empty([*_lookups_missing(acceptance), *_faults_of_agency(agency, at)])
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take(acceptance, "entrust", by=by, at=at, data={"agency": agency.name}, **stamps)
    return acceptance


def _lookups_missing(acceptance: Acceptance) -> list[Reason]:
    if acceptance.state != AcceptanceState.CHECKING:
        return []
    since = acceptance.signed_at and timezone.localdate(acceptance.signed_at)
    url = f"{acceptance.get_absolute_url()}lookups/"
    return [
        Reason(f"请先查询依托单位的“{row['item']['label']}”并登记结果。", url=url, link="去登记")
        for row in lookups_of(acceptance)
        if row["check"] is None or (since and row["check"].checked_on < since)
    ]


def _faults_of_agency(agency: Organisation, at: datetime) -> list[Reason]:
    if agencies_for_acceptance(timezone.localdate(at)).filter(pk=agency.pk).exists():
        return []
    words = f"“{agency}”没有覆盖建设期验收的有效评审委托，请先办理委托。"
    return [Reason(words, field="agency", clause="四(二)")]


@transaction.atomic
def entrust_anew(
    *, acceptance: Acceptance, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """Entrust another agency, as long as the first has not opened a panel."""
    at = at or clock.now()
    lock(acceptance)
    if has_panel(acceptance):
        raise Conflict("该验收已组建评审组；需要更换机构的，请在原评审委托中办理移交。")
    Incomplete.unless_empty(_faults_of_agency(agency, at))
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take(acceptance, "entrust_anew", by=by, at=at, reason=reason, data={"agency": agency.name}, **stamps)
    return acceptance


@transaction.atomic
def take_over_acceptance(
    *, acceptance: Acceptance, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """Let another agency go on with it where its panel was handed over."""
    at = at or clock.now()
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take(acceptance, "entrust_anew", by=by, at=at, reason=reason, data={"agency": agency.name}, **stamps)
    return acceptance


@transaction.atomic
def record_acceptance_review(
    *, acceptance: Acceptance, result: Result, by: User, at: datetime | None = None
) -> Acceptance:
    """Take down what the experts came to; the bureau concludes."""
    at = at or clock.now()
    stamps: Stamps = {
        "score": result.score,
        "panel_passed": result.passed,
        "panel_opinion": result.opinion.strip(),
        "reviewed_at": at,
        "reviewed_by": by,
    }
    data = {"score": str(result.score), "passed": result.passed}
    take(acceptance, "record_review", by=by, at=at, data=data, **stamps)
    return acceptance


@transaction.atomic
def reopen_acceptance_review(
    *, acceptance: Acceptance, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """Take the experts' result back, so that the panel can come to another."""
    stamps: Stamps = dict.fromkeys(("score", "panel_passed", "reviewed_at", "reviewed_by"))
    take(
        acceptance,
        "reopen_review",
        by=by,
        at=at or clock.now(),
        reason=reason,
        panel_opinion="",
        **stamps,
    )
    return acceptance
