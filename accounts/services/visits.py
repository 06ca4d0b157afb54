"""Ending what somebody is signed in to: their own other browsers, or anybody's, for a security administrator."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.enums import VisitEnd
from accounts.models import User, Visit
from records import audit

KEPT = timedelta(days=7)


@transaction.atomic
def end_other_visits(*, user: User, key: str | None, why: str = VisitEnd.SELF, by: User) -> int:
    """End every visit of ``user`` but the one with this key; says how many."""
    now = timezone.now()
    others = Visit.objects.alive(now).filter(user=user).exclude(session_key=key)
    ended = others.update(ended_at=now, ended_by=by, end=why, session_data="")
    if ended:
        audit.record("accounts.user.end_other_visits", user, by=by, ended=ended, why=str(why))
    return ended


@transaction.atomic
def end_visit(*, visit: Visit, by: User) -> bool:
    """End one visit; its browser is told at its next request who did it. Done twice, it happens once."""
    now = timezone.now()
    why = VisitEnd.SELF if visit.user_id == by.pk else VisitEnd.OFFICER
    alive = Visit.objects.alive(now).filter(pk=visit.pk)
    if not alive.update(ended_at=now, ended_by=by, end=why, session_data=""):
        return False
    person = User.objects.get(pk=visit.user_id)
    audit.record("accounts.user.end_visit", person, by=by, address=visit.address or "")
    return True


@transaction.atomic
def forget_old_visits() -> int:
    """Delete the rows whose browser need not be told any more."""
    return Visit.objects.filter(expire_date__lt=timezone.now() - KEPT).delete()[0]
