"""Everybody who might meet a case."""

from accounts.enums import COUNTY_KINDS, OrganisationKind
from accounts.models import User
from accounts.roles import Role
from evaluation.models import Assignment
from tests.factories.accounts import OrganisationFactory, UserFactory, home_kind, person

UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


def everybody(subject) -> dict[str, User]:
    """One person of every role within reach of ``subject``, their like elsewhere, and somebody without a role."""
    people = {str(role): _within(role, subject) for role in Role if role != Role.SYSTEM}
    elsewhere = (Role.ENT_ADMIN, Role.COUNTY_STAFF)
    people |= {f"other_{role}": person(role, division="130104") for role in elsewhere}
    return people | {"nobody": UserFactory()}


def _within(role: Role, subject) -> User:
    panel = getattr(subject, "panel", subject)
    application = getattr(panel, "application", subject)
    host = getattr(application, "host", None) or getattr(subject, "organisation", None)
    if role in UNIT and host is not None and host.kind == OrganisationKind.ENTERPRISE:
        return person(role, organisation=host)
    if role == Role.AGENCY and getattr(application, "agency_id", None):
        return person(role, organisation=application.agency)
    if role == Role.EXPERT and isinstance(subject, Assignment):
        return subject.expert.user
    kind = home_kind(role)
    if kind in COUNTY_KINDS and host is not None and host.division_id:
        return person(role, organisation=OrganisationFactory(kind=kind, division=host.division))
    return person(role)
