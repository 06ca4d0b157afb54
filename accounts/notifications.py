"""The words of this room's letters, and the links in them."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator, default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.enums import LetterKind
from accounts.models import Letter


class InvitationTokenGenerator(PasswordResetTokenGenerator):
    """Links that let an invited person set a first password; void once it is set, or after three days."""

    key_salt = "accounts.invitation"


invitation_tokens = InvitationTokenGenerator()
_TOKENS = {LetterKind.INVITATION: invitation_tokens, LetterKind.PASSWORD_RESET: default_token_generator}
_PAGES = {
    LetterKind.INVITATION: "accounts:invitation",
    LetterKind.PASSWORD_RESET: "accounts:password-reset-confirm",
}
_SUBJECTS = {
    LetterKind.INVITATION: "邀请您加入市级产业技术研究院管理服务平台",
    LetterKind.PASSWORD_RESET: "重新设置登录密码",
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
    key, token = urlsafe_base64_encode(force_bytes(letter.recipient_id)), _TOKENS[letter.kind].make_token
    return settings.PORTAL_URL + reverse(_PAGES[letter.kind], args=[key, token(letter.recipient)])


def message_of(letter: Letter) -> Message:
    """The letter as mail, in plain text and in HTML."""
    memberships = letter.recipient.memberships.live().select_related("organisation")
    context = {
        "recipient": letter.recipient,
        "memberships": memberships,
        "link": link_of(letter),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
        "portal_url": settings.PORTAL_URL,
    }
    return Message(
        to=letter.recipient.email,
        subject=_SUBJECTS[letter.kind],
        text=render_to_string(f"accounts/mail/{letter.kind}.txt", context),
        html=render_to_string(f"accounts/mail/{letter.kind}.html", context),
    )
