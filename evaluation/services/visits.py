"""Site visits: planned with experts of the panel and the county's witness, answered, put off, refused, ended."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from evaluation.enums import Answer, Part, VisitState
from evaluation.lifecycle import VISIT
from evaluation.models import Assignment, Panel, ReviewEdition, VisitMember, VisitPlan
from evaluation.notifications import visits as notifications
from evaluation.selectors import engagement_for
from evaluation.selectors.visits import (
    experts_of,
    faults_of_time,
    least_experts,
    photos_of,
    stands_without,
    visits_without_case,
    witnesses_for,
)
from institutes.enums import ApplicationState
from institutes.models import Application
from institutes.services import refuse_visit as refuse_application
from records import attachments, audit, calendar, clock
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock

COUNTY_OFFICE = "县级科技管理部门"


@transaction.atomic
def plan_visit(
    *,
    application: Application,
    starts_at: datetime,
    place: str,
    experts: Iterable[Assignment],
    witness: User,
    by: User,
    preparation: str = "",
    others: Sequence[Mapping[str, str]] = (),
    at: datetime | None = None,
) -> VisitPlan:
    """Arrange the visit to an applicant above the pass line: experts are asked, unit, witness and bureau are told."""
    at, experts = at or clock.now(), list(experts)
    lock(application)
    _refuse_unless_due(application, at)
    plan = VisitPlan(
        application=application,
        agency=application.agency,
        edition=ReviewEdition.objects.in_force("recognition", timezone.localdate(at)),
        starts_at=starts_at,
        place=place.strip(),
        preparation=preparation.strip(),
        planned_at=at,
        planned_by=by,
    )
    _refuse_unless_sound(plan, experts, witness, by, at)
    plan.save()
    _name_people(plan, experts, witness, others, by)
    event = VISIT.begin(plan, by=by, at=at, due_on=timezone.localdate(starts_at), place=plan.place)
    notifications.visit_planned(plan, occasion=str(event.pk))
    return plan


def _refuse_unless_due(application: Application, at: datetime) -> None:
    if application.state != ApplicationState.SITE_VISIT:
        raise IllegalMove(f"“{application}”现在不在现场考察环节。")
    if engagement_for(timezone.localdate(at), agency=application.agency_id, call=application.call_id) is None:
        raise Conflict("没有已生效的评审委托，不能安排考察；请联系市科技局。")
    if VisitPlan.objects.filter(application=application).exists():
        raise Conflict("该申报已安排考察；需要改时间或人员的，请在考察页面改期。")


def _refuse_unless_sound(
    plan: VisitPlan, experts: list[Assignment], witness: User, by: User, at: datetime
) -> None:
    """Raise with everything that speaks against it."""
    least, found = least_experts(plan.application), list[Reason]()
    if len(experts) < least:
        words = f"请至少邀请 {least} 名本评审组的专家，现选 {len(experts)} 名。"
        found.append(Reason(words, field="experts"))
    if any(seat.panel.application_id != plan.application_id for seat in experts):
        found.append(Reason("所选专家须为评审本申报的专家。", field="experts"))
    if not witnesses_for(plan.application).filter(pk=witness.pk).exists():
        office = f"{plan.application.division}科技管理部门"
        found.append(Reason(f"县级见证人须为{office}的工作人员。", field="witness"))
    people = [*(seat.expert.user for seat in experts), witness, by]
    Incomplete.unless_empty(found + faults_of_time(plan, people, timezone.localdate(at)))


def _name_people(
    plan: VisitPlan, experts: list[Assignment], witness: User, others: Iterable[Mapping[str, str]], by: User
) -> None:
    """Whoever stays keeps the answer that was given."""
    known = {one.user_id for one in plan.members.filter(left_at__isnull=True)}
    rows = [
        VisitMember(
            plan=plan,
            part=Part.EXPERT,
            name=seat.expert.user.name,
            employer=seat.expert.employer,
            user=seat.expert.user,
            seat=seat,
        )
        for seat in experts
    ]
    rows.append(
        VisitMember(
            plan=plan,
            part=Part.COUNTY,
            name=witness.name,
            employer=f"{plan.application.division}{COUNTY_OFFICE[2:]}",
            user=witness,
        )
    )
    rows.append(
        VisitMember(plan=plan, part=Part.AGENCY, name=by.name, employer=str(plan.agency)[:100], user=by)
    )
    rows = [row for row in rows if row.user_id not in known]
    rows += [
        VisitMember(plan=plan, part=one["part"], name=one["name"], employer=one.get("employer", ""))
        for one in others
    ]
    VisitMember.objects.bulk_create(rows)


@transaction.atomic
def reschedule_visit(
    *,
    visit: VisitPlan,
    starts_at: datetime,
    place: str,
    experts: Iterable[Assignment],
    witness: User,
    reason: str,
    by: User,
    preparation: str = "",
    at: datetime | None = None,
) -> VisitPlan:
    """Put the visit off, or ask others along; everybody hears of it, and experts answer anew where the time changed."""
    at, experts = at or clock.now(), list(experts)
    former = VisitPlan.objects.get(pk=visit.pk).starts_at
    moved = former != starts_at
    stamps: Stamps = {"starts_at": starts_at, "place": place.strip(), "preparation": preparation.strip()}
    event = VISIT.move(
        visit,
        "reschedule",
        by=by,
        at=at,
        reason=reason,
        due_on=timezone.localdate(starts_at),
        data={"former": former.isoformat(), "starts_at": starts_at.isoformat()},
        **stamps,
    )
    _refuse_unless_sound(visit, experts, witness, by, at)
    stay = {witness.pk, *(seat.expert.user_id for seat in experts)}
    leaving = visit.members.filter(part__in=(Part.EXPERT, Part.COUNTY), left_at__isnull=True)
    gone = list(leaving.exclude(user__in=stay).select_related("user"))
    VisitMember.objects.filter(pk__in=[one.pk for one in gone]).update(left_at=at, left_by=by)
    if moved:
        _ask_anew(visit)
    _name_people(visit, experts, witness, (), by)
    notifications.visit_planned(visit, occasion=str(event.pk), reason=reason)
    notifications.visit_left(visit, [one.user for one in gone], occasion=str(event.pk))
    return visit


def _ask_anew(plan: VisitPlan) -> None:
    people = plan.members.filter(part=Part.EXPERT, left_at__isnull=True)
    people.update(answer="", answered_at=None, answered_by=None)


@transaction.atomic
def accept_visit(*, visit: VisitPlan, by: User, at: datetime | None = None) -> VisitPlan:
    """An expert says that they come along."""
    return _answer(visit, "accept", Answer.ACCEPTED, by=by, at=at or clock.now())


@transaction.atomic
def excuse_visit(*, visit: VisitPlan, reason: str, by: User, at: datetime | None = None) -> VisitPlan:
    """An expert says that they cannot come; the agency is told and asks another."""
    _answer(visit, "excuse", Answer.EXCUSED, by=by, at=at or clock.now(), reason=reason)
    notifications.visit_excused(visit, by)
    return visit


def _answer(
    visit: VisitPlan, action: str, answer: Answer, *, by: User, at: datetime, reason: str = ""
) -> VisitPlan:
    lock(visit)
    due_on = timezone.localdate(visit.starts_at)
    VISIT.move(visit, action, by=by, at=at, reason=reason, due_on=due_on)
    mine = [one for one in experts_of(visit) if one.user_id == by.pk]
    if not mine:
        raise Conflict("您不在本次考察的受邀专家之列。")
    for member in mine:
        member.answer, member.answered_at, member.answered_by = answer, at, by
        member.save(update_fields=["answer", "answered_at", "answered_by"])
    return visit


@transaction.atomic
def register_refusal(*, visit: VisitPlan, reason: str, by: User, at: datetime | None = None) -> VisitPlan:
    """Note that the host does not take the visit; the bureau decides what becomes of it."""
    at = at or clock.now()
    stamps: Stamps = {"refusal": reason.strip(), "refused_at": at, "refused_by": by}
    VISIT.move(visit, "refuse", by=by, at=at, reason=reason, **stamps)
    notifications.visit_refused(visit)
    return visit


@transaction.atomic
def resume_visit(*, visit: VisitPlan, reason: str, by: User, at: datetime | None = None) -> VisitPlan:
    """Call on the host to take the visit; the agency sets another day."""
    at = at or clock.now()
    event = VISIT.move(visit, "resume", by=by, at=at, reason=reason, due_on=timezone.localdate(at))
    notifications.visit_resumed(visit, reason, occasion=str(event.pk))
    return visit


def repeat_visit(panel: Panel, *, without: Assignment, reason: str, by: User, at: datetime) -> None:
    """Where the visit was recorded: let it stand if enough others signed, else have it made once more.

    The one of seat ``without`` no longer counts among those who were there. The former sheet says for good what was
    found and stays on file; whoever goes again looks at everything anew and signs again.
    """
    visit = VisitPlan.objects.filter(application=panel.application_id, state=VisitState.RECORDED).first()
    if visit is None:
        return
    lock(visit)
    stands = stands_without(visit, without)
    mine = visit.members.filter(seat=without, left_at__isnull=True)
    was_there = mine.update(left_at=at, left_by=by) > 0
    note_in_register(visit, "expert_left", by=by, at=at, was_there=was_there, stands=stands)
    if stands:
        return
    blank: Stamps = {
        f"{what}_{end}": None for what in ("handed", "witnessed", "recorded") for end in ("at", "by")
    }
    limit = calendar.add_working_days(timezone.localdate(at), panel.time_limit("scoring") or 0)
    blank |= {"findings": "", "consistent": None}
    event = VISIT.move(visit, "repeat", by=system_user(), at=at, reason=reason, due_on=limit, **blank)
    visit.members.filter(left_at__isnull=True).update(signature=None)
    visit.checks.update(result="", note="")
    for photo in photos_of(visit):
        attachments.remove_file(attachment=photo.file, subject=visit, by=by)
    notifications.visit_repeated(visit, occasion=str(event.pk))


@transaction.atomic
def give_up_visit(*, visit: VisitPlan, reason: str, by: User, at: datetime | None = None) -> VisitPlan:
    """Find that the host refuses the visit: its application ends as given up."""
    at = at or clock.now()
    VISIT.move(visit, "give_up", by=by, at=at, reason=reason, ended_at=at, ended_by=by)
    refuse_application(application=visit.application, reason=reason, by=by, at=at)
    notifications.visit_over(visit, reason)
    return visit


def cancel_visits_without_case() -> int:
    """Cancel visits whose application was withdrawn or entered by other means; returns how many."""
    return sum(_cancel(visit) for visit in visits_without_case())


@transaction.atomic
def _cancel(visit: VisitPlan) -> bool:
    at, by, reason = clock.now(), system_user(), f"“{visit.application}”已不在现场考察环节。"
    lock(visit)
    if not VISIT.allows(visit, "cancel"):
        return False
    VISIT.move(visit, "cancel", by=by, at=at, reason=reason, ended_at=at, ended_by=by)
    notifications.visit_over(visit, reason)
    return True


def note_in_register(visit: VisitPlan, what: str, *, by: User, at: datetime, **data: Any) -> None:
    """A line of the register that moves nothing."""
    audit.record(f"evaluation.visitplan.{what}", visit, by=by, at=at, **data)
