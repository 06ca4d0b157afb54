"""The unit fills in its application: begin, save section by section, attach files."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, Organisation, User
from institutes import book, selectors
from institutes.enums import OFFICE_KINDS
from institutes.lifecycle import APPLICATION
from institutes.models import Application, ApplicationSection, Call
from institutes.services.saving import mark, save_answers
from records import attachments, clock, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Reason, TooLate
from records.lifecycle import lock
from records.models import Attachment

DENORMALISED = {
    "basics": {"institute_name": "institute_name", "chain": "chain_id", "segment": "segment_id"},
    "host": {"chain_role": "chain_role"},
}


@transaction.atomic
def begin_application(*, call: Call, host: Organisation, by: User, at: datetime | None = None) -> Application:
    """Open a draft in a call that is open now; what the portal knows of the unit is filled in.

    The draft is due on the call's last day. Raises ``TooLate`` or ``Conflict`` with every reason.
    """
    now = clock.database_now()
    at = at or now
    lock(host)
    if not call.is_open(now):
        raise TooLate(window_words(call, now))
    Conflict.unless_empty(_why_not(host))
    application = Application.objects.create(
        call=call, host=host, division=cast(Division, host.division), begun_at=at, begun_by=by
    )
    for code, answers in _prefilled(application).items():
        _new_section(application, code, answers, by=by, at=at)
    APPLICATION.begin(application, by=by, at=at, due_on=timezone.localdate(call.closes_at), call=call.number)
    return application


def window_words(call: Call, now: datetime, *, kept: bool = False) -> Reason:
    """Why it is too early or too late, by whose clock, and with ``kept`` that the draft stays."""
    opens, closes, came = (timezone.localtime(one) for one in (call.opens_at, call.closes_at, now))
    url = call.get_absolute_url()
    if now < call.opens_at:
        return Reason(f"“{call}”尚未开始申报，开始时间为 {opens:%Y-%m-%d %H:%M}。", url=url)
    draft = "已填写的内容作为草稿保留，可以查看，以后申报时可以沿用；如发布延期，可在新的截止时间前继续办理。"
    return Reason(
        f"“{call}”已于 {closes:%Y-%m-%d %H:%M:%S} 截止，不再接收申报。本次提交到达平台的时间为"
        f" {came:%Y-%m-%d %H:%M:%S}，以平台数据库服务器的时钟为准。" + (draft if kept else ""),
        url=url,
        link="查看申报通知",
    )


def _why_not(host: Organisation) -> list[Reason]:
    found = []
    if not host.is_confirmed:
        found.append(Reason("单位注册尚未经县级科技管理部门确认，确认后方可申报。"))
    if host.division is None or not host.division.active:
        found.append(Reason("单位所在县（市、区）不在本市推荐范围内，不能申报。", clause="二(一)"))
    if earlier := Application.objects.open().filter(host=host).first():
        words = f"本单位已有一份正在办理的申报“{earlier}”，办结或撤回后方可另行申报。"
        found.append(Reason(words, url=earlier.get_absolute_url()))
    return found


def _prefilled(application: Application) -> dict[str, dict]:
    """What the unit's registration and the chain map say today."""
    host = application.host
    standing = selectors.standing_on_the_map(host.uscc).first()
    known = {
        "host_name": host.name,
        "uscc": host.uscc,
        "reg_address": host.address,
        "legal_rep": host.legal_rep,
        "registered_on": host.registered_on.isoformat() if host.registered_on else None,
        "contact": host.contact_name,
        "mobile": host.contact_mobile,
        "email": host.contact_email,
        "chain_role": standing.role if standing else None,
    }
    answers: dict[str, dict] = {"host": {name: value for name, value in known.items() if value}}
    if standing:
        answers["basics"] = {"chain": standing.segment.chain_id, "segment": standing.segment_id}
    return answers


def _new_section(application: Application, code: str, answers: dict, *, by: User, at: datetime) -> None:
    section = book.of_edition(application.call.form_edition).section(code)
    if section is None:
        return
    ApplicationSection.objects.create(
        application=application,
        code=code,
        answers=answers,
        field_versions={path: mark(1, by, at) for path in book.flatten(section, answers)},
        version=1,
        saved_at=at,
        saved_by=by,
    )
    _denormalise(application, code, answers)


@transaction.atomic
def save_section(
    *,
    application: Application,
    section: str,
    changes: Mapping[str, object],
    version: int | str,
    by: User,
    own_may_stand: bool = False,
    setting: book.Setting | None = None,
    at: datetime | None = None,
) -> ApplicationSection:
    """Store what was changed in a section since ``version``: ``changes`` by path, and nothing else.

    ``version`` is what the page was drawn from, or what it has seen since (:class:`institutes.book.Seen`).

    Changes of others to other boxes stay. Where somebody changed the same box to something else in the
    meantime, nothing is stored and ``StaleVersion`` carries both values of each such box. ``own_may_stand``:
    a whole form that was drawn before the person's own later savings does not clash with these. ``setting``: what
    the book is read against, where the caller has just read that.
    """
    at = at or clock.now()
    lock(application, "call__edition", "host")
    refuse_unless_editable(application)
    declared = _declared(application, section)
    row = _row(application, section, by=by, at=at)
    if save_answers(
        row,
        declared,
        changes,
        version=version,
        setting=setting or book.setting_of(application),
        by=by,
        own_may_stand=own_may_stand,
        at=at,
    ):
        _denormalise(application, section, row.answers)
    return row


def _declared(application: Application, code: str) -> book.Section:
    declared = book.of_edition(application.call.form_edition).section(code)
    if declared is None:
        raise Conflict(f"申报书中没有“{code}”这一部分。")
    return declared


def _row(application: Application, code: str, *, by: User, at: datetime) -> ApplicationSection:
    row, _new = ApplicationSection.objects.get_or_create(
        application=application, code=code, defaults={"saved_at": at, "saved_by": by}
    )
    return row


def refuse_unless_editable(application: Application) -> None:
    """Raise ``IllegalMove`` where the book is locked."""
    if not application.is_editable:
        words = APPLICATION.label(application.state, for_applicant=True)
        raise IllegalMove(
            Reason(f"申报书现为“{words}”，内容已锁定，不能修改。", url=application.get_absolute_url())
        )


def _denormalise(application: Application, code: str, answers: Mapping) -> None:
    columns = {column: answers.get(name) for name, column in DENORMALISED.get(code, {}).items()}
    said = {column: value if column.endswith("_id") else value or "" for column, value in columns.items()}
    changed = [column for column, value in said.items() if getattr(application, column) != value]
    for column in changed:
        setattr(application, column, said[column])
    if changed:
        application.save(update_fields=changed)
    if "institute_name" in changed:
        deadlines.relabel(application)


# --- annexes --------------------------------------------------------------------------------------------------------


@transaction.atomic
def attach(
    *, application: Application, kind: str, upload: UploadedFile, by: User, replaces: Attachment | None = None
) -> Attachment:
    """Take in an annex while the book may be edited; with ``replaces``, as the next version of that one.

    Raises ``BadFile`` with every fault of the file.
    """
    lock(application, "call__edition")
    refuse_unless_editable(application)
    if book.of_edition(application.call.form_edition).annex(kind) is None:
        raise BadFile(Reason(f"申报书没有“{kind}”这类附件。", field="kind"))
    limits = application.call.edition.upload_limits
    return attachments.attach_file(
        subject=application, kind=kind, upload=upload, by=by, replaces=replaces, limits=limits
    )


@transaction.atomic
def attach_all(
    *, application: Application, kind: str, uploads: Iterable[UploadedFile], by: User
) -> list[Attachment]:
    """Take in several annexes of one kind: all of them, or none. ``BadFile`` names each file with its faults."""
    taken, faults = list[Attachment](), list[Reason]()
    for upload in uploads:
        try:
            taken.append(attach(application=application, kind=kind, upload=upload, by=by))
        except BadFile as refusal:
            name = attachments.clean_name(upload.name or "")
            faults += [replace(reason, text=f"{name}：{reason.text}") for reason in refusal.reasons]
    BadFile.unless_empty(faults)
    return taken


@transaction.atomic
def remove(*, application: Application, attachment: Attachment, by: User) -> None:
    """Take an annex out while the book may be edited; its bytes stay on record."""
    lock(application)
    refuse_unless_editable(application)
    if attachment.kind in OFFICE_KINDS:
        raise BadFile(Reason("这是主管部门的材料，不能删除。", field="kind"))
    if attachment.replaced_by_id:
        raise BadFile(Reason("这是已被替换的旧版本，须保留备查，不能删除。", field="kind"))
    if attachment.removed_at is None:
        attachments.remove_file(attachment=attachment, subject=application, by=by)
