"""A county's own policies (五(三)): registered by staff, published by the leader, never edited since."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import Role
from institutes import notifications, selectors
from institutes.enums import CountyPolicyState
from institutes.lifecycle import COUNTY_POLICY
from institutes.models import CountyPolicy, CountyPolicyMeasure, RecognitionEdition
from records import attachments, audit, clock, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock

FILE = "county_policy"
ORIGINALS = ("pdf",)
EXPIRY = "county_policy_expiry"
CLAUSE = "五(三)"
Given = Mapping[str, Any]
"""What is given for one measure: ``item``, ``content``, and ``amount`` in yuan where money is named."""


@transaction.atomic
def draft_county_policy(
    *,
    division: Division,
    title: str,
    number: str,
    issued_on: date,
    valid_from: date,
    measures: Sequence[Given],
    by: User,
    valid_to: date | None = None,
    summary: str = "",
    file: UploadedFile | None = None,
    replaces: CountyPolicy | None = None,
    at: datetime | None = None,
) -> CountyPolicy:
    """Register a document as a draft; with ``replaces``, as the next version of one that is published."""
    at = at or clock.now()
    if replaces is not None:
        lock(replaces)
        _may_be_replaced(replaces, division)
    policy = CountyPolicy(
        division=division,
        edition=RecognitionEdition.objects.in_force("recognition", timezone.localdate(at)),
        replaces=replaces,
        version=replaces.version + 1 if replaces else 1,
        drafted_at=at,
        drafted_by=by,
    )
    _write(policy, title, number, issued_on, valid_from, valid_to, summary, measures, at=at)
    policy.save()
    COUNTY_POLICY.begin(policy, by=by, at=at, number=policy.number, version=policy.version)
    _keep(policy, measures, file, by=by)
    return policy


def _may_be_replaced(policy: CountyPolicy, division: Division) -> None:
    if policy.division_id != division.pk or policy.state != CountyPolicyState.PUBLISHED:
        raise Conflict(f"“{policy}”现为“{COUNTY_POLICY.label(policy.state)}”，只有已发布的政策可以修订。")
    waiting = policy.replacements.exclude(state=CountyPolicyState.DISCARDED).first()
    if waiting is not None:
        raise Conflict(f"“{policy}”已有新版本“{waiting}”，请在该版本上继续办理。")


def _write(
    policy: CountyPolicy,
    title: str,
    number: str,
    issued_on: date,
    valid_from: date,
    valid_to: date | None,
    summary: str,
    measures: Sequence[Given],
    *,
    at: datetime,
) -> None:
    policy.title, policy.number, policy.summary = title.strip(), number.strip(), summary.strip()
    policy.issued_on, policy.valid_from, policy.valid_to = issued_on, valid_from, valid_to
    Incomplete.unless_empty(_faults(policy, measures, on=timezone.localdate(at)))
    twins = CountyPolicy.objects.filter(division=policy.division, number=policy.number)
    over = [CountyPolicyState.DISCARDED, CountyPolicyState.SUPERSEDED, CountyPolicyState.REPEALED]
    if twins.exclude(pk=policy.pk).exclude(pk=policy.replaces_id or 0).exclude(state__in=over).exists():
        raise Conflict(Reason(f"文号“{policy.number}”已登记，请核对。", field="number"))
    if policy.replaces and policy.replaces.number == policy.number:
        raise Conflict(Reason("新版本须有自己的文号，与原文件不同。", field="number"))


def _faults(policy: CountyPolicy, measures: Sequence[Given], *, on: date) -> list[Reason]:
    found = list[Reason]()
    if not policy.title:
        found.append(Reason("请填写文件名称。", field="title"))
    if not policy.number:
        found.append(Reason("请填写文号。", field="number"))
    if policy.issued_on > on:
        found.append(Reason("印发日期不能晚于今天。", field="issued_on"))
    if policy.valid_from < policy.issued_on:
        found.append(Reason("施行日期不能早于印发日期。", field="valid_from"))
    if policy.valid_to and policy.valid_to < policy.valid_from:
        found.append(Reason("有效期的最后一日不能早于施行日期。", field="valid_to"))
    known = selectors.support_measures(policy.edition)
    if not measures:
        words = "请至少对一项市级措施写明本级给予的支持。"
        found.append(Reason(words, field="measures", clause=CLAUSE))
    for given in measures:
        if given["item"] not in known or not given["content"].strip():
            found.append(Reason("请选择市级措施，并写明本级给予的支持。", field="measures"))
        elif given.get("amount") is not None and Decimal(given["amount"]) <= 0:
            words = f"{known[given['item']]['label']}：金额须大于零；没有金额的留空。"
            found.append(Reason(words, field="measures"))
    return found


def _keep(policy: CountyPolicy, measures: Sequence[Given], file: UploadedFile | None, *, by: User) -> None:
    """Store what it gives anew, and the document where one was brought."""
    known = selectors.support_measures(policy.edition)
    policy.measures.all().delete()
    CountyPolicyMeasure.objects.bulk_create(
        CountyPolicyMeasure(
            policy=policy,
            item=given["item"],
            label=known[given["item"]]["label"],
            clause=known[given["item"]]["clause"],
            content=given["content"].strip(),
            amount=given.get("amount"),
        )
        for given in measures
    )
    if file is not None:
        BadFile.unless_empty(attachments.faults_of(file, among=ORIGINALS))
        policy.file = attachments.attach_file(
            subject=policy, kind=FILE, upload=file, by=by, replaces=policy.file
        )
        policy.save(update_fields=["file"])


@transaction.atomic
def revise_county_policy(
    *,
    policy: CountyPolicy,
    title: str,
    number: str,
    issued_on: date,
    valid_from: date,
    measures: Sequence[Given],
    by: User,
    valid_to: date | None = None,
    summary: str = "",
    file: UploadedFile | None = None,
    at: datetime | None = None,
) -> CountyPolicy:
    """Change a draft; whoever does it becomes its drafter. What is published is changed by a new version."""
    at = at or clock.now()
    lock(policy)
    if policy.state != CountyPolicyState.DRAFT:
        now = COUNTY_POLICY.label(policy.state)
        raise IllegalMove(f"“{policy}”现为“{now}”，内容不能再改；已发布的请修订为新版本。")
    _write(policy, title, number, issued_on, valid_from, valid_to, summary, measures, at=at)
    policy.drafted_at, policy.drafted_by = at, by
    columns = ["title", "number", "summary", "issued_on", "valid_from", "valid_to"]
    policy.save(update_fields=[*columns, "drafted_at", "drafted_by"])
    audit.record("institutes.countypolicy.revise", policy, by=by, at=at)
    _keep(policy, measures, file, by=by)
    return policy


# --- moves ------------------------------------------------------------------------------------------------------------


def _take(
    policy: CountyPolicy, action: str, *, by: User, at: datetime, reason: str = "", **stamps: Any
) -> CountyPolicy:
    """One move: the table, the register, whoever has to know."""
    event = COUNTY_POLICY.move(policy, action, by=by, at=at, reason=reason, **stamps)
    notifications.tell_of_county_policy(policy, event)
    return policy


@transaction.atomic
def hand_up_county_policy(*, policy: CountyPolicy, by: User, at: datetime | None = None) -> CountyPolicy:
    """Give the draft to the county's leader; the document itself has to be there."""
    _take(policy, "hand_up", by=by, at=at or clock.now())
    if policy.file_id is None:
        raise Incomplete(Reason("请先在“修改草稿”中上传文件原件（PDF），再送领导审签。", field="file"))
    return policy


@transaction.atomic
def send_back_county_policy(
    *, policy: CountyPolicy, reason: str, by: User, at: datetime | None = None
) -> CountyPolicy:
    """Let the county's clerk change the draft."""
    return _take(policy, "send_back", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def publish_county_policy(*, policy: CountyPolicy, by: User, at: datetime | None = None) -> CountyPolicy:
    """Publish it to everybody; another person than who drafted it. The version before it steps back.

    The former version is locked before the new one.
    """
    at = at or clock.now()
    former = policy.replaces
    if former is not None:
        lock(former)
    _take(policy, "publish", by=by, at=at, published_at=at, published_by=by)
    if former is not None:
        if former.state != CountyPolicyState.PUBLISHED:
            now = COUNTY_POLICY.label(former.state)
            raise Conflict(f"原文件“{former}”现为“{now}”，不能再由新版本替代；请作废本草稿后另行登记。")
        _take(former, "supersede", by=by, at=at)
        deadlines.close(former, kind=EXPIRY, at=at)
    if policy.valid_to is not None:
        deadlines.open_for(
            policy,
            label="配套政策到期前延续、修订或废止",
            role=Role.COUNTY_STAFF,
            at=at,
            kind=EXPIRY,
            due_on=policy.valid_to,
        )
    return policy


@transaction.atomic
def repeal_county_policy(
    *, policy: CountyPolicy, repealed_on: date, reason: str, by: User, at: datetime | None = None
) -> CountyPolicy:
    """End it; everybody reads since when and why."""
    at = at or clock.now()
    stamps: Stamps = {
        "repealed_on": repealed_on,
        "repealed_at": at,
        "repealed_by": by,
        "repeal_reason": reason.strip(),
    }
    _take(policy, "repeal", by=by, at=at, reason=reason, **stamps)
    if repealed_on < policy.valid_from:
        raise Conflict(Reason("废止日期不能早于施行日期。", field="repealed_on"))
    if repealed_on > timezone.localdate(at):
        raise Conflict(Reason("废止日期不能晚于今天；到期自动失效的不需废止。", field="repealed_on"))
    deadlines.close(policy, kind=EXPIRY, at=at)
    return policy


@transaction.atomic
def discard_county_policy(
    *, policy: CountyPolicy, reason: str, by: User, at: datetime | None = None
) -> CountyPolicy:
    """Give a draft up; it stays on record with its reason, and its number is free again."""
    return _take(policy, "discard", by=by, at=at or clock.now(), reason=reason)
