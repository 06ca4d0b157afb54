"""Calls and awards in the form of CommonGrants, by which other portals and programs read grants of many offices.

The form (https://commongrants.org, Core 0.5) names a call an opportunity. Its events are days and clock times without
an offset: ours are those of Asia/Shanghai. Awards take the same form, for a call and its awards then point to one
another, and one reader understands both.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Organisation
from funding.enums import AwardState, GrantKind
from funding.models import Award, GrantEdition
from institutes import policy
from institutes.models import Call
from portal.selectors.open_data.addresses import absolute, identifier_of, key_of
from portal.selectors.open_data.describing import terms
from portal.selectors.open_data.money import issued_awards
from projects.models import ProjectCall
from records.models import AuditEvent
from records.models.subject import subject_type

CURRENCY = "CNY"
SHANGHAI = "时间为北京时间（Asia/Shanghai）"
STATUS = {"upcoming": "forecasted", "open": "open", "over": "closed"}
STATUS_WORDS = {"forecasted": "即将开始", "open": "正在受理", "closed": "已截止"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Office:
    """What is the same for all that is told: who publishes, whose identifiers, what a recognition brings."""

    name: str
    space: str
    grants: tuple[GrantEdition, ...]

    def grant_on(self, day: date) -> GrantEdition | None:
        """By which edition a recognition is paid for on that day."""
        return next((edition for edition in self.grants if edition.valid_from <= day), None)


def office(*, on: date) -> Office:
    said = terms(on=on)
    grants = GrantEdition.objects.filter(kind=GrantKind.CONSTRUCTION).order_by("-valid_from")
    return Office(said["publisher"], said["identifier_space"], tuple(grants))


# --- opportunities --------------------------------------------------------------------------------------------------


def calls() -> list[Call | ProjectCall]:
    """Every call that was published, the one that closes last first."""
    found: list[Call | ProjectCall] = []
    for rows in (Call.objects.published(), ProjectCall.objects.published()):
        found += rows.select_related("edition").annotate(touched_at=_touched_at(rows.model))
    return sorted(found, key=lambda call: (call.closes_at, call.pk), reverse=True)


def _touched_at(model: type[Model]) -> Subquery:
    lines = AuditEvent.objects.filter(subject_type=subject_type(model), subject_id=OuterRef("pk"))
    return Subquery(lines.order_by("-id").values("at")[:1])


def call_with(identifier: UUID, *, space: str) -> Call | ProjectCall | None:
    """The published call with this identifier."""
    for model in (Call, ProjectCall):
        if (key := key_of(identifier, model, space=space)) is not None:
            rows = model.objects.published().select_related("edition")
            return rows.annotate(touched_at=_touched_at(model)).filter(pk=key).first()
    return None


def opportunity(call: Call | ProjectCall, *, by: Office, at: datetime) -> Json:
    """A call as an opportunity; its status is that of the moment."""
    project = isinstance(call, ProjectCall)
    assert call.published_at is not None
    found = {
        "id": str(identifier_of(type(call), call.pk, space=by.space)),
        "title": call.title,
        "identifiers": _numbered("opp:cn:document-number", call.number),
        "status": _status(call, at),
        "description": call.text if isinstance(call, ProjectCall) else call.guide,
        "funding": _funding_of(call, by),
        "funders": {"primary": _publisher(by)},
        "keyDates": _dates_of(call),
        "source": absolute("projects:project-call" if project else "institutes:call", call.pk),
        "acceptedApplicantTypes": [_applicants(call)],
        "customFields": {
            "programme": _field("programme", "类别", "联合攻关专项" if project else "研究院认定"),
            "year": _field("year", "年度", call.year, kind="integer"),
            "clause": _field("clause", "政策依据", "四(六)" if project else "四(二)"),
        },
        "createdAt": _utc(call.published_at),
        "lastModifiedAt": _utc(
            max(call.published_at, getattr(call, "touched_at", None) or call.published_at)
        ),
    }
    return {key: value for key, value in found.items() if value}


def _status(call: Call | ProjectCall, at: datetime) -> Json:
    value = STATUS[policy.window(call.opens_at, call.closes_at, at)]
    return {"value": value, "description": STATUS_WORDS[value]}


def _dates_of(call: Call | ProjectCall) -> Json:
    dates = {
        "postDate": _moment("发布", call.published_at),
        "closeDate": _moment("受理截止", call.closes_at),
        "otherDates": {"opening": _moment("受理开始", call.opens_at)},
    }
    if call.is_extended:
        dates["otherDates"]["firstClosing"] = _moment("首次公布的截止", call.first_closes_at)
    return dates


def _funding_of(call: Call | ProjectCall, by: Office) -> Json:
    return _funding_of_projects(call) if isinstance(call, ProjectCall) else _funding_of_recognition(call, by)


def _funding_of_recognition(call: Call, by: Office) -> Json:
    """What a recognition brings by the edition in force when the call opens (四(三))."""
    edition = by.grant_on(timezone.localdate(call.opens_at))
    if edition is None:
        return {}
    amount = _money(Decimal(edition.terms["grant"]["amount"]))
    return {
        "details": "经认定的，给予一次性建设资金，免申即享。",
        "minAwardAmount": amount,
        "maxAwardAmount": amount,
    }


def _funding_of_projects(call: ProjectCall) -> Json:
    grant = call.edition.terms["grant"]
    return {
        "details": "立项后按任务书分期拨付。",
        "totalAmountAvailable": _money(call.budget),
        "minAwardAmount": _money(Decimal(grant["amount_min"])),
        "maxAwardAmount": _money(Decimal(grant["amount_max"])),
    }


def _applicants(call: Call | ProjectCall) -> Json:
    if isinstance(call, ProjectCall):
        shown = call.edition.citations.get("programme.levels", {}).get("shown", "")
        return {
            "value": "custom",
            "customValue": "institute_host",
            "description": f"{shown}产业技术研究院的依托单位",
        }
    shown = call.edition.citations.get("host.kinds", {}).get("shown", "企业")
    return {"value": "custom", "customValue": "enterprise", "description": shown}


# --- awards ---------------------------------------------------------------------------------------------------------


def awards() -> QuerySet:
    """Awards that were issued, the latest first, with what they resulted from."""
    related = ("host", "institute", "recognition__application__call", "project__proposal__call")
    rows = issued_awards().select_related(*related).annotate(touched_at=_touched_at(Award))
    return rows.order_by("-issued_on", "-pk")


def award_with(identifier: UUID, *, space: str) -> Award | None:
    """The issued award with this identifier."""
    key = key_of(identifier, Award, space=space)
    return awards().filter(pk=key).first() if key is not None else None


def award(row: Award, *, by: Office) -> Json:
    """An award with what was issued and paid of it so far; the unit that receives it, never a person or an account."""
    issued_on, call = row.issued_on, _call_of(row)  # type: ignore[attr-defined]
    found = {
        "id": str(identifier_of(Award, row.pk, space=by.space)),
        "title": f"{row.institute.name}{row.get_kind_display()}",
        "identifiers": _numbered("awd:cn:award-number", row.number or ""),
        "description": f"依据《实施意见》{row.citation}，{row.get_kind_display()}",
        "status": {"value": "completed" if row.state == AwardState.CLOSED else "awarded"},
        "funding": {
            "awardedAmount": _money(row.amount),
            "disbursedAmount": _money(row.paid),
            "details": f"已下达 {row.issued} 元",  # type: ignore[attr-defined]
        },
        "keyDates": {"awardDate": _day("首次下达", issued_on)} | _period_of(row),
        "opportunity": _reference(call, by.space) if call else None,
        "funders": {"primary": _publisher(by)},
        "recipientOrganizations": {"primary": _recipient(row.host, by.space)},
        "source": absolute("open-data-award", identifier_of(Award, row.pk, space=by.space)),
        "createdAt": _utc(timezone.make_aware(datetime.combine(issued_on, datetime.min.time()))),
        "lastModifiedAt": _utc(row.touched_at or row.proposed_at),  # type: ignore[attr-defined]
    }
    return {key: value for key, value in found.items() if value}


def _call_of(row: Award) -> Call | ProjectCall | None:
    """The call that it resulted from: of the project, or of the recognition where it is paid for that."""
    if row.project:
        return row.project.proposal.call
    application = row.recognition.application
    return application.call if application and row.kind == GrantKind.CONSTRUCTION else None


def _period_of(row: Award) -> Json:
    if row.project is None:
        return {}
    days = {"startDate": row.project.starts_on.isoformat(), "endDate": row.project.ends_on.isoformat()}
    return {"periodOfPerformance": {"name": "项目实施期", "eventType": "dateRange", **days}}


def _reference(call: Call | ProjectCall, space: str) -> Json:
    return {
        "id": str(identifier_of(type(call), call.pk, space=space)),
        "title": call.title,
        "identifiers": _numbered("opp:cn:document-number", call.number),
    }


def _recipient(unit: Organisation, space: str) -> Json:
    found: Json = {"id": str(identifier_of(Organisation, unit.pk, space=space)), "name": unit.name}
    return found | ({"identifiers": _numbered("org:cn:uscc", unit.uscc)} if unit.uscc else {})


# --- parts of both --------------------------------------------------------------------------------------------------


def _publisher(by: Office) -> Json:
    """The office that pays. No row stands for it: its identifier has the key that no row has."""
    return {
        "id": str(identifier_of(Organisation, 0, space=by.space)),
        "name": by.name,
    }


def _numbered(registry: str, number: str) -> Json:
    return {"otherIds": {registry: {"registry": {"code": registry}, "id": number}}}


def _money(amount: Decimal) -> Json:
    return {"amount": f"{amount:.2f}", "currency": CURRENCY}


def _moment(name: str, at: datetime | None) -> Json:
    local = timezone.localtime(at)
    return _day(name, local.date()) | {"time": f"{local:%H:%M:%S}", "description": SHANGHAI}


def _day(name: str, on: date) -> Json:
    return {"name": name, "eventType": "singleDate", "date": on.isoformat()}


def _field(name: str, label: str, value: object, *, kind: str = "string") -> Json:
    return {"name": name, "fieldType": kind, "value": value, "description": label}


def _utc(at: datetime) -> str:
    return (
        at.astimezone(tz=timezone.get_fixed_timezone(0)).isoformat(timespec="seconds").replace("+00:00", "Z")
    )
