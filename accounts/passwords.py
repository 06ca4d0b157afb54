"""Passwords as the edition in force wants them: what Django's validation and django-axes ask."""

from datetime import timedelta

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import AccountEdition, User
from accounts.policy import PasswordRules, Profile, undecorated


class ByTheEdition:
    """Length, classes and former passwords; under ``asvs`` common words in any dress. Every fault at once."""

    def validate(self, password: str, user: User | None = None) -> None:
        rules = AccountEdition.password_rules()
        faults = rules.faults_of(password)
        if rules.profile is Profile.ASVS and undecorated(password) in common_words():
            faults.append(_("密码的主体是常见密码，加上数字或符号也容易被猜中。"))
        if user and user.pk and was_used(password, user, rules):
            faults.append(_("不能与最近 %(n)d 次使用的密码相同。") % {"n": rules.history})
        if faults:
            raise ValidationError(faults)

    def get_help_text(self) -> str:
        return AccountEdition.password_rules().in_words()


def common_words() -> set[str]:
    """Django's list of the commonest passwords of published breaches."""
    return CommonPasswordValidator().passwords


def was_used(password: str, user: User, rules: PasswordRules) -> bool:
    """Whether this is among the last ``history`` passwords, the present one included."""
    if not rules.history:
        return False
    former = user.former_passwords.values_list("encoded", flat=True)[: rules.history - 1]
    present = [user.password] if user.has_usable_password() else []
    return any(check_password(password, encoded) for encoded in [*present, *former])


def failures_allowed(request, credentials) -> int:
    """How often a name may be tried in vain from one address before that address has to wait."""
    return AccountEdition.login_rules().max_failures


def pause(request) -> timedelta:
    """How long it has to wait, counted from its last try."""
    return AccountEdition.login_rules().lock
