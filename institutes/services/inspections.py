"""Inspection (考察论证) of a filing: arranged, concluded by one person and confirmed by another (四(五))."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import policy
from institutes.enums.provincial import FilingFile as F
from institutes.enums.provincial import InspectionConclusion
from institutes.lifecycle import FILING
from institutes.models import Inspection, InspectionParticipant, ProvincialFiling
from institutes.selectors import provincial as reads
from institutes.services.provincial import CLAUSE, against_filing, bring, take
from institutes.services.standing_papers import issue_after_commit, promise
from records import calendar, clock
from records.deadlines import day_in_words
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import lock

People = Sequence[Mapping[str, str]]


def ready(filing: ProvincialFiling, action: str, by: User, *, standing: bool = True) -> None:
    """Lock institute and filing, and refuse what the table or the institute's standing forbids."""
    lock(filing.institute)
    lock(filing)
    for refusal in FILING.blocks(filing, action, by):
        raise refusal
    if standing:
        Conflict.unless_empty(against_filing(filing))


# --- arranging --------------------------------------------------------------------------------------------------------


@transaction.atomic
def schedule_inspection(
    *,
    filing: ProvincialFiling,
    inspects_on: date,
    starts: time,
    place: str,
    participants: People,
    by: User,
    at: datetime | None = None,
) -> ProvincialFiling:
    """Arrange the inspection: day, place, who is asked in which part. Its notice goes out as a paper.

    Raises ``Incomplete`` where a part that the policy asks for has nobody, ``Conflict`` where the day is too soon or
    the institute's recognition does not stand.
    """
    at = at or clock.now()
    ready(filing, "schedule", by)
    _check_plan(filing, inspects_on, place, participants, timezone.localdate(at))
    inspection = Inspection.objects.create(
        filing=filing,
        round=filing.inspections.count() + 1,
        inspects_on=inspects_on,
        starts=starts,
        place=place.strip(),
        scheduled_at=at,
        scheduled_by=by,
    )
    _invite(inspection, participants)
    _give_notice(inspection, "schedule", by=by, at=at)
    return filing


@transaction.atomic
def reschedule_inspection(
    *,
    filing: ProvincialFiling,
    inspects_on: date,
    starts: time,
    place: str,
    participants: People,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> ProvincialFiling:
    """Put the inspection on another day, or ask other people; a new notice takes the place of the one before."""
    at = at or clock.now()
    ready(filing, "reschedule", by)
    _check_plan(filing, inspects_on, place, participants, timezone.localdate(at))
    inspection = inspection_at_hand(filing)
    inspection.inspects_on, inspection.starts, inspection.place = inspects_on, starts, place.strip()
    inspection.scheduled_at, inspection.scheduled_by = at, by
    inspection.save(update_fields=["inspects_on", "starts", "place", "scheduled_at", "scheduled_by"])
    inspection.participants.all().delete()
    _invite(inspection, participants)
    _give_notice(inspection, "reschedule", by=by, at=at, reason=reason)
    return filing


def inspection_at_hand(filing: ProvincialFiling) -> Inspection:
    """The inspection that is arranged: a filing in this state has one."""
    found = reads.current_inspection(filing)
    if found is None:
        raise Inspection.DoesNotExist(f"Filing {filing.pk} is scheduled without an inspection.")
    return found


def _check_plan(filing: ProvincialFiling, day: date, place: str, people: People, today: date) -> None:
    found = [] if place.strip() else [Reason("请填写地点。", field="place")]
    found += _faults_of_people(filing, people)
    Incomplete.unless_empty(found)
    days = int(filing.edition.terms["guards"]["notice_days"])
    first = calendar.add_working_days(today, days)
    if day < first:
        words = f"考察论证须提前 {days} 个工作日通知，最早为{day_in_words(first)}。"
        raise Conflict(Reason(words, field="inspects_on"))


def _faults_of_people(filing: ProvincialFiling, people: People) -> Iterator[Reason]:
    required = filing.edition.terms["inspection"]
    for role in policy.roles_lacking(required, [row["role"] for row in people]):
        words = f"须邀请{role['label']}至少 {role['at_least']} 方。"
        yield Reason(words, field="participants", clause=CLAUSE)
    named = [(row["organisation"].strip(), row["name"].strip()) for row in people]
    if len(set(named)) < len(named):
        yield Reason("同一人只列一次。", field="participants")


def _invite(inspection: Inspection, people: People) -> None:
    labels = dict(reads.parts_of(inspection.filing))
    InspectionParticipant.objects.bulk_create(
        InspectionParticipant(
            inspection=inspection,
            role=row["role"],
            role_label=labels[row["role"]],
            organisation=row["organisation"].strip(),
            name=row["name"].strip(),
            post=row["post"].strip(),
        )
        for row in people
    )


def _give_notice(inspection: Inspection, action: str, *, by: User, at: datetime, reason: str = "") -> None:
    """Take the move with the notice's words as they are now, and have the notice made after the commit."""
    filing, day = inspection.filing, inspection.inspects_on
    paper = promise(filing, "inspection_notice", on=timezone.localdate(at))
    data = {
        "paper": paper,
        "inspects_on": day.isoformat(),
        "starts": f"{inspection.starts:%H:%M}",
        "place": inspection.place,
        "people": _people_in_words(inspection.participants.all()),
    }
    limit = filing.time_limit("inspection_record") or 0
    due_on = calendar.add_working_days(day, limit)
    more = {"day": f"{day_in_words(day)} {inspection.starts:%H:%M}", "place": inspection.place}
    issue_after_commit(take(filing, action, by=by, at=at, reason=reason, data=data, due_on=due_on, more=more))


def _people_in_words(people: Iterable[InspectionParticipant]) -> list[list[str]]:
    return [[row.role_label, row.organisation, row.name, row.post] for row in people]


# --- concluding -------------------------------------------------------------------------------------------------------


@transaction.atomic
def record_inspection(
    *,
    filing: ProvincialFiling,
    held_on: date,
    conclusion: str,
    opinion: str,
    sign_in_sheet: UploadedFile | None,
    by: User,
    attendance: Mapping[int, bool] | None = None,
    records: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> ProvincialFiling:
    """Put down who came and what the inspection came to; another person confirms it.

    ``attendance`` says of each who was asked whether they came. Raises ``Conflict`` where a part that the policy asks
    for was not present: without it the inspection does not count, whatever the others concluded.
    """
    at, came = at or clock.now(), attendance or {}
    ready(filing, "record_inspection", by, standing=False)
    inspection = inspection_at_hand(filing)
    people = list(inspection.participants.all())
    _check_record(filing, held_on, conclusion, opinion, sign_in_sheet, timezone.localdate(at))
    found = list(_faults_of_attendance(filing, people, came))
    if held_on < inspection.inspects_on:
        found.append(Reason("考察论证不能早于通知的日期；提前举行的，请先改期。", field="held_on"))
    Conflict.unless_empty([*found, *_faults_of_rounds(filing, inspection, conclusion)])
    for row in people:
        row.present = bool(came.get(row.pk))
    InspectionParticipant.objects.bulk_update(people, ["present"])
    inspection.held_on, inspection.conclusion, inspection.opinion = held_on, conclusion, opinion.strip()
    inspection.recorded_at, inspection.recorded_by = at, by
    inspection.save(update_fields=["held_on", "conclusion", "opinion", "recorded_at", "recorded_by"])
    boxes = {F.SIGN_IN: "sign_in_sheet", F.RECORD: "records"}
    bring(filing, {F.SIGN_IN: sign_in_sheet, F.RECORD: list(records)}, by=by, fields=boxes)
    take(
        filing,
        "record_inspection",
        by=by,
        at=at,
        data={"conclusion": conclusion, "present": [row.pk for row in people if row.present]},
        conclusion=conclusion,
        concluded_at=at,
        concluded_by=by,
        confirmed_at=None,
        confirmed_by=None,
    )
    return filing


def _check_record(
    filing: ProvincialFiling,
    held_on: date,
    conclusion: str,
    opinion: str,
    sheet: UploadedFile | None,
    today: date,
) -> None:
    found = []
    if held_on > today:
        found.append(Reason("考察论证日期不能晚于今天。", field="held_on"))
    if conclusion not in InspectionConclusion.values:
        found.append(Reason("请选择结论。", field="conclusion"))
    if not opinion.strip():
        found.append(Reason("请写明考察论证意见，写入意见书。", field="opinion"))
    if sheet is None:
        found.append(Reason("请上传参加人员签到表。", field="sign_in_sheet"))
    Incomplete.unless_empty(found)


def _faults_of_attendance(
    filing: ProvincialFiling, people: Sequence[InspectionParticipant], attendance: Mapping[int, bool]
) -> Iterator[Reason]:
    came = [row for row in people if attendance.get(row.pk)]
    for role in policy.roles_lacking(filing.edition.terms["inspection"], [row.role for row in came]):
        missed = next((row for row in people if row.role == role["code"]), None)
        words = f"{role['label']}到场不足 {role['at_least']} 方，考察论证不成立，请改期重新组织。"
        yield Reason(words, field=f"present_{missed.pk}" if missed else "", clause=CLAUSE)


def _faults_of_rounds(filing: ProvincialFiling, inspection: Inspection, conclusion: str) -> Iterator[Reason]:
    most = int(filing.edition.terms["guards"]["inspections_max"])
    if conclusion == InspectionConclusion.IMPROVE and inspection.round >= most:
        words = f"考察论证最多 {most} 次，本次须作出支持或者不予支持的结论。"
        yield Reason(words, field="conclusion")


@transaction.atomic
def return_conclusion(
    *, filing: ProvincialFiling, reason: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """Have it put down anew; the period goes on."""
    due_on = reads.due_on_of_filing(filing)
    take(filing, "return_conclusion", by=by, at=at or clock.now(), reason=reason, due_on=due_on)
    return filing


def _confirm(filing: ProvincialFiling, action: str, conclusion: str, by: User, at: datetime | None) -> None:
    """Confirm the conclusion that was put down, and no other; its opinion goes out as a paper."""
    at = at or clock.now()
    ready(filing, action, by, standing=conclusion == InspectionConclusion.SUPPORT)
    if filing.conclusion != conclusion:
        said = filing.get_conclusion_display()
        raise Conflict(f"登记的结论为“{said}”，与本决定不一致；请退回经办重新登记。")
    inspection = inspection_at_hand(filing)
    data = {
        "paper": promise(filing, "inspection_opinion", on=timezone.localdate(at)),
        "round": inspection.round,
    }
    issue_after_commit(
        take(
            filing,
            action,
            by=by,
            at=at,
            reason=inspection.opinion,
            data=data,
            confirmed_at=at,
            confirmed_by=by,
        )
    )


@transaction.atomic
def confirm_support(*, filing: ProvincialFiling, by: User, at: datetime | None = None) -> ProvincialFiling:
    """The bureau supports the application to the province. Another than who put the conclusion down."""
    _confirm(filing, "confirm_support", InspectionConclusion.SUPPORT, by, at)
    return filing


@transaction.atomic
def confirm_improvement(
    *, filing: ProvincialFiling, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """The unit improves first and is inspected once more."""
    _confirm(filing, "confirm_improvement", InspectionConclusion.IMPROVE, by, at)
    return filing


@transaction.atomic
def confirm_refusal(*, filing: ProvincialFiling, by: User, at: datetime | None = None) -> ProvincialFiling:
    """The bureau does not support it: the filing ends, another may follow some day."""
    _confirm(filing, "confirm_refusal", InspectionConclusion.NOT_SUPPORT, by, at)
    return filing


@transaction.atomic
def report_improvement(
    *,
    filing: ProvincialFiling,
    report: UploadedFile | None,
    by: User,
    at: datetime | None = None,
) -> ProvincialFiling:
    """The unit reports what it improved; the bureau arranges the next inspection."""
    if report is None:
        raise Incomplete(Reason("请上传完善情况报告。", field="report"))
    ready(filing, "report_improvement", by)
    bring(filing, {F.IMPROVEMENT: report}, by=by, fields={F.IMPROVEMENT: "report"})
    take(filing, "report_improvement", by=by, at=at or clock.now())
    return filing
