"""Who is told what on every move: the unit in its words, whoever holds the case next in the officers'."""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_holding, people_in, people_in_any, people_of_units
from institutes.lifecycle import APPLICATION, CALL
from institutes.models import Application, Call, CertificateBatch, Recognition
from institutes.notifications.achievements import tell_of_achievement
from institutes.notifications.chains import tell_of_proposal
from institutes.notifications.county import tell_of_county_policy, tell_of_entry, tell_of_summary
from institutes.notifications.decisions import tell_of_batch
from institutes.notifications.extensions import tell_of_extension
from institutes.notifications.standing import (
    tell_new_host,
    tell_of_change,
    tell_of_progress,
    tell_of_revocation,
    tell_of_suspension,
)
from institutes.notifications.words import OFFICE_WORDS, UNIT_WORDS, Words
from institutes.selectors import APPLICATION_TYPE, UNIT, everybody_who_applies, move_of
from notices.services import Telling, tell, tell_all
from records import deadlines
from records.deadlines import day_in_words
from records.models import AuditEvent, Deadline
from records.words import because, sentence

__all__ = [
    "people_of_unit",
    "tell_new_host",
    "tell_of_achievement",
    "tell_of_batch",
    "tell_of_call",
    "tell_of_change",
    "tell_of_progress",
    "tell_of_extension",
    "tell_of_county_policy",
    "tell_of_entry",
    "tell_of_move",
    "tell_of_moves",
    "tell_of_proposal",
    "tell_of_revocation",
    "tell_of_summary",
    "tell_of_suspension",
]

OFFICES = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
# What comes back to whoever had it before: they read that it did, not that something new came.
SENT_BACK = frozenset({"send_back_recommendation", "send_back_formal"})
# Whose work a state is that only time or another room ends: nobody is called to act.
QUIET_STATES = frozenset({"publicity", "draft"})


def tell_of_move(application: Application, event: AuditEvent) -> None:
    """Tell the unit and the offices what happened, and the next holder what to do; ``event`` is the line of the
    register."""
    tell_of_moves([(application, event)])


def tell_of_moves(moved: Sequence[tuple[Application, AuditEvent]]) -> None:
    """The same for many that moved at the same moment, in hardly more queries than one takes."""
    applications = [application for application, _event in moved]
    prefetch_related_objects(applications, "call", "host", "division")
    due, people = deadlines.current_of(applications), _People(applications)
    tellings = [
        telling
        for application, event in moved
        for telling in _tellings(application, event, due.get((APPLICATION_TYPE, application.pk)), people)
    ]
    if moved:
        tell_all(tellings=tellings, at=moved[0][1].at)


class _People:
    """Who is to be told about these applications, each unit and each county looked up once."""

    def __init__(self, applications: Iterable[Application]):
        self._units = people_of_units(UNIT, [one.host_id for one in applications])
        self._offices: dict[int | None, list[User]] = {}

    def of_unit(self, application: Application) -> list[User]:
        return self._units.get(application.host_id, [])

    def of_offices(self, application: Application) -> list[User]:
        """Everybody of the county and the bureau, each once, in whatever roles."""
        division = application.division_id
        if division not in self._offices:
            self._offices[division] = list(people_in_any(OFFICES, division_id=division))
        return self._offices[division]


def _tellings(
    application: Application, event: AuditEvent, deadline: Deadline | None, people: _People
) -> list[Telling]:
    found = [
        _of_unit(application, event, deadline, people),
        _of_offices(application, event, deadline, people),
        _of_holder(application, event, deadline),
        _of_former_holder(application, event) if move_of(event) == "withdraw" else None,
    ]
    return [telling for telling in found if telling]


def people_of_unit(application: Application) -> list[User]:
    """Fillers and administrators of the host."""
    return list(people_in_any(UNIT, host_id=application.host_id))


def _of_unit(
    application: Application, event: AuditEvent, deadline: Deadline | None, people: _People
) -> Telling | None:
    words = UNIT_WORDS.get(move_of(event))
    if words is None:
        return None
    return _said(words, people.of_unit(application), application, event, deadline, name=event.verb)


def _of_offices(
    application: Application, event: AuditEvent, deadline: Deadline | None, people: _People
) -> Telling | None:
    """To everybody of the county and the bureau but whoever did it."""
    words = OFFICE_WORDS.get(move_of(event))
    if words is None:
        return None
    others = [one for one in people.of_offices(application) if one.pk != event.actor_id]
    return _said(words, others, application, event, deadline, name=f"{event.verb}.offices")


def _said(
    words: Words,
    people: Iterable[User],
    application: Application,
    event: AuditEvent,
    deadline: Deadline | None,
    *,
    name: str,
) -> Telling:
    return Telling(
        recipients=people,
        event=name,
        subject=application,
        title=f"{words.title}：{application}",
        body=words.body.format(**_values(application, event, deadline)),
        occasion=str(event.pk),
    )


def _of_holder(application: Application, event: AuditEvent, deadline: Deadline | None) -> Telling | None:
    """Calls whoever holds it next; the unit's own people have just read what to do."""
    state = APPLICATION.states[application.state]
    if deadline is None or application.state in QUIET_STATES or deadline.holder_role in UNIT:
        return None
    until = _until(deadline, event)
    if deadline.holder_role == Role.AGENCY and application.is_hidden_from_agency:
        return _of_agency(application, event, deadline, until)
    action = move_of(event)
    what = f"已{APPLICATION.moves[action].label}" if action in SENT_BACK else state.label
    return Telling(
        recipients=[one for one in people_holding(deadline) if one.pk != event.actor_id],
        event=f"{event.verb}.holder",
        subject=application,
        title=f"{what}：{application}",
        body=f"{application.host}（{application.division}）申报的{_case(application)}{what}{until}。{because(event.reason)}",
        occasion=str(event.pk),
    )


def _of_former_holder(application: Application, event: AuditEvent) -> Telling | None:
    """Whoever had a case that its unit took back has nothing to do any more."""
    role = APPLICATION.states[event.from_state].role
    if not role or role in UNIT:
        return None
    known = (
        application.blinded() if role == Role.AGENCY and application.is_hidden_from_agency else application
    )
    return Telling(
        recipients=people_in(
            role, division_id=application.division_id, organisation_id=application.agency_id
        ),
        event=f"{event.verb}.offices",
        subject=known,
        title=f"申报已撤回：{known}",
        body=f"{_case(known)}已由申报单位撤回，不需再办理。",
        occasion=str(event.pk),
    )


def _of_agency(application: Application, event: AuditEvent, deadline: Deadline, until: str) -> Telling:
    """Says what is to be done without saying whose application it is."""
    blinded = application.blinded()
    return Telling(
        recipients=people_holding(deadline),
        event=f"{event.verb}.holder",
        subject=blinded,
        title=f"专家评审：{blinded}",
        body=f"{blinded}已交贵机构组织专家评审{until}。评审期间不显示申报单位。",
        occasion=str(event.pk),
    )


def _values(application: Application, event: AuditEvent, deadline: Deadline | None) -> dict[str, object]:
    closes = timezone.localtime(application.call.closes_at)
    due_on = deadline.due_on if deadline else None
    return {
        "case": _case(application),
        "host": application.host,
        "division": application.division,
        "reason": sentence(event.reason),
        "reasons": event.data.get("reasons", 0),
        "score": application.review_score,
        "certificate": event.data.get("paper", {}).get("number", ""),
        "closes": f"{day_in_words(closes.date())}{closes:%H:%M}",
        "until": day_in_words(due_on) if due_on else "",
        "left": deadlines.left_in_words(due_on, on=timezone.localdate(event.at)),
    }


def _case(application: Application) -> str:
    """Name and number, as everybody asks for it."""
    if application.is_blinded:
        return str(application)
    number = f"（受理号 {application.number}）" if application.number else ""
    return f"“{application}”{number}"


def _until(deadline: Deadline, event: AuditEvent) -> str:
    if not deadline.due_on:
        return ""
    left = deadlines.left_in_words(deadline.due_on, on=timezone.localdate(event.at))
    return f"，请于{day_in_words(deadline.due_on)}前办理{left}"


def tell_of_certificate(recognition: Recognition, batch: CertificateBatch) -> None:
    """Tell the unit that the joint notice names its institute and that the certificate can be fetched."""
    application = recognition.application
    tell(
        recipients=people_of_unit(application),
        event="institutes.certificatebatch.order",
        subject=application,
        title=f"认定通知已印发：{application}",
        body=f"《{batch.title}》（{batch.number}）已印发，{_case(application)}的认定证书"
        f"（编号 {recognition.certificate_number}）可在案卷中下载，不需办理。",
        occasion=str(batch.pk),
        at=batch.ordered_at,
    )


def tell_of_call(call: Call, event: AuditEvent) -> None:
    """Tell units and counties that a call was published, and the approver that one waits."""
    if move_of(event) == "publish":
        opens, until = timezone.localtime(call.opens_at), timezone.localtime(call.closes_at)
        left = deadlines.left_in_words(until.date(), on=timezone.localdate(event.at))
        tell(
            recipients=everybody_who_applies(),
            event=event.verb,
            subject=call,
            title=f"申报通知已发布：{call}",
            body=(
                f"《{call}》（{call.number}）已发布，{day_in_words(opens.date())}{opens:%H:%M}起填报，"
                f"申报截止{day_in_words(until.date())}{until:%H:%M}{left}。"
                "申报单位请在截止前完成填报、本单位审核和报送，截止后不能报送。"
            ),
            occasion=str(event.pk),
            at=event.at,
        )
    elif role := CALL.states[call.state].role:
        tell(
            recipients=people_in(role),
            event=event.verb,
            subject=call,
            title=f"申报通知待发布：{call}",
            body=f"《{call}》（{call.number}）已由经办拟好，请审定后发布；不宜发布的请作废。",
            occasion=str(event.pk),
            at=event.at,
        )
