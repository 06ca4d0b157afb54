"""The words of this room's letters, and the links in them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import LetterKind
from accounts.models import AccountEdition, Letter
from accounts.models.edition import LETTERS
from records import clock


class OneTimeLinks(PasswordResetTokenGenerator):
    """Links to a password page: void once the password is set, and when the time of the policy is over."""

    def __init__(self, kind: LetterKind) -> None:
        self.kind, self.key_salt = kind, f"accounts.{kind}"
        super().__init__()

    def check_token(self, user, token: str | None) -> bool:
        if not super().check_token(user, token):
            return False
        age = self._num_seconds(self._now()) - base36_to_int(token.split("-")[0])
        return age <= lifetime(self.kind).total_seconds()


def lifetime(kind: str) -> timedelta:
    """How long a link of this kind holds, by the edition in force today."""
    terms = AccountEdition.objects.in_force(LETTERS, clock.today()).terms
    if kind == LetterKind.INVITATION:
        return timedelta(days=terms["invitation_days"])
    return timedelta(hours=terms["password_reset_hours"])


def in_words(period: timedelta) -> str:
    """A period as people say it: 14 天, 24 小时."""
    hours = int(period.total_seconds() // 3600)
    return _("%d 天") % (hours // 24) if hours > 24 and hours % 24 == 0 else _("%d 小时") % hours


invitation_links = OneTimeLinks(LetterKind.INVITATION)
reset_links = OneTimeLinks(LetterKind.PASSWORD_RESET)
_LINKS = {LetterKind.INVITATION: invitation_links, LetterKind.PASSWORD_RESET: reset_links}
_PAGES = {
    LetterKind.INVITATION: "accounts:invitation",
    LetterKind.PASSWORD_RESET: "accounts:password-reset-confirm",
}
_SUBJECTS = {
    LetterKind.SECOND_FACTOR_RESET: gettext_lazy("您的两步登录已由安全管理员重置"),
    LetterKind.INVITATION: gettext_lazy("邀请您加入市级产业技术研究院管理服务平台"),
    LetterKind.PASSWORD_RESET: gettext_lazy("重新设置登录密码"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready to go."""

    to: str
    subject: str
    text: str
    html: str


def link_of(letter: Letter) -> str:
    """The one-time link, made when the letter goes out and stored nowhere."""
    key, token = urlsafe_base64_encode(force_bytes(letter.recipient_id)), _LINKS[letter.kind].make_token
    return settings.PORTAL_URL + reverse(_PAGES[letter.kind], args=[key, token(letter.recipient)])


def message_of(letter: Letter) -> Message:
    """The letter as mail, in plain text and in HTML."""
    memberships = letter.recipient.memberships.live().select_related("organisation")
    context = {
        "recipient": letter.recipient,
        "memberships": memberships,
        "portal_url": settings.PORTAL_URL,
    }
    if letter.kind in _PAGES:
        context |= {"link": link_of(letter), "lifetime": in_words(lifetime(letter.kind))}
    return Message(
        to=letter.recipient.email,
        subject=str(_SUBJECTS[letter.kind]),
        text=render_to_string(f"accounts/mail/{letter.kind}.txt", context),
        html=render_to_string(f"accounts/mail/{letter.kind}.html", context),
    )
