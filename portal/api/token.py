"""A token for a user name and a password, throttled and counted as the login page is."""

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions, permissions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from accounts import sessions
from accounts.selectors import has_second_factor, owes_second_factor
from accounts.services import is_proof_valid, issue_proof, issue_token, pass_second_factor, revoke_token
from portal.api.access import PasswordDue, SecondStepDue, SignedIn
from records import clock


class WrongPassword(exceptions.APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "wrong-password"
    default_detail = _("用户名或密码不正确。连续多次输错，将暂停登录一段时间。")


class CodeRequired(exceptions.APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "code-required"
    default_detail = _("该账户已启用两步登录，请在 code 中一并提供验证码。")


class WrongCode(exceptions.APIException):
    status_code = status.HTTP_401_UNAUTHORIZED
    default_code = "wrong-code"
    default_detail = _("验证码不正确或已经用过。")


class LockedOut(exceptions.APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "locked-out"
    default_detail = _("连续多次输错密码，登录已暂停，请稍后再试。")


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)
    code = serializers.CharField(max_length=20, required=False, allow_blank=True, write_only=True)


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
        if owes_second_factor(user):
            raise SecondStepDue
        return Response(TokenSerializer(issue_token(user=user)).data)

    @extend_schema(request=None, responses={204: None}, summary="交回令牌")
    def delete(self, request: Request) -> Response:
        """令牌立即失效。"""
        revoke_token(user=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)


def known(request: Request, *, username: str, password: str, code: str = ""):
    """The person of this name and password. Guessing is counted as at the login page, and ends as there."""
    plain = request._request
    user = authenticate(plain, username=username.strip().lower(), password=password)
    if getattr(plain, "axes_locked_out", False):
        plain.axes_locked_out = False  # else the login page's own answer replaces this one
        raise LockedOut
    if user is None:
        raise WrongPassword
    if has_second_factor(user):
        _pass(plain, user, code)
    return user


def _pass(plain, user, code: str) -> None:
    """The second step, where the person has taken it up; wrong codes are counted as wrong passwords are."""
    if not code:
        raise CodeRequired
    if not pass_second_factor(user=user, code=code):
        user_login_failed.send(__name__, credentials={"username": user.username}, request=plain)
        plain.axes_locked_out = False
        raise WrongCode


class ProofSerializer(serializers.Serializer):
    password = serializers.CharField(
        max_length=1024, trim_whitespace=False, write_only=True, required=False, allow_blank=True
    )
    code = serializers.CharField(max_length=20, required=False, allow_blank=True, write_only=True)
    proof = serializers.CharField(read_only=True)


class ProofView(APIView):
    """Proof that a person stands behind what a program is about to do with money."""

    permission_classes = [SignedIn]
    throttle_scope = "token"

    def get_throttles(self):
        return [ScopedRateThrottle()]

    @extend_schema(request=ProofSerializer, responses=ProofSerializer, summary="再次验证身份")
    def post(self, request: Request) -> Response:
        """用密码（已启用两步登录的用验证码）换取核验凭据，在政策规定的时间内放在请求头 `X-Proof` 中办理资金事项。"""
        asked = ProofSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = request.user
        if has_second_factor(user):
            _pass(request._request, user, asked.validated_data.get("code", ""))
        else:
            known(request, username=user.username, password=asked.validated_data.get("password", ""))
        return Response({"proof": issue_proof(user=user)})


def is_proved(request: Request) -> bool:
    """Whether the request carries a proof, or comes from a browser that gave one lately."""
    proof = request.headers.get(PROOF_HEADER, "")
    if proof and is_proof_valid(proof=proof, user=request.user):
        return True
    return request.auth is None and sessions.is_proved(request._request.session, at=clock.now())


def require_proof(request: Request) -> None:
    """Raise ``ProofRequired`` unless the request is proved."""
    if not is_proved(request):
        raise ProofRequired


PROOF_HEADER = "X-Proof"


class ProofRequired(exceptions.PermissionDenied):
    default_code = "proof-required"
    default_detail = _(
        "办理资金事项前须再次验证身份：向 /api/v1/proof/ 提交密码或验证码，把所得放在请求头 X-Proof 中。"
    )
