"""The door: signing in and out, new passwords, invitations."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages.views import SuccessMessageMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from accounts import selectors, services
from accounts.enums import VisitEnd
from accounts.forms import FirstPasswordForm, NewPasswordForm, ResetForm, SignInForm
from accounts.notifications import invitation_links, reset_links
from accounts.sessions import PENDING
from accounts.views.common import MALFORMED


class FormAgain:
    """A form that was filled in wrongly comes back as 422, with what was typed."""

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=MALFORMED)


class SignIn(FormAgain, views.LoginView):
    """User name and password; wrong ones are counted by django-axes."""

    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        """With the reason, where this browser was signed out by somebody or something else."""
        over = self.request.session.over
        return super().get_context_data(**kwargs, over=VisitEnd(over).label if over else "")

    def form_valid(self, form):
        """Whoever took up two steps is asked for a code; nobody is signed in before it."""
        user = form.get_user()
        if not selectors.has_second_factor(user):
            return super().form_valid(form)
        self.request.session[PENDING] = {
            "user": user.pk,
            "hash": user.get_session_auth_hash(),
            "backend": user.backend,
            "next": self.get_redirect_url() or reverse("home"),
            "since": timezone.now().timestamp(),
        }
        return redirect("accounts:login-code")

    def get_default_redirect_url(self) -> str:
        """Whoever still waits for the county's confirmation is shown how it stands."""
        user = self.request.user
        registration = None if user.roles else selectors.registration_of(user)
        return reverse("accounts:registration", args=[registration.pk]) if registration else reverse("home")


class SignOut(views.LogoutView):
    """Ends the session; by POST only."""


class ChangePassword(SuccessMessageMixin, FormAgain, views.PasswordChangeView):
    """A new password by whoever knows the old one; this session goes on, all others end."""

    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:account")

    def form_valid(self, form):
        user = self.request.user
        services.change_password(user=user, password=form.cleaned_data["new_password1"], by=user)
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("密码已修改，其他设备上的登录已退出。"))
        return HttpResponseRedirect(self.get_success_url())


@method_decorator(login_not_required, name="dispatch")
class AskReset(FormAgain, FormView):
    """Asks for a link by mail. The answer does not say whether the address is known."""

    template_name = "accounts/password_reset.html"
    form_class = ResetForm
    success_url = reverse_lazy("accounts:password-reset-sent")

    def form_valid(self, form):
        services.ask_password_reset(email=form.cleaned_data["email"])
        return super().form_valid(form)


@login_not_required
def reset_sent(request):
    return render(request, "accounts/password_reset_sent.html")


class FinishReset(FormAgain, views.PasswordResetConfirmView):
    """Sets the password by the link that was mailed. The link leaves the address bar at once."""

    template_name = "accounts/password_reset_confirm.html"
    form_class = NewPasswordForm
    token_generator = reset_links
    success_url = reverse_lazy("accounts:password-reset-done")

    def form_valid(self, form):
        services.finish_password_reset(user=self.user, password=form.cleaned_data["new_password1"])
        del self.request.session[views.INTERNAL_RESET_SESSION_TOKEN]
        return redirect(self.success_url)


@login_not_required
def reset_done(request):
    return render(request, "accounts/password_reset_done.html")


class AcceptInvitation(FormAgain, views.PasswordResetConfirmView):
    """An invited person sets their name and first password."""

    template_name = "accounts/invitation.html"
    form_class = FirstPasswordForm
    token_generator = invitation_links
    reset_url_token = "accept"
    success_url = reverse_lazy("accounts:login")

    def form_valid(self, form):
        facts = form.cleaned_data
        services.accept_invitation(user=self.user, name=facts["name"], password=facts["new_password1"])
        del self.request.session[views.INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, _("账户已开通，请用您的用户名 %s 登录。") % self.user.username)
        return redirect(self.success_url)


@login_not_required
def admin_door(request):
    """The read-only administration has no door of its own: one goes in where everybody does."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", reverse("admin:index")))
