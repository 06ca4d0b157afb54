"""My own account."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import selectors, services
from accounts.forms import DeputyForm, ProfileForm
from accounts.views.common import show_form
from records import clock


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


@require_http_methods(["GET", "HEAD", "POST"])
def deputy_list(request):
    """Who stands in for me and for whom I do; POST names a colleague."""
    user, on = request.user, clock.today()
    form = DeputyForm(request.POST or None, user=user)
    if not form.is_valid():
        mine, others = selectors.deputies_of(user), selectors.principals_of(user, on=on)
        return show_form(request, "accounts/deputy_list.html", form, mine=mine, others=others, today=on)
    services.name_deputy(user=user, by=user, **form.cleaned_data)
    messages.success(request, _("已登记代办，到期自动结束。"))
    return redirect("accounts:deputy-list")


@require_POST
def deputy_end(request, pk: int):
    """End it before its last day."""
    deputy = get_object_or_404(selectors.deputies_of(request.user), pk=pk)
    services.end_deputy(deputy=deputy, by=request.user)
    messages.success(request, _("代办已结束。"))
    return redirect("accounts:deputy-list")
