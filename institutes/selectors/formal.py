"""Reads for the formal review: what waits, what the portal itself notices to every item, what names the same elsewhere.

What is noticed is a hint: it never decides. It is worked out for many applications at once, so that a list asks
the database as often as a page of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.roles import Role
from institutes import book
from institutes.enums import OPEN_STATES, ApplicationState, CheckResult, IntegrityResult, MarkKind
from institutes.models import (
    Application,
    ApplicationMark,
    ApplicationVersion,
    FormalCheck,
    Institute,
    RecognitionEdition,
)
from institutes.selectors.applications import applications_visible_to
from institutes.selectors.county import integrity_items, integrity_of, listing_words, listings_of
from institutes.selectors.sides import BUREAU, agencies_engaged_for
from records import clock

S = ApplicationState
FORMAL_READERS = (*BUREAU, Role.AUDITOR)
FORMAL_STATES = (S.FORMAL_REVIEW, S.FORMAL_CONFIRMATION, S.SUPPLEMENT_REQUESTED)
ALIKE = (*OPEN_STATES, S.RECOGNISED)
"""States in which another application that names the same is worth a word."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something the portal notices to an item. ``sound``: it speaks for the item, not against it."""

    item: str
    text: str
    place: str = ""
    clause: str = ""
    url: str = ""
    sound: bool = False


Hints = dict[str, list[Hint]]
"""Hints by item, in the order of the checklist."""


def formal_pile(user: User) -> QuerySet[Application]:
    """What stands in the formal review, due first in front."""
    rows = applications_visible_to(user).filter(state__in=FORMAL_STATES)
    return rows.order_by(F("due_on"), "pk") if user.holds(*FORMAL_READERS) else rows.none()


def agencies_for_passes(user: User, on: date) -> QuerySet[Organisation]:
    """The agencies to whom something of the pile can be handed on that day."""
    calls = set(formal_pile(user).order_by().values_list("call_id", flat=True))
    return agencies_engaged_for(calls, on).order_by("name")


def checklist_items() -> list[tuple[str, str]]:
    """Code and label of every item of the latest edition."""
    edition = RecognitionEdition.objects.filter(kind="recognition").order_by("-valid_from").first()
    return [(item["code"], item["label"]) for item in edition.terms["checklist"]] if edition else []


def with_defect(rows: QuerySet[Application], item: str) -> QuerySet[Application]:
    """Those whose last round found the item unmet."""
    unmet = FormalCheck.objects.filter(
        application=OuterRef("pk"), round=OuterRef("formal_round"), item=item, result=CheckResult.UNMET
    )
    return rows.filter(Exists(unmet))


def checks_of(applications: Iterable[Application]) -> dict[int, dict[str, FormalCheck]]:
    """The checks of each application's last round, by item."""
    known = {one.pk: one.formal_round for one in applications}
    found: dict[int, dict[str, FormalCheck]] = {pk: {} for pk in known}
    for check in FormalCheck.objects.filter(application__in=known):
        if check.round == known[check.application_id]:
            found[check.application_id][check.item] = check
    return found


def last_versions(applications: Iterable[Application]) -> dict[int, ApplicationVersion]:
    """The book of each as it was last handed in."""
    rows = ApplicationVersion.objects.filter(application__in=[one.pk for one in applications])
    latest = rows.order_by("application_id", "-number").distinct("application_id")
    return {version.application_id: version for version in latest}


def hints_of(applications: Sequence[Application]) -> dict[int, Hints]:
    """What is noticed to every item of every application; nothing where none was handed in."""
    prefetch_related_objects(applications, "host__division", "host__integrity_listings", "integrity_checks")
    settings, versions = book.settings_of(applications), last_versions(applications)
    alike, led = _alike(applications), _led(applications)
    return {
        one.pk: _by_item(
            one,
            [
                *_of_book(one, versions.get(one.pk), settings[one.pk]),
                *_of_way(one),
                *_of_integrity(one, on=clock.today()),
                *led.get(one.host_id, ()),
                *alike.get(one.pk, ()),
            ],
        )
        for one in applications
    }


def _by_item(application: Application, hints: Iterable[Hint]) -> Hints:
    found: Hints = {item["code"]: [] for item in application.call.edition.terms["checklist"]}
    for hint in hints:
        if hint.item in found:
            found[hint.item].append(hint)
    return found


# --- what the book says -----------------------------------------------------------------------------------------------


def _of_book(
    application: Application, version: ApplicationVersion | None, setting: book.Setting
) -> Iterable[Hint]:
    if version is None:
        return
    declared, answers = book.of_edition(application.call.form_edition), version.answers
    kinds = [file["kind"] for file in version.attachments]
    held = {kind: kinds.count(kind) for kind in kinds}
    setting = book.with_frozen_names(setting, answers)
    for item in application.call.edition.terms["checklist"]:
        code = item["code"]
        faults = [
            *book.lacking(declared, code, answers, held, setting),
            *book.noticed(code, answers, setting),
        ]
        for fault in faults:
            place = f"{fault.section}.{fault.path if fault.section == book.ANNEXES else fault.path.partition('-')[0]}"
            yield Hint(code, f"{fault.label}：{fault.text}", place, fault.clause)
    yield from _of_chain(answers, setting)


def _of_chain(answers: book.Answers, setting: book.Setting) -> Iterable[Hint]:
    """Whether the map of chains itself proves the role."""
    place = (answers.get("basics", {}).get("chain"), answers.get("host", {}).get("chain_role"))
    if place in setting.host.chain_roles:
        yield Hint("chain_role_proved", _("市产业链图谱中的地位与所填一致。"), sound=True)
    elif place[1]:
        text = _("市产业链图谱未列该地位，须凭证明材料或县级说明认定。")
        yield Hint("chain_role_proved", text, "host.chain_role", "二(一)")


# --- what the case says -----------------------------------------------------------------------------------------------


def _of_way(application: Application) -> Iterable[Hint]:
    """When it came in, through whom, and where the host belongs."""
    received, closes = application.received_at, application.call.closes_at
    if received and received <= closes:
        told = {"at": _moment(received), "closes": _moment(closes)}
        yield Hint("in_time", _("{at} 报送，在受理期内（{closes} 截止）。").format(**told), sound=True)
    elif received:
        told = {"at": _moment(received), "closes": _moment(closes)}
        text = _("{at} 报送，晚于截止时间 {closes}；按时报送后退回修改的除外，请核对办理过程。")
        yield Hint("in_time", text.format(**told))
    host = application.host
    if host.kind != OrganisationKind.ENTERPRISE:
        yield Hint("in_time", _("依托单位注册类型不是企业。"), clause="二(一)")
    if host.division_id != application.division_id:
        text = _("依托单位现登记在{now}，由{then}推荐。")
        yield Hint("in_time", text.format(now=host.division or "—", then=application.division))
    if host.division_id is None:
        yield Hint("registered_in_city", _("单位注册信息不在本市。"), "host.reg_address", "二(一)")
    else:
        text = _("单位注册信息在{division}，已经县级确认。").format(division=host.division)
        yield Hint("registered_in_city", text, sound=True)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _of_integrity(application: Application, *, on: date) -> Iterable[Hint]:
    """What the county looked up, and whether that still counts."""
    for listing in listings_of(application, on=on):
        yield Hint("clean_record", _("{words}。").format(words=listing_words(listing)))
    known = integrity_of(application)
    days = int(application.call.edition.terms["limits"]["integrity_valid_days"])
    for code, label in integrity_items(application).items():
        check = known.get(code)
        if check is None:
            yield Hint("clean_record", _("{label}：县级没有查询记录。").format(label=label))
        elif check.result == IntegrityResult.LISTED:
            text = _("{label}：查有记录（{note}）。").format(label=label, note=check.note)
            yield Hint("clean_record", text)
        elif on > (until := check.checked_on + timedelta(days=days)):
            told = {"label": label, "day": check.checked_on, "until": until}
            text = _("{label}：{day} 查询未发现记录，已于 {until} 过有效期。").format(**told)
            yield Hint("clean_record", text)
        else:
            text = _("{label}：{day} 查询，未发现记录。").format(label=label, day=check.checked_on)
            yield Hint("clean_record", text, sound=True)


# --- what others say --------------------------------------------------------------------------------------------------


def _led(applications: Sequence[Application]) -> dict[int, list[Hint]]:
    """Institutes that a host leads already, by host."""
    rows = Institute.objects.recognised().filter(host__in={one.host_id for one in applications})
    found: dict[int, list[Hint]] = {}
    for one in rows:
        text = _("依托单位已牵头建设“{name}”。").format(name=one.name)
        found.setdefault(one.host_id, []).append(Hint("in_time", text, url=one.get_absolute_url()))
    return found


def _alike(applications: Sequence[Application]) -> dict[int, list[Hint]]:
    """Others under way or recognised that name the same co-builders, patents, software, standards or projects."""
    own: dict[tuple[str, str], list[int]] = {}
    for mark in ApplicationMark.objects.filter(application__in=[one.pk for one in applications]):
        own.setdefault((mark.kind, mark.value), []).append(mark.application_id)
    shared: dict[tuple[int, int, str], list[str]] = {}
    others: dict[int, Application] = {}
    for mark in _same(own):
        others[mark.application_id] = mark.application
        for pk in own.get((mark.kind, mark.value), ()):
            if pk != mark.application_id:
                shared.setdefault((pk, mark.application_id, mark.kind), []).append(mark.value)
    terms = {one.pk: one.call.edition.terms["limits"] for one in applications}
    found: dict[int, list[Hint]] = {}
    for (pk, other, kind), values in shared.items():
        least = int(terms[pk].get("shared_partners_hint", 2)) if kind == MarkKind.PARTNER else 1
        if len(values) >= least:
            found.setdefault(pk, []).append(_shared(others[other], kind, values))
    return found


def _same(own: Mapping[tuple[str, str], list[int]]) -> QuerySet[ApplicationMark]:
    """Marks of the same kind and value wherever they stand in what was handed to the administration."""
    rows = ApplicationMark.objects.filter(
        Q(application__state__in=ALIKE, application__received_at__isnull=False),
        kind__in={kind for kind, _value in own},
        value__in={value for _kind, value in own},
    )
    return rows.select_related("application__host").order_by("application", "kind", "value")


def _shared(other: Application, kind: str, values: Sequence[str]) -> Hint:
    told = {"other": other, "host": other.host, "n": len(values), "values": "、".join(values[:5])}
    if kind == MarkKind.PARTNER:
        text = _("与“{other}”（{host}）有 {n} 家共建单位相同，请核对是否同一团队重复申报。")
        return Hint(
            "agreements_valid", text.format(**told), "partners.partners", url=other.get_absolute_url()
        )
    told["kind"] = MarkKind(kind).label
    text = _("“{other}”（{host}）也填有同一{kind}：{values}，请核对归属和是否重复申报。")
    place = {MarkKind.PROJECT: "annexes.annex-achievement_proof"}.get(MarkKind(kind), "annexes.annex-ip_list")
    return Hint("commitment_sealed", text.format(**told), place, url=other.get_absolute_url())
