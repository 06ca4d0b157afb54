"""My own account."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import selectors, services
from accounts.forms import ProfileForm
from accounts.views.common import show_form


@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """Name and contact to change, roles to read, the way to a new password."""
    user = request.user
    facts = {"name": user.name, "email": user.email, "mobile": user.mobile}
    form = ProfileForm(request.POST or None, initial=facts)
    if not form.is_valid():
        registration = selectors.registration_of(user)
        return show_form(request, "accounts/account.html", form, registration=registration)
    services.update_profile(user=user, by=user, **form.cleaned_data)
    messages.success(request, _("个人信息已保存。"))
    return redirect("accounts:account")
