"""Asking once more for password or code, in the very form that it is needed for."""

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import selectors, services
from accounts.models import AccountEdition
from accounts.sessions import is_proved, note_proof
from records import clock

BOX = "proof"


def proof_faults(request: HttpRequest) -> list[str]:
    """What keeps the person from this step: empty where password or code were given lately, or come with the form.

    Wrong ones are counted as at the door, and lock as there.
    """
    if is_proved(request.session, at=clock.now()):
        return []
    given = request.POST.get(BOX, "")
    by_code = selectors.has_second_factor(request.user)
    if not given:
        return [
            _("请输入验证器的验证码，确认是您本人办理。")
            if by_code
            else _("请输入登录密码，确认是您本人办理。")
        ]
    if not gives_proof(request, by_code=by_code, given=given):
        return [_("验证码不正确或已经用过。") if by_code else _("密码不正确。连续多次输错，将锁定登录。")]
    note_proof(request.session, at=clock.now(), lasts=AccountEdition.proof_age())
    return []


def gives_proof(request: HttpRequest, *, by_code: bool, given: str) -> bool:
    """Whether ``given`` is the person's password, or a fresh code of theirs where they have two steps."""
    user = request.user
    if not by_code:
        return authenticate(request, username=user.username, password=given) == user
    if services.pass_second_factor(user=user, code=given):
        return True
    user_login_failed.send(__name__, credentials={"username": user.username}, request=request)
    return False


def box_of(request: HttpRequest) -> dict | None:
    """What the form has to ask for; None where it need not ask."""
    if is_proved(request.session, at=clock.now()):
        return None
    return {"name": BOX, "by_code": selectors.has_second_factor(request.user)}
