"""A person's own account: name, contact, password."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction

from accounts.enums import LetterKind
from accounts.models import AccountEdition, FormerPassword, Letter, User
from accounts.roles import SYSTEM_USERNAME
from accounts.services.letters import post_letter
from records import audit, clock
from records.errors import Conflict, Reason
from records.lifecycle import lock

# Asked again within this time, one letter is enough: nobody fills a stranger's mailbox through us.
_ONE_LETTER_PER = timedelta(minutes=2)


def system_user() -> User:
    """The actor of what the clock does. It cannot sign in."""
    return User.objects.get(username=SYSTEM_USERNAME)


def new_user(
    *,
    username: str,
    name: str,
    email: str,
    mobile: str = "",
    by: User | None,
    at: datetime,
    password: str = "",
) -> User:
    """Store a person; without ``password`` they set one by the link in their invitation.

    A password that somebody else chose is to be changed first; without ``by`` the person enters themselves.
    """
    user = User(username=username, name=name, email=email, mobile=mobile, created_at=at, created_by=by)
    user.set_unusable_password()
    user.save()
    if password:
        store_password(user, password, by=by or user, at=at)
    return user


def username_taken(username: str) -> list[Reason]:
    if User.objects.filter(username=username).exists():
        return [Reason(f"用户名“{username}”已被使用，请换一个。", field="username")]
    return []


@transaction.atomic
def update_profile(
    *, user: User, name: str, email: str, mobile: str, by: User, at: datetime | None = None
) -> User:
    """Change name and contact; the register says which fields, not their content."""
    lock(user)
    wanted = {"name": name, "email": email, "mobile": mobile}
    changed = [field for field, value in wanted.items() if getattr(user, field) != value]
    if not changed:
        return user
    for field in changed:
        setattr(user, field, wanted[field])
    user.save(update_fields=changed)
    audit.record("accounts.user.update", user, by=by, at=at, fields=changed)
    return user


@transaction.atomic
def change_password(*, user: User, password: str, by: User, at: datetime | None = None) -> User:
    """Set a new password; whoever sets their own need not change it again at the next sign-in."""
    at = at or clock.now()
    lock(user)
    store_password(user, password, by=by, at=at)
    audit.record("accounts.user.change_password", user, by=by, at=at)
    return user


@transaction.atomic
def finish_password_reset(*, user: User, password: str, at: datetime | None = None) -> User:
    """Set the password by the link that was mailed; the link is void afterwards."""
    at = at or clock.now()
    lock(user)
    if not user.is_active:
        raise Conflict("该账户已停用，请联系系统管理员。")
    store_password(user, password, by=user, at=at)
    audit.record("accounts.user.reset_password", user, by=user, at=at)
    return user


def store_password(user: User, password: str, *, by: User, at: datetime) -> None:
    """Set the password, and keep the hash of the one before for as long as it must not come back."""
    if user.has_usable_password():
        FormerPassword.objects.create(user=user, encoded=user.password, replaced_at=at)
    _forget_oldest(user)
    user.set_password(password)
    user.must_change_password = by.pk != user.pk
    user.password_changed_at, user.password_changed_by = at, by
    user.save(
        update_fields=["password", "must_change_password", "password_changed_at", "password_changed_by"]
    )


def _forget_oldest(user: User) -> None:
    """The present password is one of those that are remembered, so one hash less is kept."""
    keep = max(AccountEdition.password_rules().history - 1, 0)
    latest = list(user.former_passwords.values_list("pk", flat=True)[:keep])
    user.former_passwords.exclude(pk__in=latest).delete()


@transaction.atomic
def expire_passwords(*, user: User | None = None, at: datetime | None = None) -> int:
    """Ask for a new password of everybody (or of ``user``) whose own is older than the edition allows."""
    at, rules = at or clock.now(), AccountEdition.password_rules()
    if not rules.max_age_days:
        return 0
    people = User.objects.active().filter(must_change_password=False)
    if user is not None:
        people = people.filter(pk=user.pk)
    old = people.set_before(at - timedelta(days=rules.max_age_days))
    return old.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).update(must_change_password=True)


@transaction.atomic
def ask_password_reset(*, email: str, at: datetime | None = None) -> list[Letter]:
    """Write to everybody who may sign in under this address; an unknown address is answered with silence."""
    at = at or clock.now()
    people = User.objects.active().filter(email__iexact=email).exclude(email="").order_by("pk")
    recent = Letter.objects.filter(kind=LetterKind.PASSWORD_RESET, asked_at__gt=at - _ONE_LETTER_PER)
    waiting = set(recent.filter(recipient__in=people).values_list("recipient_id", flat=True))
    return [
        post_letter(recipient=user, kind=_letter_for(user), by=None, at=at)
        for user in people.select_for_update(of=("self",), no_key=True)
        if user.pk not in waiting
    ]


def _letter_for(user: User) -> LetterKind:
    """Who never accepted the invitation gets it again instead."""
    return LetterKind.PASSWORD_RESET if user.has_usable_password() else LetterKind.INVITATION
