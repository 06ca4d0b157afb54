"""A token for a user name and a password, throttled and counted as the login page is."""

from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, permissions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts.services import issue_token, revoke_token
from portal.api.access import PasswordDue, SignedIn


class WrongPassword(exceptions.APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "wrong-password"
    default_detail = _("用户名或密码不正确。连续多次输错，将暂停登录一段时间。")


class LockedOut(exceptions.APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "locked-out"
    default_detail = _("连续多次输错密码，登录已暂停，请稍后再试。")


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(source="key", read_only=True)


class TokenView(APIView):
    """The token of a person, for their user name and password."""

    permission_classes = [permissions.AllowAny]
    throttle_scope = "token"

    def get_authenticators(self):
        """Asking for a token takes the password alone; giving it back takes the token."""
        return [] if self.request and self.request.method == "POST" else super().get_authenticators()

    def get_throttles(self):
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    def get_permissions(self):
        return super().get_permissions() if self.request.method == "POST" else [SignedIn()]

    @extend_schema(
        auth=[],
        request=CredentialsSerializer,
        responses=TokenSerializer,
        summary="取得令牌",
        examples=[
            OpenApiExample("示例", {"username": "ent_filler", "password": "……"}, request_only=True),
            OpenApiExample("令牌", {"token": "9944b091…"}, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        """用户名和密码换取令牌，以后放在请求头 `Authorization: Token …` 中。令牌 30 日后、修改密码后失效。"""
        asked = CredentialsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = known(request, **asked.validated_data)
        if user.must_change_password:
            raise PasswordDue
        return Response(TokenSerializer(issue_token(user=user)).data)

    @extend_schema(request=None, responses={204: None}, summary="交回令牌")
    def delete(self, request: Request) -> Response:
        """令牌立即失效。"""
        revoke_token(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def known(request: Request, *, username: str, password: str):
    """The person of this name and password. Guessing is counted as at the login page, and ends as there."""
    plain = request._request
    user = authenticate(plain, username=username.strip().lower(), password=password)
    if getattr(plain, "axes_locked_out", False):
        plain.axes_locked_out = False  # else the login page's own answer replaces this one
        raise LockedOut
    if user is None:
        raise WrongPassword
    return user
