"""The county's part: look up, return to the unit, draft an opinion, order, sign or refuse (two people)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from institutes import notifications, selectors
from institutes.enums import ApplicationState, CountyFile, CountyProposal
from institutes.lifecycle import APPLICATION
from institutes.models import Application, Call, IntegrityCheck
from institutes.services.cultivation_links import follow
from institutes.services.lookups import PROOFS, lookup_columns
from institutes.services.papers import issue_after_commit, paper
from institutes.services.returning import raise_reasons
from records import attachments, audit, calendar, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock, store_all

AT_THE_COUNTY = (ApplicationState.COUNTY_REVIEW, ApplicationState.COUNTY_SIGNING)


@transaction.atomic
def record_integrity(
    *,
    application: Application,
    item: str,
    result: str,
    checked_on: date,
    source: str,
    evidence: UploadedFile | None,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> IntegrityCheck:
    """Enter what a look-up of the host brought. A later one of the same item stands in its place; both stay.

    Raises ``IllegalMove`` where the county has nothing to do any more, ``Incomplete`` with all that is missing.
    """
    at = at or clock.now()
    lock(application)
    if application.state not in AT_THE_COUNTY:
        now = APPLICATION.label(application.state)
        raise IllegalMove(f"“{application}”现为“{now}”，不能再登记信用查询。")
    columns = lookup_columns(
        application,
        items=selectors.integrity_items(application),
        kind=CountyFile.EVIDENCE,
        limits=application.call.edition.upload_limits,
        item=item,
        result=result,
        checked_on=checked_on,
        source=source,
        evidence=evidence,
        note=note,
        by=by,
        at=at,
    )
    check = IntegrityCheck.objects.create(application=application, **columns)
    audit.record(
        "institutes.application.record_integrity",
        application,
        by=by,
        at=at,
        item=item,
        result=result,
        checked_on=checked_on.isoformat(),
        sha256=check.evidence.sha256,
    )
    return check


@transaction.atomic
def county_return(
    *,
    application: Application,
    reasons: Iterable[Mapping[str, str]],
    by: User,
    at: datetime | None = None,
) -> Application:
    """Return the book to the unit; each reason names its section and, where it has one, its field."""
    at, reasons = at or clock.now(), list(reasons)
    lock(application)
    event = APPLICATION.move(
        application,
        "county_return",
        by=by,
        at=at,
        due_on=_due_on(application, at),
        data={"reasons": len(reasons)},
    )
    raise_reasons(application, reasons, by=by, at=at)
    notifications.tell_of_move(application, event)
    return application


def _due_on(application: Application, at: datetime) -> date:
    """The call's last day, or as long as a supplement takes where that is later: what was received may come back."""
    closes_on, days = (
        timezone.localdate(application.call.closes_at),
        application.time_limit("supplement") or 0,
    )
    return max(closes_on, calendar.add_working_days(timezone.localdate(at), days))


@transaction.atomic
def propose_recommendation(
    *,
    application: Application,
    proposal: str,
    opinion: str,
    by: User,
    support: str = "",
    support_amount: Decimal | None = None,
    support_document: str = "",
    support_file: UploadedFile | None = None,
    at: datetime | None = None,
) -> Application:
    """Draft the county's opinion: recommend or not, with its grounds and the support it will give.

    ``support_amount`` is in yuan; what is promised in money rests on a document, by its number or as a file.
    """
    at = at or clock.now()
    if proposal not in CountyProposal.values:
        raise Incomplete(Reason("请选择推荐或不推荐。", field="proposal"))
    stamps: Stamps = {
        "county_proposal": proposal,
        "county_opinion": opinion.strip(),
        "county_support": support.strip(),
        "county_support_amount": support_amount,
        "county_support_document": support_document.strip(),
        "county_proposed_at": at,
        "county_proposed_by": by,
    }
    event = APPLICATION.move(
        application, "propose_recommendation", by=by, at=at, data={"proposal": proposal}, **stamps
    )
    limits = application.call.edition.upload_limits
    faults = attachments.faults_of(support_file, among=PROOFS, limits=limits) if support_file else []
    Incomplete.unless_empty(
        [
            *_faults(application, on=timezone.localdate(at), has_file=support_file is not None),
            *(replace(fault, field="support_file") for fault in faults),
        ]
    )
    if support_file:
        _keep_support(application, support_file, by=by)
    notifications.tell_of_move(application, event)
    return application


def _keep_support(application: Application, upload: UploadedFile, *, by: User) -> None:
    """Keep the document of the support; a later one stands in its place."""
    attachments.attach_file(
        subject=application,
        kind=CountyFile.SUPPORT,
        upload=upload,
        by=by,
        replaces=selectors.support_file_of(application),
        limits=application.call.edition.upload_limits,
    )


def _faults(application: Application, *, on: date, has_file: bool) -> list[Reason]:
    terms, found = application.call.edition.terms["county"], list[Reason]()
    least, written = int(terms["opinion_min_chars"]), len(application.county_opinion)
    if written < least:
        found.append(
            Reason(
                f"推荐意见不少于 {least} 字，现为 {written} 字，还差 {least - written} 字。", field="opinion"
            )
        )
    recommends = application.county_proposal == CountyProposal.RECOMMEND
    if recommends and terms["support_statement"] and not application.county_support:
        found.append(Reason("推荐须写明县级支持措施。", field="support", clause="二(三)1"))
    rests = application.county_support_document or has_file or selectors.support_file_of(application)
    if recommends and application.county_support_amount and not rests:
        found.append(Reason("安排资金支持的，请填写支持文件文号或上传支持文件。", field="support_document"))
    return [*found, *selectors.integrity_faults(application, on=on)] if recommends else found


@transaction.atomic
def send_back_recommendation(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Let the clerk of the county draft the opinion anew."""
    at = at or clock.now()
    held = deadlines.current(application)
    event = APPLICATION.move(
        application,
        "send_back_recommendation",
        by=by,
        at=at,
        reason=reason,
        due_on=held.due_on if held else None,
    )
    notifications.tell_of_move(application, event)
    return application


@transaction.atomic
def sign_recommendation(*, application: Application, by: User, at: datetime | None = None) -> Application:
    """Recommend the application to the bureau; the letter of recommendation is issued after the commit."""
    at = at or clock.now()
    lock(application)
    _must_propose(
        application,
        CountyProposal.RECOMMEND,
        "经办拟不推荐，不能签发推荐函；请签发不予推荐意见或退回经办重拟。",
    )
    if application.state == ApplicationState.COUNTY_SIGNING:
        Incomplete.unless_empty(selectors.integrity_faults(application, on=timezone.localdate(at)))
    data = {"paper": paper(application, "recommendation", year=timezone.localdate(at).year)}
    stamps: Stamps = {"county_signed_at": at, "county_signed_by": by}
    event = APPLICATION.move(application, "sign_recommendation", by=by, at=at, data=data, **stamps)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


@transaction.atomic
def sign_recommendations(
    *, applications: Iterable[Application], by: User, at: datetime | None = None
) -> list[Application]:
    """Sign several at once: all of them, or none. Each gets a letter and a number of its own."""
    at, found = at or clock.now(), list[Application]()
    for application in sorted(applications, key=lambda one: one.pk):
        found.append(sign_recommendation(application=application, by=by, at=at))
    if not found:
        raise Incomplete(Reason("请选择要签发的申报。", field="applications"))
    return found


@transaction.atomic
def rank_recommendations(
    *,
    call: Call,
    division: Division,
    applications: Sequence[Application],
    by: User,
    at: datetime | None = None,
) -> None:
    """Set the order in which a county recommends in a call, the first in front; it may change until the bureau
    takes up the first of them. Raises ``Conflict`` where the list is not the county's present one."""
    rows = selectors.ranked_in(call, division).select_for_update(of=("self",), no_key=True).order_by("pk")
    present, wanted = {row.pk: row for row in rows}, [one.pk for one in applications]
    if selectors.order_is_fixed(call, division):
        raise Conflict("市科技局已开始形式审查，推荐排序不能再改。")
    if sorted(wanted) != sorted(present):
        raise Conflict("推荐名单已有变化，请刷新页面后重新排序。")
    call.applications.filter(division=division).exclude(county_rank=None).update(county_rank=None)
    verb, at, lines = "institutes.application.rank_recommendation", at or clock.now(), []
    for rank, pk in enumerate(wanted, 1):
        present[pk].county_rank = rank
        lines.append(audit.line(verb, present[pk], by=by, at=at, rank=rank, of=len(wanted)))
    store_all(list(present.values()), ["county_rank"])
    audit.record_all(lines)


@transaction.atomic
def refuse_recommendation(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Close the application without a recommendation, and give the unit the reasons."""
    at = at or clock.now()
    lock(application)
    _must_propose(
        application, CountyProposal.REFUSE, "经办拟推荐，不能签发不予推荐意见；请签发推荐函或退回经办重拟。"
    )
    data = {"paper": paper(application, "result_notice", year=timezone.localdate(at).year)}
    stamps: Stamps = {
        "county_signed_at": at,
        "county_signed_by": by,
        "closed_at": at,
        "closed_by": by,
        "closing_reason": reason.strip(),
    }
    event = APPLICATION.move(
        application, "refuse_recommendation", by=by, at=at, reason=reason, data=data, **stamps
    )
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


def _must_propose(application: Application, proposal: str, words: str) -> None:
    """The signature follows the draft. In another state the table of moves has the better answer."""
    if application.state == "county_signing" and application.county_proposal != proposal:
        raise Conflict(words)
