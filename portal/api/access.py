"""Who a program acts as: the holder of a token, or whoever is signed in in the browser."""

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions, permissions

from accounts.services import is_token_valid
from accounts.sessions import SECOND_STEP_DUE
from records import clock


class TokenAuthentication(authentication.TokenAuthentication):
    """``Authorization: Token …``. A token ends with its time, with a new password, and with the account."""

    def authenticate_credentials(self, key):
        user, token = super().authenticate_credentials(key)
        if not is_token_valid(token=token, on=clock.now()):
            raise exceptions.AuthenticationFailed(_("令牌已失效，请重新取得。"))
        return user, token


class PasswordDue(exceptions.PermissionDenied):
    """Whoever was given a password sets their own before anything else, programs included."""

    default_code = "password-due"
    default_detail = _("密码由他人设置或已过更换期，请先在网页上设置新密码。")


class SecondStepDue(exceptions.PermissionDenied):
    """A role that must sign in by two steps."""

    default_code = "second-step-due"
    default_detail = _("您的角色须使用两步登录，请先在网页上启用。")


class SignedIn(permissions.IsAuthenticated):
    """Somebody known, with a password of their own."""

    def has_permission(self, request, view) -> bool:
        if not super().has_permission(request, view):
            return False
        if request.user.must_change_password:
            raise PasswordDue
        if request._request.session.get(SECOND_STEP_DUE):
            raise SecondStepDue
        return True
