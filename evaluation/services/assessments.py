"""Annual assessment, the unit's part: opened by the system, filled in box by box, handed up and handed in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from evaluation.documents.assessments import REPORT
from evaluation.enums.assessment import AssessmentState
from evaluation.lifecycle import ASSESSMENT
from evaluation.models import Assessment, ReviewEdition
from evaluation.notifications.assessments import tell_of_assessment
from evaluation.policy import assessment as policy
from evaluation.selectors.assessments import (
    KIND,
    carried_over,
    figures_of,
    missing_of,
    recognitions_to_assess,
    typed_boxes,
)
from evaluation.services.papers import issue_after_commit
from evaluation.services.side_by_side import changed_in, others_since, refuse_clashes, who_and_when
from institutes.models import Recognition
from records import audit, calendar, clock, numbering
from records.errors import Clash, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import AuditEvent

PREFIX = "box_"
NOT_SAID_YET: dict[str, Any] = {
    "county_opinion": "",
    "county_checked_at": None,
    "county_checked_by": None,
    "tax_opinion": "",
    "tax_signed_at": None,
    "tax_signed_by": None,
    "finance_opinion": "",
    "finance_signed_at": None,
    "finance_signed_by": None,
    "grade": "",
    "grounds": "",
    "graded_at": None,
    "graded_by": None,
}
"""What offices said of a report that was returned: the next one they judge anew, the register keeps it."""


def day_of_year(text: str, year: int) -> date:
    """The day that a schedule names by month and day."""
    month, day = map(int, text.split("-"))
    return date(year, month, day)


def open_assessments(*, year: int | None = None, at: datetime | None = None) -> list[Assessment]:
    """Open the report of a year for every institute that owes one; without ``year`` last year's, once it is time."""
    at = at or clock.now()
    on = timezone.localdate(at)
    if year is None:
        schedule = ReviewEdition.objects.in_force(KIND, on).terms["schedule"]
        if on < day_of_year(schedule["opens_on"], on.year):
            return []
        year = on.year - 1
    found = [open_assessment(recognition=one, year=year, at=at) for one in recognitions_to_assess(year)]
    return [assessment for assessment in found if assessment is not None]


@transaction.atomic
def open_assessment(*, recognition: Recognition, year: int, at: datetime | None = None) -> Assessment | None:
    """Open one institute's report with what is known. None where there is one, or the recognition is over."""
    at, by = at or clock.now(), system_user()
    lock(recognition)
    institute, on = recognition.institute, timezone.localdate(at)
    if recognition.is_over or Assessment.objects.filter(institute=institute, year=year).exists():
        return None
    edition = ReviewEdition.objects.in_force(KIND, on)
    last = day_of_year(edition.terms["schedule"]["due_on"], year + 1)
    if on > last:
        last = calendar.add_working_days(on, int(edition.terms["time_limits"]["supplement"]))
    known = carried_over(institute, edition, year)
    assessment = Assessment.objects.create(
        institute=institute,
        year=year,
        edition=edition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        due_by=last,
        values=known.values,
        sources=known.sources,
        opened_at=at,
        opened_by=by,
    )
    event = ASSESSMENT.begin(assessment, by=by, at=at, due_on=last, year=year)
    tell_of_assessment(assessment, event)
    return assessment


# --- what the unit fills in -----------------------------------------------------------------------------------------


@transaction.atomic
def save_assessment(
    *,
    assessment: Assessment,
    entries: Mapping[str, object],
    by: User,
    seen: datetime | None = None,
    at: datetime | None = None,
) -> datetime:
    """Keep what was filled in, box by box (``box_…``, money in yuan). Raises ``StaleVersion`` where somebody else
    wrote in the same box since this person looked (``seen``).

    What verified achievements or other offices know is refused: it is entered where it belongs.
    """
    at = at or clock.now()
    lock(assessment)
    if assessment.state != AssessmentState.DRAFT:
        now = ASSESSMENT.label(assessment.state)
        raise IllegalMove(f"“{assessment}”现为“{now}”，报告不能再改。")
    boxes = {PREFIX + box["code"]: box for box in typed_boxes(assessment)}
    Incomplete.unless_empty(_strange(assessment, entries, boxes))
    values = {boxes[name]["code"]: policy.plain(boxes[name], raw) for name, raw in entries.items()}
    Incomplete.unless_empty(
        [
            Reason(f"“{boxes[PREFIX + code]['label']}”{words}", field=PREFIX + code)
            for code, value in values.items()
            if (words := policy.fault_of(boxes[PREFIX + code], value))
        ]
    )
    _refuse_to_overwrite(assessment, values, by, seen, boxes)
    changed = changed_in(entries=values, before=assessment.values)
    assessment.values = assessment.values | values
    assessment.sources = {code: said for code, said in assessment.sources.items() if code not in values}
    assessment.saved_at, assessment.saved_by = at, by
    assessment.save(update_fields=["values", "sources", "saved_at", "saved_by"])
    audit.record("evaluation.assessment.save", assessment, by=by, at=at, fields=changed)
    return at


def _strange(assessment: Assessment, entries: Mapping[str, object], boxes: Mapping[str, Any]) -> list[Reason]:
    known = {PREFIX + box["code"]: box for box in assessment.edition.terms["boxes"]}
    found = []
    for name in sorted(set(entries) - set(boxes)):
        if name not in known:
            found.append(Reason(f"年度报告没有“{name}”这一栏。", field=name))
        elif "achievements" in known[name]:
            words = f"“{known[name]['label']}”由已核实成果计数，不在这里填写；有新成果的请登记成果。"
            found.append(Reason(words, field=name))
        else:
            found.append(Reason(f"“{known[name]['label']}”不由单位填报。", field=name))
    return found


def _refuse_to_overwrite(
    assessment: Assessment,
    values: Mapping[str, str],
    by: User,
    seen: datetime | None,
    boxes: Mapping[str, Any],
) -> None:
    last, clashes = others_since(subject=assessment, by=by, seen=seen), []
    for code in sorted(set(values) & set(last)):
        mine, theirs, box = values[code], assessment.values.get(code, ""), boxes[PREFIX + code]
        if theirs != mine:
            typed = (policy.typed(box, mine), policy.typed(box, theirs))
            said = (policy.said(box, mine), policy.said(box, theirs))
            clashes.append(Clash(PREFIX + code, box["label"], *typed, *who_and_when(line=last[code]), *said))
    refuse_clashes(subject=assessment, clashes=clashes)


# --- handed up, handed in, taken back -------------------------------------------------------------------------------


def take(
    assessment: Assessment, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move: the table, the register, whoever has to know."""
    event = ASSESSMENT.move(assessment, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_assessment(assessment, event)
    return event


def due_when_returned(assessment: Assessment, at: datetime) -> dict[str, Any]:
    """Until when the unit has it back: the last day of reporting, or some working days where that comes later."""
    later = calendar.add_working_days(timezone.localdate(at), assessment.time_limit("supplement") or 0)
    return {"due_on": max(assessment.due_by, later)}


@transaction.atomic
def hand_up_assessment(*, assessment: Assessment, by: User, at: datetime | None = None) -> Assessment:
    """Give the report to the unit's administrator. Raises ``Incomplete`` with every fault in it."""
    take(assessment, "hand_up", by=by, at=at or clock.now())
    Incomplete.unless_empty(missing_of(assessment))
    return assessment


@transaction.atomic
def send_back_assessment(
    *, assessment: Assessment, reason: str, by: User, at: datetime | None = None
) -> Assessment:
    """Let the report be mended inside the unit."""
    at = at or clock.now()
    take(assessment, "send_back", by=by, at=at, reason=reason, **due_when_returned(assessment, at))
    return assessment


@transaction.atomic
def hand_in_assessment(*, assessment: Assessment, by: User, at: datetime | None = None) -> Assessment:
    """Report in the unit's name: what achievements know is fixed as of now. After the last day it is late, and taken.

    Returned by an office and handed in anew it counts from the day on which it first came.
    """
    at = at or clock.now()
    lock(assessment)
    day, figures = timezone.localdate(at), figures_of(assessment)
    if ASSESSMENT.allows(assessment, "hand_in"):
        Incomplete.unless_empty(missing_of(assessment))
    pattern = assessment.edition.terms["numbers"]["assessment"]
    number = assessment.number or numbering.take_number(
        "evaluation.assessment", pattern=pattern, year=day.year
    )
    first = assessment.submitted_on or day
    event = take(
        assessment,
        "hand_in",
        by=by,
        at=at,
        data={"paper": _promise(assessment, number), "late": first > assessment.due_by},
        number=number,
        values=figures.values,
        sources=figures.sources,
        submitted_on=first,
        handed_in_at=at,
        handed_in_by=by,
        **NOT_SAID_YET,
    )
    issue_after_commit(event)
    return assessment


def _promise(assessment: Assessment, number: str) -> dict[str, str]:
    """The paper of the report: handed in anew, it is a paper of its own under the same number."""
    before = AuditEvent.objects.about(assessment).filter(verb="evaluation.assessment.hand_in").count()
    suffix = f"_{before + 1}" if before else ""
    return {"kind": f"{REPORT}{suffix}", "number": f"{number}{suffix.replace('_', '-')}"}


@transaction.atomic
def recall_assessment(
    *, assessment: Assessment, reason: str, by: User, at: datetime | None = None
) -> Assessment:
    """Take the report back from the county to mend it; it comes when it comes again."""
    at = at or clock.now()
    due = due_when_returned(assessment, at)
    take(assessment, "recall", by=by, at=at, reason=reason, submitted_on=None, **due)
    return assessment
