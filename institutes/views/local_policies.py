"""Policies of the counties for everybody: to find, to read, to fetch."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.views.common import listed
from institutes import selectors
from institutes.forms.county_policies import PublicPolicyFilter
from records import clock
from records.views import send_file


@login_not_required
@require_safe
def local_policies(request: HttpRequest) -> HttpResponse:
    """What the counties have published, county by county."""
    context = listed(request, selectors.published_policies(), PublicPolicyFilter)
    return render(request, "institutes/local_policies.html", context | {"today": clock.today()})


@login_not_required
@require_safe
def local_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy with what it gives, its document and its versions."""
    subject = get_object_or_404(selectors.published_policies(), pk=pk)
    context = {"subject": subject, "versions": selectors.versions_of(subject), "today": clock.today()}
    return render(request, "institutes/local_policy.html", context)


@login_not_required
@require_safe
def local_policy_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The document itself, as it was published."""
    file = get_object_or_404(selectors.published_policies(), pk=pk).file
    return send_file(file.file, name=file.name, content_type=file.content_type)
