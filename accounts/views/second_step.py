"""Two steps: the page of one's own phone, and the code at the door."""

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import codes, selectors, services
from accounts.forms import CodeForm
from accounts.sessions import PENDING, SECOND_STEP_DUE, SECRET
from accounts.views.common import MALFORMED, require, show_form
from records.documents import qr_svg

ISSUER = "石家庄市产业技术研究院平台"
PENDING_SECONDS = 300
WRONG = _("验证码不正确或已经用过，请等待应用显示下一个验证码后重试。")


@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request):
    """Take up two steps with an app; or how it stands, where that was done."""
    user, form = request.user, CodeForm(request.POST or None)
    if selectors.has_second_factor(user):
        left, due = selectors.recovery_codes_left(user), selectors.must_use_second_factor(user)
        return show_form(request, "accounts/second_step.html", CodeForm(), left=left, required=due)
    secret = request.session.setdefault(SECRET, codes.new_secret())
    if form.is_valid():
        fresh = services.enrol_second_factor(user=user, secret=secret, code=form.cleaned_data["code"])
        if fresh:
            request.session.pop(SECRET)
            request.session.pop(SECOND_STEP_DUE, None)
            return render(request, "accounts/recovery_codes.html", {"codes": fresh})
        form.add_error("code", WRONG)
    address = codes.address_for_apps(secret, username=user.username, issuer=ISSUER)
    return show_form(request, "accounts/second_step_begin.html", form, secret=secret, qr=qr_svg(address))


@require_POST
def second_step_drop(request):
    """Give two steps up, with a last code; not where one's role must have them."""
    user, form = request.user, CodeForm(request.POST)
    if selectors.must_use_second_factor(user):
        messages.error(request, _("您的角色须使用两步登录，不能关闭。"))
    elif form.is_valid() and services.pass_second_factor(user=user, code=form.cleaned_data["code"]):
        services.drop_second_factor(user=user, by=user)
        messages.success(request, _("两步登录已关闭。"))
    else:
        messages.error(request, WRONG)
    return redirect("accounts:second-step")


@require_POST
def user_second_step_reset(request, pk: int):
    """A lost phone: back to one step, by a security administrator."""
    require(request.user, "accounts.reset_second_factor")
    person = get_object_or_404(selectors.users_visible_to(request.user), pk=pk)
    services.drop_second_factor(user=person, by=request.user)
    messages.success(request, _("两步登录已重置，已通知本人。"))
    return redirect("accounts:user", person.pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request):
    """The second step at the door. Wrong codes are counted as wrong passwords are."""
    pending, form = request.session.get(PENDING), CodeForm(request.POST or None)
    person = waiting(pending)
    if person is None:
        return redirect(settings.LOGIN_URL)
    if form.is_valid() and may_try(request, person):
        if services.pass_second_factor(user=person, code=form.cleaned_data["code"]):
            request.session.pop(PENDING)
            login(request, person, backend=pending["backend"])
            return redirect(pending["next"])
        user_login_failed.send(__name__, credentials={"username": person.username}, request=request)
        form.add_error("code", WRONG)
    return render(
        request, "accounts/login_code.html", {"form": form}, status=MALFORMED if form.errors else None
    )


def waiting(pending: dict | None):
    """Who has given the right password in the last minutes, unless it was changed since."""
    if not pending or timezone.now().timestamp() - pending["since"] > PENDING_SECONDS:
        return None
    person = get_user_model().objects.active().filter(pk=pending["user"]).first()
    return person if person and person.get_session_auth_hash() == pending["hash"] else None


def may_try(request, person) -> bool:
    """Whether this address may still try; if not, django-axes answers as it does for passwords."""
    allowed = AxesProxyHandler.is_allowed(request, {"username": person.username})
    request.axes_locked_out = not allowed
    return allowed
