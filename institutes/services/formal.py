"""The formal review: a clerk goes through the checklist and proposes, an approver confirms."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.services import system_user
from institutes import book, notifications, selectors
from institutes.enums import ApplicationState, CheckResult, FormalFinding
from institutes.lifecycle import APPLICATION
from institutes.models import Application, FormalCheck
from institutes.selectors import supplements_run_out
from institutes.services.cultivation_links import follow
from institutes.services.papers import issue_after_commit, paper
from institutes.services.returning import raise_reasons
from records import audit, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, Reason, Refusal
from records.lifecycle import Stamps, lock

logger = logging.getLogger(__name__)
Checks = Mapping[str, tuple[str, str]]
Places = Mapping[str, Sequence[str]]


@transaction.atomic
def propose_formal(
    *,
    application: Application,
    checks: Checks,
    finding: str,
    opinion: str = "",
    places: Places | None = None,
    by: User,
    at: datetime | None = None,
) -> Application:
    """Put the checklist and a finding before the approver. ``checks``: item → (result, note), every item.

    All defects are named at once: what is unmet here is what a supplement asks for. ``places`` says of an item
    which fields and annexes have to be mended (``section.field``).
    """
    at = at or clock.now()
    if finding not in FormalFinding.values:
        raise Incomplete(Reason("请选择审查意见：通过、补正或不通过。", field="finding"))
    lock(application)
    round_now = application.formal_round + 1
    stamps: Stamps = {
        "formal_round": round_now,
        "formal_finding": finding,
        "formal_opinion": opinion.strip(),
        "formal_proposed_at": at,
        "formal_proposed_by": by,
        "formal_confirmed_at": None,
        "formal_confirmed_by": None,
    }
    data = {"finding": finding, "round": round_now}
    event = APPLICATION.move(application, "propose_formal", by=by, at=at, data=data, **stamps)
    places = places or {}
    Incomplete.unless_empty([*_faults(application, checks), *_faults_of_places(application, places)])
    FormalCheck.objects.bulk_create(
        [
            FormalCheck(
                application=application,
                round=round_now,
                item=item,
                result=result,
                note=note.strip(),
                places=list(places.get(item, ())) if result == CheckResult.UNMET else [],
            )
            for item, (result, note) in checks.items()
        ]
    )
    notifications.tell_of_move(application, event)
    return application


def _faults(application: Application, checks: Checks) -> list[Reason]:
    """Whether the checklist is whole, and the finding follows from it."""
    labels = {item["code"]: item["label"] for item in application.call.edition.terms["checklist"]}
    found = [
        Reason(f"“{label}”尚未审查。", field="checks") for code, label in labels.items() if code not in checks
    ]
    found += [
        Reason(f"检查表中没有“{code}”这一项。", field="checks") for code in checks if code not in labels
    ]
    for code, (result, note) in checks.items():
        if result not in CheckResult.values:
            found.append(Reason(f"“{labels.get(code, code)}”请选择符合、不符合或说明。", field="checks"))
        elif result != CheckResult.MET and not note.strip():
            found.append(Reason(f"“{labels.get(code, code)}”不是“符合”，须写明情况。", field="checks"))
    unmet = [code for code, (result, _) in checks.items() if result == CheckResult.UNMET]
    return found + _faults_of_finding(application, unmet)


def _faults_of_places(application: Application, places: Places) -> list[Reason]:
    """Whether each place is one where its item can be mended."""
    declared = book.of_edition(application.call.form_edition)
    return [
        Reason(f"“{place}”不是“{item}”这一项可以指明的栏目。", field="checks")
        for item, chosen in places.items()
        for place in chosen
        if place not in book.places_of(declared, item)
    ]


def _faults_of_finding(application: Application, unmet: list[str]) -> list[Reason]:
    finding, most = (
        application.formal_finding,
        int(application.call.edition.terms["limits"]["supplements_max"]),
    )
    if finding == FormalFinding.PASS:
        return [Reason(f"有 {len(unmet)} 项不符合，不能提出通过。", field="finding")] if unmet else []
    found = []
    if not unmet:
        found.append(Reason("各项均无不符合，不能提出补正或不通过。", field="finding"))
    if finding == FormalFinding.SUPPLEMENT and application.supplements >= most:
        found.append(
            Reason(f"补正以 {most} 次为限，本件已补正 {application.supplements} 次。", field="finding")
        )
    if finding == FormalFinding.FAIL and not application.formal_opinion:
        found.append(Reason("不通过须写明审查意见，将随结果告知申报单位。", field="opinion"))
    return found


@transaction.atomic
def send_back_formal(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Let the clerk look again; the checklist of this round stays on record."""
    at = at or clock.now()
    held = deadlines.current(application)
    event = APPLICATION.move(
        application, "send_back_formal", by=by, at=at, reason=reason, due_on=held.due_on if held else None
    )
    notifications.tell_of_move(application, event)
    return application


@transaction.atomic
def confirm_pass(
    *, application: Application, agency: Organisation, by: User, at: datetime | None = None
) -> Application:
    """Confirm the pass and hand the case to ``agency`` for the expert review (四(二))."""
    at = at or clock.now()
    _lock_and_check(application, FormalFinding.PASS, by)
    _refuse_unless_engaged(application, agency, at)
    stamps: Stamps = {"formal_confirmed_at": at, "formal_confirmed_by": by, "agency": agency}
    event = APPLICATION.move(application, "confirm_pass", by=by, at=at, data={"agency": agency.pk}, **stamps)
    notifications.tell_of_move(application, event)
    return application


def _refuse_unless_engaged(application: Application, agency: Organisation, at: datetime) -> None:
    """A case is handed only to an agency whose engagement covers the call on that day."""
    if agency.kind != OrganisationKind.AGENCY or not agency.is_confirmed:
        raise Incomplete(Reason("请选择已确认的第三方机构。", field="agency"))
    engaged = selectors.agencies_engaged_for([application.call_id], timezone.localdate(at))
    if not engaged.filter(pk=agency.pk).exists():
        words = f"“{agency}”没有已生效的评审委托，或委托批次不含“{application.call}”，请先办理评审委托。"
        raise Incomplete(Reason(words, field="agency", clause="四(二)"))


@transaction.atomic
def change_agency(
    *, application: Application, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Hand a case that is under review to another agency, because the engagement of the first is over."""
    at = at or clock.now()
    lock(application)
    _refuse_unless_engaged(application, agency, at)
    if application.state not in (ApplicationState.REVIEWING, ApplicationState.SITE_VISIT):
        raise IllegalMove(f"“{application}”不在第三方评审或现场考察环节，不能更换第三方机构。")
    former, application.agency = application.agency_id, agency
    application.save(update_fields=["agency"])
    audit.record(
        "institutes.application.change_agency",
        application,
        by=by,
        at=at,
        reason=reason,
        former=former,
        agency=agency.pk,
    )
    deadlines.hand_over(application, role=Role.AGENCY, organisation=agency)
    return application


@transaction.atomic
def confirm_supplement(*, application: Application, by: User, at: datetime | None = None) -> Application:
    """Ask the unit once for everything that is missing; the notice with the list is issued after the commit."""
    at = at or clock.now()
    _lock_and_check(application, FormalFinding.SUPPLEMENT, by)
    defects = defects_of(application)
    nth = application.supplements + 1
    suffix = f"_{nth}" if nth > 1 else ""
    data = {
        "reasons": len(defects),
        "paper": paper(application, "supplement_notice", year=timezone.localdate(at).year, suffix=suffix),
    }
    stamps: Stamps = {"formal_confirmed_at": at, "formal_confirmed_by": by, "supplements": nth}
    event = APPLICATION.move(application, "confirm_supplement", by=by, at=at, data=data, **stamps)
    raise_reasons(application, defects, by=by, at=at)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


def defects_of(application: Application) -> list[dict[str, str]]:
    """What the last round found unmet, each with the places of the book where it is mended."""
    items = {item["code"]: item for item in application.call.edition.terms["checklist"]}
    unmet = application.formal_checks.filter(round=application.formal_round, result=CheckResult.UNMET)
    return [
        {
            "section": place.partition(".")[0],
            "field": place.partition(".")[2],
            "text": f"{items[check.item]['label']}：{check.note}",
        }
        for check in unmet
        for place in check.places or [items[check.item]["section"]]
    ]


@transaction.atomic
def confirm_fail(*, application: Application, by: User, at: datetime | None = None) -> Application:
    """Confirm that the application does not pass, and close it with the clerk's reasons."""
    at = at or clock.now()
    _lock_and_check(application, FormalFinding.FAIL, by)
    stamps: Stamps = {"formal_confirmed_at": at, "formal_confirmed_by": by}
    return _close(application, "confirm_fail", by=by, at=at, reason=application.formal_opinion, **stamps)


@transaction.atomic
def lapse_supplement(*, application: Application, at: datetime | None = None) -> Application:
    """Close an application whose supplement did not come in time: overdue counts as given up."""
    at = at or clock.now()
    lock(application)
    deadline = deadlines.current(application)
    if deadline is None or deadline.due_on is None or timezone.localdate(at) <= deadline.due_on:
        raise Conflict(f"“{application}”的补正期限尚未届满。")
    day = deadline.due_on
    reason = f"未在{day.year}年{day.month}月{day.day}日前提交补正材料，视为放弃本次申报。"
    return _close(application, "lapse_supplement", by=system_user(), at=at, reason=reason)


def lapse_supplements(*, at: datetime | None = None) -> int:
    """Close every application whose supplement is overdue; returns how many."""
    at = at or clock.now()
    waiting = supplements_run_out(timezone.localdate(at))
    return sum(_lapse_if_still_due(application, at=at) for application in waiting)


def _lapse_if_still_due(application: Application, *, at: datetime) -> bool:
    """Close it, unless the supplement came in since it was read: one such case holds up no other."""
    try:
        lapse_supplement(application=application, at=at)
    except Refusal as refusal:
        logger.warning("Application %s did not lapse: %s (%s)", application.pk, refusal, refusal.code)
        return False
    return True


def _close(
    application: Application, action: str, *, by: User, at: datetime, reason: str, **stamps: Any
) -> Application:
    data = {"paper": paper(application, "result_notice", year=timezone.localdate(at).year)}
    stamps |= {"closed_at": at, "closed_by": by, "closing_reason": reason.strip()}
    event = APPLICATION.move(application, action, by=by, at=at, reason=reason, data=data, **stamps)
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


def _lock_and_check(application: Application, finding: str, by: User) -> None:
    """The confirmation follows the finding. In another state the table of moves has the better answer."""
    lock(application)
    action = {"pass": "confirm_pass", "supplement": "confirm_supplement", "fail": "confirm_fail"}[finding]
    blocked: list[Refusal] = APPLICATION.blocks(application, action, by)
    if not blocked and application.formal_finding != finding:
        proposed = application.get_formal_finding_display()
        raise Conflict(
            f"经办提出的意见是“{proposed}”，不能作“{APPLICATION.moves[action].label}”；如不同意请退回经办复核。"
        )
