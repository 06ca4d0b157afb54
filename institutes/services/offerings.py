"""What institutes offer (二(二)): entered by the unit, checked by the county, shown to everybody, taken down again."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from institutes.enums.offerings import OfferingState
from institutes.lifecycle.offerings import OFFERING
from institutes.models import Institute, RecognitionEdition, ServiceOffering
from institutes.models.offering import OFFERING_WORDS
from institutes.notifications.offerings import tell_of_offering
from institutes.selectors import offerings as reads
from institutes.services.wordings import hide_offering, show_offering
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock

COLUMNS = OFFERING_WORDS
REQUIRED = {
    "title": "请填写服务名称。",
    "content": "请写明服务内容。",
    "price": "请写明收费办法；免费的写“免费”。",
    "booking": "请写明怎样预约。",
    "contact_office": "请填写联系部门。",
    "contact_phone": "请填写办公电话。",
}
_OFFICE_PHONE = re.compile(r"^[0-9][0-9\-（）() 转,，/、]{5,38}$")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@transaction.atomic
def draft_offering(
    *,
    institute: Institute,
    kind: str,
    title: str,
    content: str,
    price: str,
    booking: str,
    contact_office: str,
    contact_phone: str,
    by: User,
    audience: str = "",
    address: str = "",
    at: datetime | None = None,
) -> ServiceOffering:
    """Enter a service of an institute. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    lock(institute)
    if not Institute.objects.recognised().filter(pk=institute.pk).exists():
        raise Conflict(f"“{institute}”现不在册，不能填报开放服务。")
    offering = ServiceOffering(
        institute=institute,
        host_id=institute.host_id,
        division_id=institute.division_id,
        edition=RecognitionEdition.objects.in_force("recognition", timezone.localdate(at)),
        drafted_at=at,
        drafted_by=by,
    )
    said = (kind, title, content, audience, price, booking, contact_office, contact_phone, address)
    _write(offering, dict(zip(COLUMNS, said, strict=True)))
    offering.save()
    OFFERING.begin(offering, by=by, at=at, kind=kind, title=offering.title)
    return offering


@transaction.atomic
def revise_offering(
    *,
    offering: ServiceOffering,
    kind: str,
    title: str,
    content: str,
    price: str,
    booking: str,
    contact_office: str,
    contact_phone: str,
    by: User,
    audience: str = "",
    address: str = "",
    at: datetime | None = None,
) -> ServiceOffering:
    """Change a draft; whoever does it becomes its drafter. What is public is opened again first."""
    at = at or clock.now()
    lock(offering)
    if offering.state != OfferingState.DRAFT:
        now = OFFERING.label(offering.state)
        raise IllegalMove(f"“{offering}”现为“{now}”，内容不能直接改；已公开的请先点“修改内容”。")
    said = (kind, title, content, audience, price, booking, contact_office, contact_phone, address)
    _write(offering, dict(zip(COLUMNS, said, strict=True)))
    offering.drafted_at, offering.drafted_by = at, by
    offering.save(update_fields=[*COLUMNS, "drafted_at", "drafted_by"])
    audit.record("institutes.serviceoffering.revise", offering, by=by, at=at, title=offering.title)
    return offering


def _write(offering: ServiceOffering, said: dict[str, str]) -> None:
    """Fill in what was said, and refuse what cannot be shown to everybody."""
    for name, value in said.items():
        setattr(offering, name, value.strip())
    Incomplete.unless_empty(_faults(offering))
    if twin := reads.twin_of(offering):
        now = OFFERING.label(twin.state)
        raise Conflict(Reason(f"本院已有同名服务“{twin.title}”（{now}），请在该项上修改。", field="title"))


def _faults(offering: ServiceOffering) -> list[Reason]:
    found = [
        Reason(words, field=name) for name, words in REQUIRED.items() if not getattr(offering, name).strip()
    ]
    public = " ".join(getattr(offering, name) for name in COLUMNS)
    if _MOBILE.search(public):
        words = "内容向社会公开，请不要填写个人手机号码，改填办公电话。"
        found.append(Reason(words, field="contact_phone"))
    elif offering.contact_phone and not _OFFICE_PHONE.match(offering.contact_phone):
        words = "电话请填办公电话，例如 0311-12345678；多个号码用“、”隔开。"
        found.append(Reason(words, field="contact_phone"))
    return found


def _take(
    offering: ServiceOffering, action: str, *, by: User, at: datetime, reason: str = "", **stamps: Any
) -> ServiceOffering:
    """One move: the table, the register, whoever has to know."""
    event = OFFERING.move(offering, action, by=by, at=at, reason=reason.strip(), **stamps)
    tell_of_offering(offering, event)
    return offering


@transaction.atomic
def hand_in_offering(*, offering: ServiceOffering, by: User, at: datetime | None = None) -> ServiceOffering:
    """Let the county check it. What the county found before counts no more."""
    at = at or clock.now()
    stamps: Stamps = {"handed_in_at": at, "handed_in_by": by, "published_at": None, "published_by": None}
    return _take(offering, "hand_in", by=by, at=at, **stamps)


@transaction.atomic
def return_offering(
    *, offering: ServiceOffering, reason: str, by: User, at: datetime | None = None
) -> ServiceOffering:
    """The county has the unit mend it."""
    return _take(offering, "return", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def publish_offering(*, offering: ServiceOffering, by: User, at: datetime | None = None) -> ServiceOffering:
    """The county finds it right: everybody reads it from now on. Another person than who handed it in."""
    at = at or clock.now()
    _take(offering, "publish", by=by, at=at, published_at=at, published_by=by)
    show_offering(offering, by=by, at=at)
    if reads.shown_wording_of(offering) is None:
        raise Conflict(f"“{offering.institute}”的资格已暂停或终止，其服务暂不公开。")
    return offering


@transaction.atomic
def reopen_offering(*, offering: ServiceOffering, by: User, at: datetime | None = None) -> ServiceOffering:
    """The unit changes what is public: everybody reads the former words until the county has checked the new ones."""
    return _take(offering, "reopen", by=by, at=at or clock.now())


@transaction.atomic
def take_down_offering(
    *, offering: ServiceOffering, reason: str, by: User, at: datetime | None = None
) -> ServiceOffering:
    """County or bureau hide what everybody reads, also while a change of it is under way, and have the unit mend it.

    Raises ``Conflict`` where nothing is shown.
    """
    at = at or clock.now()
    _take(offering, "take_down", by=by, at=at, reason=reason)
    if not hide_offering(offering, by=by, at=at):
        raise Conflict(f"“{offering}”现在没有公开的内容，不需下架。")
    return offering


@transaction.atomic
def withdraw_offering(
    *, offering: ServiceOffering, reason: str, by: User, at: datetime | None = None
) -> ServiceOffering:
    """The unit offers it no more; it stays on record with its reason, and its title is free again."""
    at = at or clock.now()
    hide_offering(_take(offering, "withdraw", by=by, at=at, reason=reason), by=by, at=at)
    return offering


def lapse_offerings_of(institute: Institute, reason: str, *, at: datetime) -> None:
    """An institute that is none any more offers nothing. The caller holds its lock."""
    for offering in reads.open_offerings_of(institute):
        hide_offering(
            _take(offering, "lapse", by=system_user(), at=at, reason=reason), by=system_user(), at=at
        )
