"""A year of assessments as a whole: its results published together, late comers let in, what time brings about."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.services import system_user
from evaluation.documents.assessments import LIST, RESULT
from evaluation.enums.assessment import UNWRITTEN
from evaluation.lifecycle import ASSESSMENT
from evaluation.models import Assessment, AssessmentList, ReviewEdition
from evaluation.notifications.assessments import tell_of_assessment
from evaluation.selectors.assessments import (
    KIND,
    assessments_out_of_step,
    assessments_without_institute,
    lists_of,
    to_miss,
    to_publish,
)
from evaluation.services.assessments import due_when_returned, take
from evaluation.services.papers import issue_after_commit
from records import audit, clock, deadlines, numbering
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import Taking, lock
from records.models import AuditEvent


@transaction.atomic
def publish_assessments(
    *, year: int, minute_number: str, by: User, at: datetime | None = None
) -> AssessmentList:
    """Publish what is confirmed of a year, all at once, and who did not report. What comes later follows on a list.

    The edition's row is locked, so that two never publish one year at once. From then on a failure holds unpaid
    money back, and failures in a row or missing reports may end a recognition.
    """
    at = at or clock.now()
    day = timezone.localdate(at)
    if not minute_number.strip():
        raise Incomplete(Reason("请填写会议纪要号。", field="minute_number"))
    edition = ReviewEdition.objects.in_force(KIND, day)
    lock(edition)
    decided, silent = list(to_publish(year)), list(to_miss(year, day))
    if not decided and not silent:
        raise Conflict(f"{year}年度没有已审定待公布的考核，也没有逾期未报的研究院。")
    published = _list_of(year, edition, minute_number.strip(), by=by, at=at)
    _publish(decided, published, edition, by=by, at=at)
    _miss(silent, published, by=by, at=at)
    event = audit.record(
        "evaluation.assessmentlist.publish",
        published,
        by=by,
        at=at,
        paper={"kind": LIST, "number": published.number},
        published=len(decided),
        missing=len(silent),
        minute=published.minute_number,
    )
    issue_after_commit(event)
    return published


def _list_of(
    year: int, edition: ReviewEdition, minute_number: str, *, by: User, at: datetime
) -> AssessmentList:
    pattern = edition.terms["numbers"][LIST]
    return AssessmentList.objects.create(
        year=year,
        sequence=lists_of(year).count() + 1,
        number=numbering.take_number(f"evaluation.{LIST}", pattern=pattern, year=timezone.localdate(at).year),
        edition=edition,
        minute_number=minute_number,
        published_at=at,
        published_by=by,
    )


def _publish(
    decided: Sequence[Assessment],
    published: AssessmentList,
    edition: ReviewEdition,
    *,
    by: User,
    at: datetime,
) -> None:
    pattern, year = edition.terms["numbers"][RESULT], timezone.localdate(at).year
    takings = [
        Taking(
            one,
            data={
                "paper": {
                    "kind": RESULT,
                    "number": numbering.take_number(f"evaluation.{RESULT}", pattern=pattern, year=year),
                },
                "grade": one.grade,
            },
            stamps={"published_in": published},
        )
        for one in decided
    ]
    _tell(decided, ASSESSMENT.move_all(takings, "publish", by=by, at=at))


def _miss(silent: Sequence[Assessment], published: AssessmentList, *, by: User, at: datetime) -> None:
    takings = [Taking(one, stamps={"published_in": published}) for one in silent]
    _tell(silent, ASSESSMENT.move_all(takings, "miss", by=by, at=at))


def _tell(subjects: Sequence[Assessment], events: Sequence[AuditEvent]) -> None:
    for assessment, event in zip(subjects, events, strict=True):
        tell_of_assessment(assessment, event)
        if "paper" in event.data:
            issue_after_commit(event)


@transaction.atomic
def admit_assessment(
    *, assessment: Assessment, reason: str, by: User, at: datetime | None = None
) -> Assessment:
    """Let a missing report be handed in after all: late it stays, and its result is published on a further list."""
    at = at or clock.now()
    due = due_when_returned(assessment, at)
    take(assessment, "admit", by=by, at=at, reason=reason, published_in=None, **due)
    return assessment


# --- what time and other rooms bring about --------------------------------------------------------------------------


def follow_assessed_institutes() -> int:
    """Let a report that is not handed in be the case of whoever hosts the institute now."""
    return sum(_follow(assessment) for assessment in assessments_out_of_step())


@transaction.atomic
def _follow(assessment: Assessment) -> bool:
    now, institute = clock.now(), assessment.institute
    lock(assessment)
    if assessment.state not in UNWRITTEN:
        return False
    assessment.host_id, assessment.division_id = institute.host_id, institute.division_id
    assessment.save(update_fields=["host", "division"])
    held, state = deadlines.current(assessment), ASSESSMENT.states[assessment.state]
    due_on = held.due_on if held else assessment.due_by
    deadlines.open_for(assessment, label=state.label, role=Role(state.role), at=now, due_on=due_on)
    said = {"host": institute.host_id, "division": institute.division_id}
    audit.record("evaluation.assessment.follow", assessment, by=system_user(), at=now, **said)
    return True


def lapse_assessments() -> int:
    """End the assessments of institutes that are none any more; returns how many."""
    return sum(_lapse(assessment) for assessment in assessments_without_institute())


@transaction.atomic
def _lapse(assessment: Assessment) -> bool:
    lock(assessment)
    if not assessment.is_open:
        return False
    reason = f"该研究院的{assessment.institute.recognition.barrier}。"
    take(assessment, "lapse", by=system_user(), at=clock.now(), reason=reason)
    return True
