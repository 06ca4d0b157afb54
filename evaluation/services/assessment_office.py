"""Annual assessment, the offices' part: county, tax, finance, the bureau's grade and its confirmation (五(一))."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from evaluation.lifecycle import ASSESSMENT
from evaluation.models import Assessment
from evaluation.policy import assessment as policy
from evaluation.selectors.assessments import boxes_of, faults_of
from evaluation.services.assessments import PREFIX, due_when_returned, take
from records import clock
from records.errors import Incomplete, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def county_return_assessment(
    *, assessment: Assessment, reason: str, by: User, at: datetime | None = None
) -> Assessment:
    """The county has the unit mend it. A report that came in time does not become late by that."""
    at = at or clock.now()
    take(assessment, "county_return", by=by, at=at, reason=reason, **due_when_returned(assessment, at))
    return assessment


@transaction.atomic
def check_assessment(
    *, assessment: Assessment, opinion: str, by: User, at: datetime | None = None
) -> Assessment:
    """The county has verified the report and sends it to the tax office."""
    at = at or clock.now()
    Incomplete.unless_empty(_faults_of_opinion(assessment, opinion))
    stamps: Stamps = {"county_opinion": opinion.strip(), "county_checked_at": at, "county_checked_by": by}
    take(assessment, "county_check", by=by, at=at, **stamps)
    return assessment


def _faults_of_opinion(assessment: Assessment, opinion: str) -> list[Reason]:
    least = int(assessment.edition.terms["limits"]["opinion_min_chars"])
    if len(opinion.strip()) >= least:
        return []
    return [Reason(f"请写明核实、检查了哪些情况，不少于 {least} 字。", field="opinion")]


@transaction.atomic
def sign_tax(
    *, assessment: Assessment, opinion: str, by: User, at: datetime | None = None, **figures: object
) -> Assessment:
    """The tax office enters tax and arrears and signs: its figures are nobody else's to write."""
    at = at or clock.now()
    stamps: Stamps = {"tax_opinion": opinion.strip(), "tax_signed_at": at, "tax_signed_by": by}
    return _sign(assessment, "sign_tax", "tax", figures, opinion, by=by, at=at, stamps=stamps)


@transaction.atomic
def sign_finance(
    *, assessment: Assessment, opinion: str, by: User, at: datetime | None = None, **figures: object
) -> Assessment:
    """The finance office enters what was received and used, says what it found in the accounts, and signs."""
    at = at or clock.now()
    stamps: Stamps = {
        "finance_opinion": opinion.strip(),
        "finance_signed_at": at,
        "finance_signed_by": by,
    }
    return _sign(assessment, "sign_finance", "finance", figures, opinion, by=by, at=at, stamps=stamps)


def _sign(
    assessment: Assessment,
    action: str,
    office: str,
    figures: dict[str, object],
    opinion: str,
    *,
    by: User,
    at: datetime,
    stamps: Stamps,
) -> Assessment:
    lock(assessment)
    boxes = boxes_of(assessment, by=office)
    given = {box["code"]: policy.plain(box, figures.get(PREFIX + box["code"])) for box in boxes}
    values = assessment.values | given
    if ASSESSMENT.allows(assessment, action):
        found = _as_reasons(faults_of(assessment, values, by=office))
        Incomplete.unless_empty([*found, *_faults_of_opinion(assessment, opinion)])
    take(assessment, action, by=by, at=at, values=values, data={"figures": given}, **stamps)
    return assessment


def _as_reasons(faults: Iterable[policy.Fault]) -> list[Reason]:
    return [Reason(fault.words, field=PREFIX + fault.code) for fault in faults]


# --- the bureau -----------------------------------------------------------------------------------------------------


@transaction.atomic
def return_assessment(
    *, assessment: Assessment, reason: str, by: User, at: datetime | None = None
) -> Assessment:
    """The bureau has the unit mend it; county, tax and finance look at it once more."""
    at = at or clock.now()
    take(assessment, "return", by=by, at=at, reason=reason, **due_when_returned(assessment, at))
    return assessment


@transaction.atomic
def ask_tax(*, assessment: Assessment, reason: str, by: User, at: datetime | None = None) -> Assessment:
    """Have the tax office look at its figures again; finance signs once more after it."""
    take(assessment, "ask_tax", by=by, at=at or clock.now(), reason=reason, **_unsigned("tax", "finance"))
    return assessment


@transaction.atomic
def ask_finance(*, assessment: Assessment, reason: str, by: User, at: datetime | None = None) -> Assessment:
    """Have the finance office look at its figures again."""
    take(assessment, "ask_finance", by=by, at=at or clock.now(), reason=reason, **_unsigned("finance"))
    return assessment


def _unsigned(*offices: str) -> dict[str, Any]:
    return {f"{office}_signed_{part}": None for office in offices for part in ("at", "by")}


@transaction.atomic
def grade_assessment(
    *, assessment: Assessment, grade: str, grounds: str, by: User, at: datetime | None = None
) -> Assessment:
    """Propose the year's grade by what unit and offices brought. Another person confirms."""
    at, found = at or clock.now(), []
    lock(assessment)
    if grade not in {one["code"] for one in assessment.edition.terms["grades"]}:
        found.append(Reason("请选择考核等次。", field="grade"))
    if not grounds.strip():
        found.append(Reason("请写明评定的理由。", field="grounds"))
    Incomplete.unless_empty(found)
    stamps: Stamps = {"grade": grade, "grounds": grounds.strip(), "graded_at": at, "graded_by": by}
    take(assessment, "grade", by=by, at=at, data={"grade": grade}, **stamps)
    return assessment


@transaction.atomic
def return_grade(*, assessment: Assessment, reason: str, by: User, at: datetime | None = None) -> Assessment:
    """Have the grade proposed anew; the period goes on."""
    take(assessment, "return_grade", by=by, at=at or clock.now(), reason=reason)
    return assessment


@transaction.atomic
def confirm_assessment(*, assessment: Assessment, by: User, at: datetime | None = None) -> Assessment:
    """Confirm the grade, another than who proposed it. It takes effect when the year's results are published."""
    at = at or clock.now()
    lock(assessment)
    data = {"grade": assessment.grade}
    take(assessment, "confirm", by=by, at=at, data=data, confirmed_at=at, confirmed_by=by)
    return assessment
