"""A unit registers; its county confirms."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import selectors, services
from accounts.desk import REGISTRATION_DESK
from accounts.forms import RegistrationFilter, RegistrationForm, UsccQuestion
from accounts.forms.registration import office_hint
from accounts.views.common import case_context, listed, require, show_form, take

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request):
    """A unit enters itself and its first administrator, who is signed in to see what becomes of it."""
    form = RegistrationForm(request.POST or None)
    if not form.is_valid():
        return show_form(request, "accounts/register.html", form)
    organisation = services.register_enterprise(**form.cleaned_data)
    login(request, organisation.applied_by, backend=BACKEND)
    messages.success(request, _("注册已提交，请等待归口科技管理部门确认。"))
    return redirect("accounts:registration", organisation.pk)


@login_not_required
@require_safe
def uscc_check(request):
    """A word on a credit code while it is being typed."""
    question = UsccQuestion(request.GET)
    question.is_valid()
    uscc = question.cleaned_data.get("uscc", "")
    context = {"question": question, "uscc": uscc, "hint": question.hint()}
    return render(request, "accounts/_uscc_check.html", context | {"other": selectors.registered_under(uscc)})


@require_safe
def registration_list(request):
    """The queue of a county."""
    require(request.user, "accounts.confirm_organisation")
    rows = selectors.registrations_to_confirm(request.user)
    return render(request, "accounts/registration_list.html", listed(request, rows, RegistrationFilter))


@require_safe
def registration(request, pk: int):
    """A registration: for the county to decide, for the unit to follow."""
    subject = get_object_or_404(REGISTRATION_DESK.visible(request.user), pk=pk)
    return _show(request, subject, {}, 200)


@require_POST
def registration_move(request, pk: int, action: str):
    return take(request, REGISTRATION_DESK, pk, action, show=_show)


def _show(request, subject, forms: dict, status: int):
    """The page of a registration, or its card alone for htmx."""
    template = "_registration_card" if request.htmx else "registration"
    is_own = subject.applied_by_id == request.user.pk
    context = {
        **case_context(request, REGISTRATION_DESK, subject, forms),
        "hint": office_hint(subject.uscc, subject.division),
        "is_own": is_own,
        "words": REGISTRATION_DESK.lifecycle.label(subject.state, for_applicant=is_own),
    }
    return render(request, f"accounts/{template}.html", context, status=status)
