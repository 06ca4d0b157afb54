"""Proving once more who one is, before money moves or a number is shown in full: password, or code where one has it."""

from datetime import datetime, timedelta

from django.core import signing
from django.utils import timezone

from accounts.models import AccountEdition, User
from records import clock

SALT = "accounts.proof"


def issue_proof(*, user: User, at: datetime | None = None) -> str:
    """A token for programs that says who gave password or code, and when. Void with the password that it rests on."""
    said = {"user": user.pk, "hash": user.get_session_auth_hash(), "at": (at or clock.now()).timestamp()}
    return signing.dumps(said, salt=SALT)


def is_proof_valid(*, proof: str, user: User, at: datetime | None = None) -> bool:
    """Whether the token is this person's, as they are now, and young enough by the edition in force."""
    try:
        said = signing.loads(proof, salt=SALT)
    except signing.BadSignature:
        return False
    at, given = at or clock.now(), datetime.fromtimestamp(said["at"], tz=timezone.get_current_timezone())
    is_own = said["user"] == user.pk and said["hash"] == user.get_session_auth_hash()
    return is_own and timedelta(0) <= at - given < AccountEdition.proof_age()
