"""What an expert does with an assignment, from the invitation to leaving it."""

from django.db import transaction

from accounts.models import User
from accounts.services import system_user
from evaluation import notifications, permissions, selectors
from evaluation.enums import GROUNDS_DECLARED, UNSIGNED_ASSIGNMENTS, PanelState
from evaluation.lifecycle import ASSIGNMENT, PANEL
from evaluation.models import Assignment
from evaluation.services.draws import next_in_order
from evaluation.services.papers import issue_after_commit, paper
from records import clock
from records.errors import IllegalMove, Incomplete, Reason, TooLate
from records.lifecycle import Stamps, lock

_JUST = "二(三)4"
_WITHIN_TIME = (
    "{seat} 号专家仍在时限内，平台没有查到逾期、请假、暂停、资格终止或须回避的情形，不能更换；"
    "专家本人可以谢绝或申报回避。"
)


def lock_seat(assignment: Assignment) -> None:
    """Panel before assignment, always."""
    lock(assignment.panel)
    lock(assignment)


@transaction.atomic
def commit_assignment(
    *, assignment: Assignment, confidential: bool, no_conflict: bool, signature: str, by: User
) -> Assignment:
    """Sign the commitment to confidentiality and recusal by name; only then does the package open.

    The paper with its words, the name and the moment is made after the commit.
    """
    lock_seat(assignment)
    Incomplete.unless_empty(
        [
            *([] if confidential else [Reason("请勾选保密承诺。", field="confidential")]),
            *(
                []
                if no_conflict
                else [Reason("请勾选无利益冲突声明；如有冲突请选择回避。", field="no_conflict")]
            ),
            *_faults_of_signature(signature, by),
        ]
    )
    for refusal in ASSIGNMENT.blocks(assignment, "commit", by):
        raise refusal
    now = clock.now()
    data = {"paper": paper(assignment.panel, "commitment", at=now)}
    event = ASSIGNMENT.move(
        assignment,
        "commit",
        by=by,
        at=now,
        data=data,
        committed_at=now,
        committed_by=by,
        signature=signature.strip(),
    )
    issue_after_commit(event)
    return assignment


def _faults_of_signature(signature: str, by: User) -> list[Reason]:
    """A commitment is signed by the name of whoever gives it."""
    if "".join(signature.split()) == "".join(by.name.split()):
        return []
    return [Reason(f"签名须与您在平台登记的姓名“{by.name}”一致。", field="signature")]


@transaction.atomic
def accept_assignment(*, assignment: Assignment, by: User) -> Assignment:
    """The expert will take part; the commitment is signed next."""
    lock_seat(assignment)
    now = clock.now()
    ASSIGNMENT.move(assignment, "accept", by=by, at=now, accepted_at=now, accepted_by=by)
    return assignment


def answer_invitation(*, assignment: Assignment, answer: str, reason: str = "") -> Assignment:
    """Answer by the link of the mail: whoever holds it speaks for the expert, for this one seat, until its day."""
    if not selectors.is_answerable(assignment):
        raise TooLate("应邀期限已过，席位已由下一位专家递补。感谢您的支持。")
    by = assignment.expert.user
    if answer == "accept":
        return accept_assignment(assignment=assignment, by=by)
    return decline_assignment(assignment=assignment, reason=reason, by=by)


def lapse_assignments() -> int:
    """Let the next in order step in for every invitation that was not answered in time; returns how many."""
    panels: dict[int, list[Assignment]] = {}
    for assignment in selectors.unanswered(clock.today()):
        panels.setdefault(assignment.panel_id, []).append(assignment)
    return sum(_lapse(seats, by=system_user()) for seats in panels.values())


@transaction.atomic
def _lapse(seats: list[Assignment], *, by: User) -> int:
    """Of one panel, so that its agency hears of all of them at once."""
    gone = []
    for assignment in seats:
        lock_seat(assignment)
        if assignment.state in UNSIGNED_ASSIGNMENTS and assignment.panel.state == PanelState.SCORING:
            gone.append((assignment, _go(assignment, "lapse", reason="", by=by)))
    if gone:
        notifications.left(gone, "lapse")
    return len(gone)


@transaction.atomic
def decline_assignment(*, assignment: Assignment, reason: str, by: User) -> Assignment:
    """The expert cannot take part; the next in the order drawn steps in."""
    return _leave(assignment, "decline", reason=reason, by=by)


@transaction.atomic
def recuse_assignment(*, assignment: Assignment, ground: str, reason: str, by: User) -> Assignment:
    """The expert declares a conflict, until the panel has concluded; access ends at once, the seat is refilled.

    ``ground`` is a code of the edition's recusals. A sheet that was handed in counts no more.
    """
    lock_seat(assignment)
    if assignment.panel.state == PanelState.CONCLUDED:
        raise IllegalMove(f"{assignment.panel}已经汇总，请按“汇总后申报利益冲突”办理，由市科技局决定。")
    refuse_unless_ground(assignment, ground)
    return _leave(assignment, "recuse", reason=reason, by=by, conflict=ground)


def refuse_unless_ground(assignment: Assignment, ground: str) -> None:
    """Raise unless the ground is one of the edition's that an expert can declare."""
    known = {each["code"] for each in assignment.panel.edition.terms["recusal"]}
    if ground not in known & set(GROUNDS_DECLARED):
        raise Incomplete(Reason("请选择回避情形。", field="ground"))


@transaction.atomic
def replace_assignment(*, assignment: Assignment, ground: str, reason: str, by: User) -> Assignment:
    """The agency replaces an expert on a ground that the portal itself can see: a missing score is never imputed.

    Nobody within their time is replaced, whatever the reason given: that would be picking by hand. Raises
    ``IllegalMove`` where no ground holds, ``Incomplete`` where another does than the one named.
    """
    lock_seat(assignment)
    for refusal in ASSIGNMENT.blocks(assignment, "replace", by):
        raise refusal
    grounds = selectors.grounds_to_replace(assignment)
    if not grounds:
        raise IllegalMove(Reason(_WITHIN_TIME.format(seat=assignment), clause=_JUST))
    if ground not in grounds:
        raise Incomplete(Reason("该情形与平台记录不符，请选择已查实的更换情形。", field="ground"))
    return _leave(assignment, "replace", reason=reason, by=by, replaced_for=ground)


def _leave(assignment: Assignment, action: str, *, reason: str, by: User, **grounds: str) -> Assignment:
    successor = _go(assignment, action, reason=reason, by=by, **grounds)
    notifications.left([(assignment, successor)], action)
    return assignment


def _go(assignment: Assignment, action: str, *, reason: str, by: User, **grounds: str) -> Assignment | None:
    """The expert's access ends at once; the next in the order steps in, and is returned, or the seat stays empty."""
    lock_seat(assignment)
    now = clock.now()
    stamps: Stamps = {"left_at": now, "left_by": by, **grounds}
    ASSIGNMENT.move(assignment, action, by=by, at=now, reason=reason, data=dict(grounds), **stamps)
    permissions.revoke_assignment(assignment)
    if assignment.panel.state == PanelState.DISCUSSING:
        PANEL.move(assignment.panel, "resume", by=system_user(), at=now)
    return next_in_order(assignment.panel, seat=assignment.seat, by=by, at=now)
