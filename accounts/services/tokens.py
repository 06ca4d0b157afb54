"""Keys by which programs act as a person: one for each person, void after a time and after a new password."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from rest_framework.authtoken.models import Token

from accounts.models import User
from records import clock
from records.lifecycle import lock


@transaction.atomic
def issue_token(*, user: User, at: datetime | None = None) -> Token:
    """The key of this person; a new one where there is none or the old one is void."""
    lock(user)
    token = Token.objects.filter(user=user).first()
    if token is not None and is_token_valid(token=token, on=at or clock.now()):
        return token
    revoke_token(user=user)
    return Token.objects.create(user=user)


def is_token_valid(*, token: Token, on: datetime) -> bool:
    """Whether the key still stands: not too old, and younger than the password."""
    changed = token.user.password_changed_at
    return token.created > on - settings.API_TOKEN_AGE and (changed is None or token.created >= changed)


@transaction.atomic
def revoke_token(*, user: User) -> None:
    """Void the key of this person."""
    Token.objects.filter(user=user).delete()
