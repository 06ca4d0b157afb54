"""Django's sessions, kept as visits: they end by the edition, and an ended one says why."""

from datetime import datetime, timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from accounts.models import Visit

ABOUT = "visit"
"""Where a session keeps what was settled at the sign-in: when it began, its limits in seconds, from where."""
PENDING = "second-step-pending"
"""Who gave the right password and owes a code."""
SECRET = "second-step-secret"
"""What the page of enrolment shows, until a code of it was typed."""
SECOND_STEP_DUE = "second-step-due"
"""Whether the role must have two steps and the person has not."""
PROVED = "proved"
"""When the person last gave password or code in this visit, and for how many seconds that counts."""
FRESH = timedelta(minutes=1)
"""Being seen is written down at most this often."""


def note_proof(session, *, at: datetime, lasts: timedelta) -> None:
    """Note that the person has just given password or code."""
    session[PROVED] = {"at": at.timestamp(), "lasts": lasts.total_seconds()}


def is_proved(session, *, at: datetime) -> bool:
    """Whether password or code were given in this visit so lately that they need not be asked for again."""
    proved = session.get(PROVED)
    return bool(proved) and proved["at"] <= at.timestamp() < proved["at"] + proved["lasts"]


class SessionStore(DatabaseStore):
    """One query to load, as with Django's own; what is over is not loaded, and ``over`` says why."""

    visit: Visit | None = None
    over: str = ""

    @classmethod
    def get_model_class(cls):
        return Visit

    def load(self) -> dict:
        self.visit = Visit.objects.filter(session_key=self.session_key).first()
        if self.visit is None:
            self._session_key = None
            return {}
        now = timezone.now()
        if self.visit.ended_at or self.visit.expire_date <= now:
            self.over = self.visit.end_at(now)
            return {}
        return self.decode(self.visit.session_data)

    def begin(self, *, idle: timedelta, longest: timedelta, address: str | None, agent: str) -> None:
        """Settle for this visit how long it may last, and from where it comes."""
        self[ABOUT] = {
            "begun": timezone.now().timestamp(),
            "idle": idle.total_seconds(),
            "longest": longest.total_seconds(),
            "address": address,
            "agent": agent[:300],
        }

    @property
    def wants_a_touch(self) -> bool:
        """Whether it is a while since this visit was last seen."""
        known = self.visit is not None and not self.over
        return known and self.visit.seen_at <= timezone.now() - FRESH

    def create_model_instance(self, data: dict) -> Visit:
        visit, about, now = super().create_model_instance(data), data.get(ABOUT), timezone.now()
        visit.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        visit.begun_at = visit.seen_at = now
        if about:
            visit.begun_at = datetime.fromtimestamp(about["begun"], tz=now.tzinfo)
            visit.over_at = visit.begun_at + timedelta(seconds=about["longest"])
            visit.expire_date = min(visit.over_at, now + timedelta(seconds=about["idle"]))
            visit.address, visit.agent = about["address"], about["agent"]
        return visit

    def save(self, must_create: bool = False) -> None:
        """Write the visit down, unless it was ended in the meantime: then it stays ended."""
        if self.over and not must_create:
            self.over, self._session_key = "", None
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        row = self.create_model_instance(self._get_session())
        values = {name: getattr(row, name) for name in WRITTEN}
        if not Visit.objects.alive(row.seen_at).filter(session_key=row.session_key).update(**values):
            raise UpdateError


WRITTEN = ("session_data", "expire_date", "over_at", "user_id", "begun_at", "seen_at", "address", "agent")
