"""What a unit asks to have changed: drafted and handed in by it, seen by its county, decided by two of the bureau."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.selectors import registered_under
from institutes import notifications, selectors
from institutes.enums import ChangeFile as F
from institutes.enums import ChangeFinding, ChangeKind, ChangeState
from institutes.lifecycle import CHANGE
from institutes.models import Change, Institute, Recognition, RecognitionEdition
from institutes.services.change_faults import contradictions
from institutes.services.effects import apply_change
from institutes.services.opinions import GROUNDS, faults_of_opinion, opined
from institutes.services.reissue import faults_of_reissue, reissue_certificate
from institutes.services.standing_papers import issue_after_commit, promise
from records import attachments, audit, clock
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock
from records.models import Attachment

K = ChangeKind
VALUE_LABELS: dict[str, str] = {
    K.NAME: "变更后的研究院名称",
    K.HOST_NAME: "更名后的单位名称",
    K.DIRECTOR: "新任院长姓名",
    K.ADD_CO_BUILDER: "共建单位名称",
    K.DROP_CO_BUILDER: "退出的共建单位",
    K.EXTENSION: "建设期延长至",
}
"""What each kind asks for in words; another host is named by its code, a withdrawal asks for nothing."""
EVIDENCE: dict[str, tuple[F, ...]] = {
    K.NAME: (F.RESOLUTION,),
    K.HOST_NAME: (F.REGISTRATION, F.LICENCE),
    K.HOST: (F.RESOLUTION, F.TRANSFER, F.LICENCE),
    K.DIRECTOR: (F.RESOLUTION, F.APPOINTMENT),
    K.ADD_CO_BUILDER: (F.RESOLUTION, F.AGREEMENT),
    K.DROP_CO_BUILDER: (F.RESOLUTION, F.LEAVING),
    K.EXTENSION: (F.BUILD_REPORT,),
    K.WITHDRAWAL: (F.STATEMENT,),
}
"""Which files prove it; without them it cannot be handed in. No clause of the policy names them, and each has a box of
its own in the form: what a unit brings is decided where the boxes are, not by an edition."""
CERTIFIED = frozenset({K.NAME, K.HOST_NAME, K.HOST, K.ADD_CO_BUILDER, K.DROP_CO_BUILDER, K.EXTENSION})
"""What stands on the certificate, so that it is replaced."""
Files = Mapping[str, UploadedFile | None]


@transaction.atomic
def draft_change(
    *,
    institute: Institute,
    kind: str,
    grounds: str,
    by: User,
    value: str = "",
    uscc: str = "",
    files: Files | None = None,
    at: datetime | None = None,
) -> Change:
    """Draft what is asked for about an institute. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    lock(institute)
    change = Change(
        institute=institute,
        edition=RecognitionEdition.objects.in_force("recognition", timezone.localdate(at)),
        host_id=institute.host_id,
        division_id=institute.division_id,
        kind=kind,
        drafted_at=at,
        drafted_by=by,
    )
    _write(change, value=value, uscc=uscc, grounds=grounds)
    change.save()
    CHANGE.begin(change, by=by, at=at, kind=kind, value=change.value)
    _attach(change, files or {}, by=by)
    return change


@transaction.atomic
def revise_change(
    *,
    change: Change,
    grounds: str,
    by: User,
    value: str = "",
    uscc: str = "",
    files: Files | None = None,
    at: datetime | None = None,
) -> Change:
    """Change a draft; whoever does it becomes its drafter."""
    lock(change)
    if change.state != ChangeState.DRAFT:
        raise IllegalMove(f"“{change}”现为“{CHANGE.label(change.state)}”，内容不能再改。")
    _write(change, value=value, uscc=uscc, grounds=grounds)
    change.drafted_at, change.drafted_by = at or clock.now(), by
    change.save(update_fields=["value", "former", "uscc", "new_host", "grounds", "drafted_at", "drafted_by"])
    audit.record("institutes.change.revise", change, by=by, at=change.drafted_at, value=change.value)
    _attach(change, files or {}, by=by)
    return change


def _write(change: Change, *, value: str, uscc: str, grounds: str) -> None:
    """Fill in what the kind asks for, and refuse what is missing or contradicts what is recorded."""
    kind = K(change.kind)
    change.grounds, change.uscc = grounds.strip(), ""
    change.value, change.new_host = value.strip() if kind in VALUE_LABELS else "", None
    missing = [] if change.grounds else [Reason("请写明理由。", field="grounds")]
    if kind in VALUE_LABELS and not change.value:
        missing.append(Reason(f"请填写{VALUE_LABELS[kind]}。", field="value"))
    if kind in (K.HOST, K.ADD_CO_BUILDER):
        change.uscc = uscc.strip().upper()
    if kind == K.HOST:
        missing += _name_host(change)
    Incomplete.unless_empty(missing)
    change.former = former_of(change)
    Conflict.unless_empty(contradictions(change))


def _name_host(change: Change) -> list[Reason]:
    """Find the enterprise that is to take over, by its code."""
    if not change.uscc:
        return [Reason("请填写新依托单位的统一社会信用代码。", field="uscc")]
    found: Organisation | None = registered_under(change.uscc)
    if found is None:
        words = "该单位尚未在本平台注册。请其先注册并由所在县（市、区）确认，再办理变更。"
        return [Reason(words, field="uscc")]
    change.new_host, change.value = found, found.name
    return []


def former_of(change: Change) -> str:
    """What stands there now, in words, to be seen beside what is asked for."""
    institute = change.institute
    said: dict[str, str] = {
        K.NAME: institute.name,
        K.HOST_NAME: institute.host.name,
        K.HOST: institute.host.name,
        K.DIRECTOR: institute.director,
        K.ADD_CO_BUILDER: "、".join(institute.co_builders),
        K.DROP_CO_BUILDER: "、".join(institute.co_builders),
        K.EXTENSION: institute.build_to.isoformat() if institute.build_to else "",
        K.WITHDRAWAL: str(institute.recognition.standing.label),
    }
    return said[change.kind][:500]


def _attach(change: Change, files: Files, *, by: User) -> None:
    given = {kind: upload for kind, upload in files.items() if upload is not None}
    limits = change.edition.upload_limits
    BadFile.unless_empty(
        [
            Reason(fault.text, field=f"file_{kind}", clause=fault.clause)
            for kind, upload in given.items()
            for fault in attachments.faults_of(upload, limits=limits)
        ]
    )
    held = {row.kind: row for row in Attachment.objects.about(change).current()}
    for kind, upload in given.items():
        attachments.attach_file(
            subject=change, kind=kind, upload=upload, replaces=held.get(kind), limits=limits, by=by
        )


def missing_evidence(change: Change) -> list[F]:
    """The files that are still to be brought."""
    held = set(Attachment.objects.about(change).current().values_list("kind", flat=True))
    return [kind for kind in EVIDENCE[K(change.kind)] if kind not in held]


def _check_complete(change: Change) -> None:
    url = f"{change.get_absolute_url()}edit/"
    Incomplete.unless_empty(
        [
            Reason(f"请上传{kind.label}。", field=f"file_{kind.value}", url=url, link="补充材料")
            for kind in missing_evidence(change)
        ]
    )
    Conflict.unless_empty(contradictions(change))


# --- the unit and its county ----------------------------------------------------------------------------------------


def _take(change: Change, action: str, *, by: User, at: datetime, reason: str = "", **stamps: Any) -> Change:
    """One move: the table, the register, whoever has to know."""
    event = CHANGE.move(change, action, by=by, at=at, reason=reason.strip(), **stamps)
    notifications.tell_of_change(change, event)
    return change


@transaction.atomic
def hand_up_change(*, change: Change, by: User, at: datetime | None = None) -> Change:
    """Give the draft to the unit's administrator, with everything that proves it."""
    _take(change, "hand_up", by=by, at=at or clock.now())
    _check_complete(change)
    return change


@transaction.atomic
def send_back_change(*, change: Change, reason: str, by: User, at: datetime | None = None) -> Change:
    """Let the draft be mended inside the unit."""
    return _take(change, "send_back", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def hand_in_change(*, change: Change, by: User, at: datetime | None = None) -> Change:
    """Hand it in to the county, in the unit's name."""
    at = at or clock.now()
    _take(change, "hand_in", by=by, at=at, handed_in_at=at, handed_in_by=by)
    _check_complete(change)
    return change


@transaction.atomic
def county_return_change(*, change: Change, reason: str, by: User, at: datetime | None = None) -> Change:
    """The county has the unit mend it; the unit hands it in anew."""
    return _take(change, "county_return", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def give_county_opinion(
    *, change: Change, position: str, opinion: str, by: User, at: datetime | None = None
) -> Change:
    """The county says how it sees the matter; the bureau decides."""
    Incomplete.unless_empty(faults_of_opinion(position, opinion, GROUNDS))
    at = at or clock.now()
    return _take(change, "give_opinion", by=by, at=at, **opined(position, opinion, by=by, at=at))


# --- the bureau -----------------------------------------------------------------------------------------------------


@transaction.atomic
def return_change(*, change: Change, reason: str, by: User, at: datetime | None = None) -> Change:
    """The bureau has the unit mend it; it goes through the county once more."""
    return _take(change, "return", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def check_change(
    *, change: Change, finding: str, opinion: str, by: User, at: datetime | None = None
) -> Change:
    """The first of two people of the bureau finds for or against it."""
    at = at or clock.now()
    found = []
    if finding not in ChangeFinding.values:
        found.append(Reason("请选择核查意见。", field="finding"))
    if not opinion.strip():
        found.append(Reason("请写明核对了哪些材料。", field="opinion"))
    Incomplete.unless_empty(found)
    stamps: Stamps = {"finding": finding, "opinion": opinion.strip()}
    _take(change, "check", by=by, at=at, checked_at=at, checked_by=by, **stamps)
    if finding == ChangeFinding.APPROVE:
        Conflict.unless_empty(contradictions(change))
    return change


@transaction.atomic
def return_change_check(*, change: Change, reason: str, by: User, at: datetime | None = None) -> Change:
    """Have it checked anew; the period goes on."""
    at, due_on = at or clock.now(), selectors.due_on_of_case(change)
    event = CHANGE.move(change, "return_check", by=by, at=at, reason=reason.strip(), due_on=due_on)
    notifications.tell_of_change(change, event)
    return change


@transaction.atomic
def approve_change(*, change: Change, by: User, at: datetime | None = None) -> Change:
    """Approve what is asked for, and do it: the institute changes, the certificate is replaced where it says so.

    Another person than who checked it. Raises ``Conflict`` where something recorded in the meantime forbids it.
    """
    at = at or clock.now()
    recognition = _locked(change)
    _must_find(change, ChangeFinding.APPROVE)
    certified = change.kind in CERTIFIED
    faults = contradictions(change) + (faults_of_reissue(recognition) if certified else [])
    paper = promise(change, "change_decision", on=timezone.localdate(at))
    data = {"paper": paper, "former": change.former, "value": change.value}
    event = CHANGE.move(change, "approve", by=by, at=at, data=data, decided_at=at, decided_by=by)
    Conflict.unless_empty(faults)
    change.institute = recognition.institute  # the move read the row anew
    apply_change(change, by=by, at=at)
    notifications.tell_of_change(change, event)
    if change.kind == K.HOST:
        notifications.tell_new_host(change, event)
    issue_after_commit(event)
    if certified:
        reissue_certificate(recognition, change, by=by, at=at)
    return change


def _locked(change: Change) -> Recognition:
    """The recognition and its institute, locked before the change; what is decided is what is stored."""
    institute = Institute.objects.select_for_update(of=("self",), no_key=True).get(pk=change.institute_id)
    recognition = Recognition.objects.select_for_update(of=("self",), no_key=True).get(institute=institute)
    lock(change)
    recognition.institute = change.institute = institute
    institute.recognition = recognition
    return recognition


def _must_find(change: Change, finding: str) -> None:
    """The decision follows the check. In another state the table of moves has the better answer."""
    if change.state == ChangeState.DECISION and change.finding != finding:
        raise Conflict(f"核查意见为“{change.get_finding_display()}”，与本决定不一致；请退回经办复核。")


@transaction.atomic
def refuse_change(*, change: Change, reason: str, by: User, at: datetime | None = None) -> Change:
    """Leave everything as it is; the unit reads why, with a letter."""
    at = at or clock.now()
    lock(change)
    _must_find(change, ChangeFinding.REFUSE)
    paper = promise(change, "change_decision", on=timezone.localdate(at))
    data = {"paper": paper, "former": change.former, "value": change.value}
    event = CHANGE.move(
        change, "refuse", by=by, at=at, reason=reason.strip(), data=data, decided_at=at, decided_by=by
    )
    notifications.tell_of_change(change, event)
    issue_after_commit(event)
    return change


@transaction.atomic
def withdraw_change(*, change: Change, reason: str, by: User, at: datetime | None = None) -> Change:
    """The unit takes back what it asked for; it stays on record with its reason."""
    return _take(change, "withdraw", by=by, at=at or clock.now(), reason=reason)
