"""The directory of organisations, and entering those that do not register themselves."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import selectors, services
from accounts.forms import OrganisationFilter, OrganisationForm
from accounts.views.common import listed, require, show_form
from records import downloads, exports

CSV_HEAD = ("名称", "类别", "统一社会信用代码", "县（市、区）", "状态", "地址", "法定代表人")


@require_safe
def organisation_list(request):
    """Organisations within the officer's reach."""
    require(request.user, "accounts.view_directory")
    context = listed(request, selectors.organisations_visible_to(request.user), OrganisationFilter)
    may_create = request.user.can("accounts.manage_organisations")
    return render(request, "accounts/organisation_list.html", {**context, "may_create": may_create})


@downloads.table("organisations", "单位名录")
def organisation_export(request) -> exports.Sheet:
    """Exactly the rows that the list shows, all pages of them."""
    require(request.user, "accounts.view_directory")
    rows = selectors.organisations_visible_to(request.user)
    found = OrganisationFilter(request.GET, queryset=rows, request=request).qs
    return exports.Sheet(CSV_HEAD, found, _row)


def _row(organisation) -> list:
    return [
        organisation.name,
        organisation.get_kind_display(),
        organisation.uscc,
        organisation.division or "市级",
        organisation.get_state_display(),
        organisation.address,
        organisation.legal_rep,
    ]


@require_safe
def organisation(request, pk: int):
    """What is known of an organisation, and its people."""
    subject = get_object_or_404(selectors.organisations_visible_to(request.user), pk=pk)
    members = selectors.members_of(subject).live()
    return render(request, "accounts/organisation.html", {"organisation": subject, "members": members})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_create(request):
    """Enter an office, an agency or another body."""
    require(request.user, "accounts.manage_organisations")
    form = OrganisationForm(request.POST or None)
    if not form.is_valid():
        return show_form(request, "accounts/organisation_create.html", form)
    created = services.create_organisation(by=request.user, **form.cleaned_data)
    messages.success(request, _("已登记：%s") % created)
    return redirect(created)
