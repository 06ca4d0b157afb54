"""The second step of signing in: taking it up, passing it, giving it up, and a lost phone."""

from datetime import datetime

from django.db import transaction

from accounts import codes
from accounts.enums import LetterKind
from accounts.models import Authenticator, RecoveryCode, User
from accounts.services.letters import post_letter
from records import audit, clock
from records.errors import Conflict
from records.lifecycle import lock


@transaction.atomic
def enrol_second_factor(*, user: User, secret: str, code: str, at: datetime | None = None) -> list[str]:
    """Take up two steps: returns the recovery codes, shown once; none where ``code`` does not fit the secret."""
    at = at or clock.now()
    lock(user)
    if Authenticator.objects.filter(user=user).exists():
        raise Conflict("两步登录已经启用。")
    step = codes.matching_step(secret, codes.plain(code), seconds=at.timestamp(), after=-1)
    if step is None:
        return []
    Authenticator.objects.create(user=user, secret=secret, enrolled_at=at, last_step=step)
    fresh = codes.new_recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=codes.digest_of(each)) for each in fresh)
    audit.record("accounts.user.enrol_second_factor", user, by=user, at=at)
    return fresh


@transaction.atomic
def pass_second_factor(*, user: User, code: str, at: datetime | None = None) -> bool:
    """Whether the code is good; a code, of the app or of recovery, is good once. Guessing becomes slow."""
    at = at or clock.now()
    own = Authenticator.objects.select_for_update().filter(user=user).first()
    if own is None or (own.failed_at and at < own.failed_at + codes.pause_after(own.failures)):
        return False
    step = codes.matching_step(own.secret, codes.plain(code), seconds=at.timestamp(), after=own.last_step)
    if step is None and not _use_recovery_code(user, code, at=at):
        own.failures, own.failed_at = own.failures + 1, at
    else:
        own.failures, own.failed_at, own.last_step = 0, None, step or own.last_step
    own.save(update_fields=["failures", "failed_at", "last_step"])
    return own.failed_at is None


def _use_recovery_code(user: User, code: str, *, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(user=user, used_at__isnull=True, digest=codes.digest_of(code))
    if not unused.update(used_at=at):
        return False
    audit.record("accounts.user.use_recovery_code", user, by=user, at=at)
    return True


@transaction.atomic
def drop_second_factor(*, user: User, by: User, at: datetime | None = None) -> None:
    """Go back to one step: by oneself, or by a security administrator when the phone is lost; then by letter too."""
    at = at or clock.now()
    lock(user)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Conflict(f"“{user.name}”没有启用两步登录。")
    RecoveryCode.objects.filter(user=user).delete()
    if by.pk == user.pk:
        audit.record("accounts.user.drop_second_factor", user, by=by, at=at)
        return
    audit.record("accounts.user.reset_second_factor", user, by=by, at=at)
    post_letter(recipient=user, kind=LetterKind.SECOND_FACTOR_RESET, by=by, at=at)
