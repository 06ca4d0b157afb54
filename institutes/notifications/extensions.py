"""Who hears of a later end of a call: whoever acts next on it, and once it is published all it concerns."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in
from institutes.models import CallExtension
from institutes.selectors import people_of_counties, people_with_drafts
from notices.services import tell
from records import deadlines
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

OFFERED = (
    "申报延期建议：{call}",
    "{reason}平台已备好延期建议，截止时间由{old}延至{new}。请核对后填写文号提交审定；不宜延期的请说明理由。",
)
DRAFTED = (
    "申报延期待发布：{call}",
    "《{call}》（{call_number}）拟由{old}延期至{new}（{number}）。理由：{reason}请审定后发布；不宜延期的请说明理由。",
)
PUBLISHED = (
    "申报延期：{call}",
    "《{call}》（{call_number}）的申报截止时间由{old}延至{new}{left}，文号 {number}。理由：{reason}",
)
TO_UNITS = "本单位尚未报送的申报书已保留，请在新的截止时间前完成填报、审核和报送。"
TO_COUNTIES = "请告知辖区申报单位。"
DISCARDED = (
    "不予延期：{call}",
    "《{call}》（{call_number}）的延期未予发布，截止时间仍为{old}。理由：{because}",
)


def tell_of_extension(extension: CallExtension, event: AuditEvent) -> None:
    """Tell of what was offered, drafted, published or given up; ``event`` is the line of the register."""
    match event.to_state:
        case "offered":
            _say(extension, event, people_in(Role.BUREAU_CLERK), OFFERED)
        case "draft":
            _say(extension, event, people_in(Role.BUREAU_APPROVER), DRAFTED)
        case "published":
            _tell_everybody(extension, event)
        case _:
            author = [extension.drafted_by] if extension.drafted_by else people_in(Role.BUREAU_CLERK)
            _say(extension, event, [one for one in author if one.pk != event.actor_id], DISCARDED)


def _tell_everybody(extension: CallExtension, event: AuditEvent) -> None:
    """Units with a book that was not received, the counties, and whoever drafted it: each once."""
    units = {person.pk: person for person in people_with_drafts(extension.call)}
    counties = {person.pk: person for person in people_of_counties() if person.pk not in units}
    _say(extension, event, units.values(), PUBLISHED, then=TO_UNITS)
    _say(extension, event, counties.values(), PUBLISHED, then=TO_COUNTIES)
    if extension.drafted_by and extension.drafted_by.pk not in {*units, *counties}:
        _say(extension, event, [extension.drafted_by], PUBLISHED)


def _say(
    extension: CallExtension,
    event: AuditEvent,
    people: Iterable[User],
    words: tuple[str, str],
    *,
    then: str = "",
) -> None:
    title, body = words
    values = _values(extension, event)
    tell(
        recipients=people,
        event=event.verb,
        subject=extension,
        title=title.format(**values),
        body=body.format(**values) + then,
        occasion=str(event.pk),
        at=event.at,
    )


def _values(extension: CallExtension, event: AuditEvent) -> dict[str, object]:
    new = timezone.localtime(extension.closes_to)
    return {
        "call": extension.call,
        "call_number": extension.call.number,
        "old": _moment(extension.closes_from),
        "new": _moment(extension.closes_to),
        "left": deadlines.left_in_words(new.date(), on=timezone.localdate(event.at)),
        "number": extension.number,
        "reason": sentence(extension.reason),
        "because": sentence(event.reason),
    }


def _moment(at) -> str:
    local = timezone.localtime(at)
    return f"{day_in_words(local.date())}{local:%H:%M}"
