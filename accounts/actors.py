"""Who did it, as far as a reader may know.

Whoever handles such cases reads the people by name. Everybody else reads the office that acted, and by name
only oneself and the people of one's own unit or agency. What the clock did says so.
"""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Division, Membership, User
from accounts.reach import reach_of
from accounts.roles import ROLES, UNIT_ROLES, Reach, Role, label_of
from records.desk import desk_for
from records.models import AuditEvent, LifecycleSubject
from records.models.subject import subject_type

# The office that acts in a role. ``{division}`` is the county-level unit of the case.
OFFICES = {
    Role.ENT_FILLER: gettext_lazy("申报单位"),
    Role.ENT_ADMIN: gettext_lazy("申报单位"),
    Role.COUNTY_STAFF: gettext_lazy("{division}科技管理部门"),
    Role.COUNTY_LEAD: gettext_lazy("{division}分管领导"),
    Role.COUNTY_FIN: gettext_lazy("{division}财政部门"),
    Role.BUREAU_CLERK: gettext_lazy("市科技局"),
    Role.BUREAU_APPROVER: gettext_lazy("市科技局"),
}
ALWAYS = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR)
"""Who reads names on every case that they see at all."""
COLLEAGUES = (*UNIT_ROLES, Role.AGENCY)
"""Who handles cases and yet reads officers as offices, but the people of the own house by name."""


def actors_of(reader: User, subject: LifecycleSubject, events: Sequence[AuditEvent]) -> list[str]:
    """For each line of the register, in what words this reader is told who did it."""
    prefetch_related_objects(events, "actor")
    if reads_names(reader, subject):
        return [_by_the_clock(event) or _name_then(event) for event in events]
    held = _memberships({event.actor_id for event in events})
    where = _county_of(subject)
    return [
        _by_the_clock(event)
        or _colleague(reader, event, held.get(event.actor_id, []))
        or _office(_role_played(event, held.get(event.actor_id, [])), where)
        for event in events
    ]


def reads_names(reader: User, subject: LifecycleSubject) -> bool:
    """Whether the reader handles such cases, this one within reach; never on the side of the unit itself."""
    host_id, division_id = subject.host_id, subject.division_id
    if host_id and host_id in reach_of(reader.memberships_active, *UNIT_ROLES).organisations:
        return False
    if reader.holds(*ALWAYS):
        return True
    handlers = _handlers(subject_type(subject))
    reach = reach_of([m for m in reader.memberships_active if m.role in handlers])
    return reach.covers(host_id=host_id, division_id=division_id)


def _handlers(name: str) -> set[str]:
    """The offices that take moves of such cases."""
    desk = desk_for(name)
    roles = {role for grant in desk.who.values() for role in grant.all_roles} if desk else set()
    return {role for role in roles if ROLES[Role(role)].reach in (Reach.DIVISION, Reach.CITY)}


def _by_the_clock(event: AuditEvent) -> str:
    return _("系统自动") if event.actor.is_system else ""


def _name_then(event: AuditEvent) -> str:
    """The name as it was. The login beside it is for the register: who reads a case knows people by name."""
    return event.actor_label.removesuffix(f"（{event.actor.username}）")


def _memberships(people: Iterable[int]) -> dict[int, list[Membership]]:
    """What each of them ever held: they acted in it then, whether they still hold it or not."""
    found: dict[int, list[Membership]] = {}
    for membership in Membership.objects.filter(user_id__in=people).order_by("pk"):
        found.setdefault(membership.user_id, []).append(membership)
    return found


def _colleague(reader: User, event: AuditEvent, held: list[Membership]) -> str:
    """The name of oneself, or of somebody of one's own unit or agency; empty for all others."""
    home = {m.organisation_id for m in reader.memberships_active if m.role in COLLEAGUES}
    of_home = any(m.organisation_id in home for m in held if m.role in COLLEAGUES)
    return event.actor.name if of_home or event.actor_id == reader.pk else ""


def _role_played(event: AuditEvent, held: list[Membership]) -> str:
    """The role in which the move was taken: of those the person held, one whose move it is."""
    desk = desk_for(event.subject_type)
    grant = desk.who.get(event.verb.rpartition(".")[2]) if desk else None
    open_to = grant.all_roles if grant else ()
    roles = [membership.role for membership in held]
    return next((role for role in roles if role in open_to), next(iter([*roles, *open_to]), ""))


def _office(role: str, division: str) -> str:
    if not role:
        return ""
    return str(OFFICES.get(Role(role), label_of(role))).format(division=division)


def _county_of(subject: LifecycleSubject) -> str:
    """The county-level unit of the case in words; kept back where the reader must not learn whose case it is."""
    division_id = None if getattr(subject, "is_blinded", False) else subject.division_id
    found = Division.objects.filter(pk=division_id).first() if division_id else None
    return found.name if found else _("县级")
