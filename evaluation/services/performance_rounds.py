"""Yearly rounds: opened when their day comes, graded, confirmed, shown and released together; every step two people."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from evaluation import policy
from evaluation.documents.performance import BASIS, RESULT, TITLE, words_of_result
from evaluation.enums.performance import EvaluationGrade, EvaluationState, RoundState
from evaluation.lifecycle import EVALUATION, ROUND
from evaluation.models import Cycle, Evaluation, ReviewEdition, Round
from evaluation.notifications.performance import tell_all, tell_of_round, tell_round_opened
from evaluation.selectors.cycles import KIND, due_cycles
from evaluation.selectors.performance_rounds import (
    Graded,
    evaluations_of,
    in_the_way_of_closing,
    in_the_way_of_grading,
    is_everybody_released,
    preview_of,
    progress_of,
    released_now,
)
from evaluation.services.cycles import conclude_cycle
from evaluation.services.papers import issue_after_commit
from institutes.models import Recognition
from notices.enums import PublicNoticeKind
from notices.services import Entry, conclude_publicity, post_public_notice
from records import clock, deadlines, numbering
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import Stamps, Taking, lock
from records.turns import take_turns

NOT_GRADED: Stamps = {"sheet": {}, "total": None, "grade": "", "graded_at": None, "graded_by": None}
"""What a grade leaves behind that is given anew."""


@transaction.atomic
def open_round(*, year: int, by: User | None = None, at: datetime | None = None) -> Round:
    """Open the round of a year, by the edition in force, and collect whoever is due. A second call returns it.

    Raises ``Conflict`` where nobody is due in that year.
    """
    at, by = at or clock.now(), by or system_user()
    take_turns(f"evaluation.round.{year}")
    if found := Round.objects.filter(year=year).first():
        return found
    if not due_cycles(year).exists():
        raise Conflict(f"{year}年没有评估周期已满、应参加评价的研究院。")
    edition = ReviewEdition.objects.in_force(KIND, timezone.localdate(at))
    due_on = max(
        date.fromisoformat(f"{year}-{edition.terms['schedule']['report_due_on']}"), timezone.localdate(at)
    )
    opened = Round.objects.create(
        year=year,
        number=numbering.take_number(
            "evaluation.round", pattern=edition.terms["numbers"]["round"], year=year
        ),
        edition=edition,
        report_due_on=due_on,
        opened_at=at,
        opened_by=by,
    )
    ROUND.begin(opened, by=by, at=at, report_due_on=str(due_on))
    collect_due(evaluation_round=opened, at=at)
    tell_round_opened(opened)
    return opened


@transaction.atomic
def collect_due(*, evaluation_round: Round, at: datetime | None = None) -> list[Evaluation]:
    """Open the evaluation of everybody whose cycle was over before the year and who is in no round."""
    at = at or clock.now()
    lock(evaluation_round)
    if evaluation_round.state != RoundState.OPEN:
        return []
    return [_begin(evaluation_round, cycle, at=at) for cycle in due_cycles(evaluation_round.year)]


def _begin(evaluation_round: Round, cycle: Cycle, *, at: datetime, **more: Any) -> Evaluation:
    institute, by = cycle.institute, system_user()
    evaluation = Evaluation.objects.create(
        round=evaluation_round,
        cycle=cycle,
        institute=institute,
        host_id=institute.host_id,
        division_id=institute.division_id,
        edition_id=evaluation_round.edition_id,
        chain_kind=institute.chain.kind if institute.chain else "",
        opened_at=at,
        opened_by=by,
        **more,
    )
    EVALUATION.begin(evaluation, by=by, at=at, due_on=evaluation.ends_on, round=evaluation_round.year)
    return evaluation


# --- graded and confirmed together ----------------------------------------------------------------------------------


@transaction.atomic
def grade_round(
    *, evaluation_round: Round, minute_number: str, by: User, at: datetime | None = None
) -> Round:
    """Freeze what everybody comes to and propose the grades, all at once; another person confirms.

    Raises ``Conflict`` naming everybody who is not ready.
    """
    at = at or clock.now()
    lock(evaluation_round)
    for refusal in ROUND.blocks(evaluation_round, "grade", by):
        raise refusal
    if not minute_number.strip():
        raise Incomplete(Reason("请填写会议纪要号。", field="minute_number"))
    Conflict.unless_empty(in_the_way_of_grading(evaluation_round))
    takings = [_graded(row, by=by, at=at) for row in preview_of(evaluation_round)]
    EVALUATION.move_all(takings, "grade", by=by, at=at)
    stamps: Stamps = {"graded_at": at, "graded_by": by, "minute_number": minute_number.strip()}
    stamps |= dict.fromkeys(("confirmed_at", "confirmed_by", "notice"))
    due_on = _first_due(takings)
    data = {"cases": len(takings)}
    event = ROUND.move(evaluation_round, "grade", by=by, at=at, due_on=due_on, data=data, **stamps)
    tell_of_round(evaluation_round, event)
    return evaluation_round


def _first_due(takings: list[Taking]) -> date | None:
    """The day by which the first of these has to be confirmed, and all of them with it."""
    days = [row.due_on for row in deadlines.current_of(one.subject for one in takings).values()]
    return min((day for day in days if day), default=None)


def _graded(row: Graded, *, by: User, at: datetime) -> Taking:
    stamps: Stamps = {
        "sheet": row.sheet.as_json() if row.sheet else {},
        "deductions": row.deductions,
        "total": row.total,
        "grade": row.grade,
        "graded_at": at,
        "graded_by": by,
        "confirmed_at": None,
        "confirmed_by": None,
    }
    data = {"grade": row.grade, "total": str(row.total) if row.total is not None else ""}
    return Taking(row.evaluation, data=data, stamps=stamps)


@transaction.atomic
def return_round(*, evaluation_round: Round, reason: str, by: User, at: datetime | None = None) -> Round:
    """Have the grades of the round looked at again; nothing was published yet."""
    at = at or clock.now()
    lock(evaluation_round)
    proposed = _in_state(evaluation_round, EvaluationState.CONFIRMATION)
    event = ROUND.move(evaluation_round, "return", by=by, at=at, reason=reason)
    takings = [Taking(one, reason=reason, stamps=dict(NOT_GRADED)) for one in proposed]
    EVALUATION.move_all(takings, "return_grade", by=by, at=at)
    tell_of_round(evaluation_round, event)
    return evaluation_round


def _in_state(evaluation_round: Round, state: str) -> list[Evaluation]:
    return list(evaluations_of(evaluation_round).filter(state=state).order_by("pk"))


@transaction.atomic
def publish_round(*, evaluation_round: Round, by: User, at: datetime | None = None) -> Round:
    """Confirm every grade as proposed and post one public notice of them all. Another than who graded."""
    at = at or clock.now()
    lock(evaluation_round)
    for refusal in ROUND.blocks(evaluation_round, "publish", by):
        raise refusal
    rows = _in_state(evaluation_round, EvaluationState.CONFIRMATION)
    terms = evaluation_round.edition.terms
    notice = post_public_notice(
        kind=PublicNoticeKind.EVALUATION,
        title=TITLE.format(year=evaluation_round.year),
        basis=BASIS.format(minute=evaluation_round.minute_number, year=evaluation_round.year),
        body=words_of_result(terms, rows),
        items=[
            Entry(subject=one, name=_line_of(one), host_name=one.host.name, county=one.division.name)
            for one in rows
        ],
        working_days=int(terms["time_limits"]["publicity"]),
        by=by,
        at=at,
    )
    takings = [Taking(one, stamps={"confirmed_at": at, "confirmed_by": by}) for one in rows]
    events = EVALUATION.move_all(takings, "confirm", by=by, at=at, due_on=notice.last_day)
    stamps: Stamps = {"confirmed_at": at, "confirmed_by": by, "notice": notice}
    data = {"notice": notice.number, "cases": len(rows)}
    event = ROUND.move(evaluation_round, "publish", by=by, at=at, due_on=notice.last_day, data=data, **stamps)
    tell_all(rows, events)
    tell_of_round(evaluation_round, event)
    return evaluation_round


def _line_of(evaluation: Evaluation) -> str:
    """What everybody reads of it: the institute and its grade."""
    deemed = "（视同）" if evaluation.is_deemed else ""
    return f"{evaluation.institute.name}：{evaluation.grade_label}{deemed}"[:120]


# --- released together ----------------------------------------------------------------------------------------------


@transaction.atomic
def release_round(*, evaluation_round: Round, by: User, at: datetime | None = None) -> Round:
    """Release the results of everybody whose notice ended with a clear way; the others wait for their objection.

    Letters are made after the commit. Whoever fails for the first time gets a day until which to mend. Raises
    ``Conflict`` with what stands in the way where nobody can be released.
    """
    at = at or clock.now()
    lock(evaluation_round)
    for refusal in ROUND.blocks(evaluation_round, "release", by):
        raise refusal
    free, waiting = released_now(evaluation_round, timezone.localdate(at))
    if not free:
        raise Conflict(*(waiting or [Reason("没有待公布的结果。")]))
    _lock_recognitions(free)
    for one in free:
        conclude_publicity(subject=one, by=by, at=at)
    for action, rows in _sorted_out(free).items():
        _release(rows, action, by=by, at=at)
    stamps: Stamps = {"released_at": at, "released_by": by}
    ROUND.move(evaluation_round, "release", by=by, at=at, data={"cases": len(free)}, **stamps)
    if is_everybody_released(evaluation_round):
        finish_round(evaluation_round, by=by, at=at)
    return evaluation_round


def finish_round(evaluation_round: Round, *, by: User, at: datetime) -> None:
    """Nothing of it is before the public any more: who is graded anew, or mended, can be graded again."""
    tell_of_round(evaluation_round, ROUND.move(evaluation_round, "finish", by=by, at=at))


@transaction.atomic
def close_empty_round(*, evaluation_round: Round, reason: str, by: User, at: datetime | None = None) -> Round:
    """Close a round in which everybody was put off, absent or ended: it has no result. The register says who was how.

    Raises ``Conflict`` naming everybody who still goes through it, or was graded.
    """
    at = at or clock.now()
    lock(evaluation_round)
    for refusal in ROUND.blocks(evaluation_round, "close", by):
        raise refusal
    Conflict.unless_empty(in_the_way_of_closing(evaluation_round))
    data = {"stood": {row["state"]: row["count"] for row in progress_of(evaluation_round)}}
    stamps: Stamps = {"closed_at": at, "closed_by": by, "closing_reason": reason.strip()}
    event = ROUND.move(evaluation_round, "close", by=by, at=at, reason=reason.strip(), data=data, **stamps)
    tell_of_round(evaluation_round, event)
    return evaluation_round


def _lock_recognitions(rows: Sequence[Evaluation]) -> None:
    """An institute whose recognition ended meanwhile has no result any more; the sweep ends its case."""
    keys = [one.institute_id for one in rows]
    recognitions = Recognition.objects.select_for_update(of=("self",), no_key=True)
    over = [each for each in recognitions.filter(institute__in=keys).order_by("pk") if each.is_over]
    Conflict.unless_empty(f"“{each.institute}”的{each.barrier}，不能公布评价结果。" for each in over)


def _sorted_out(rows: Sequence[Evaluation]) -> dict[str, list[Evaluation]]:
    found: dict[str, list[Evaluation]] = {}
    for one in rows:
        action = "release"
        if one.grade == EvaluationGrade.FAIL:
            action = "rectify" if one.attempt == 1 else "fail"
        found.setdefault(action, []).append(one)
    return found


def _release(rows: Sequence[Evaluation], action: str, *, by: User, at: datetime) -> None:
    """Let these take the move with their letters, and bring about what follows for each."""
    year = timezone.localdate(at).year
    until = policy.add_months(timezone.localdate(at), int(rows[0].edition.terms["grading"]["rectify_months"]))
    takings = [
        Taking(
            one,
            reason="",
            data={"paper": _letter(one, year), "minute": one.round.minute_number}
            | ({"rectify_by": until.isoformat()} if action == "rectify" else {}),
            stamps={"released_at": at, "released_by": by},
        )
        for one in rows
    ]
    events = EVALUATION.move_all(takings, action, by=by, at=at)
    for one, event in zip(rows, events, strict=True):
        if action == "rectify":
            again = {"attempt": one.attempt + 1, "former": one, "rectify_by": until, "texts": one.texts}
            _begin(one.round, one.cycle, at=at, **again)
        else:
            conclude_cycle(one.cycle, by=by, at=at)
        issue_after_commit(event)
    tell_all(rows, events)


def _letter(evaluation: Evaluation, year: int) -> dict[str, str]:
    pattern = evaluation.edition.terms["numbers"][RESULT]
    return {
        "kind": RESULT,
        "number": numbering.take_number(f"evaluation.{RESULT}", pattern=pattern, year=year),
    }
