"""The search over everything public. Open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.forms import SearchForm
from portal.selectors import search as found_by


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was found, kind by kind; the address holds the question, so that it can be sent."""
    form = SearchForm(request.GET or None)
    asked = form.is_bound and form.is_valid()
    said = form.cleaned_data if asked else {}
    found = found_by.search(said["q"], kind=said["kind"]) if asked else None
    context = {
        "form": form,
        "asked": asked,
        "found": found,
        "q": said.get("q", ""),
        "kind": said.get("kind", ""),
    }
    return render(request, "portal/search.html", context, status=422 if form.is_bound and not asked else 200)
