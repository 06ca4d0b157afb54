"""The public map of chains: for everybody, to read, to print, on the phone."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from institutes import selectors


@login_not_required
@require_safe
def chain_map(request: HttpRequest) -> HttpResponse:
    """Every chain in short, the priority chains first."""
    maps = selectors.drawn(selectors.public_chains())
    context = {
        "maps": maps,
        "segments": sum(len(one.places) for one in maps),
        "institutes": sum(len(one.institutes) for one in maps),
        "gaps": sum(len(one.without_institute) for one in maps),
    }
    return render(request, "institutes/chain_map.html", context)


@login_not_required
@require_safe
def chain_on_map(request: HttpRequest, code: str) -> HttpResponse:
    """One chain, drawn from upstream to downstream, and the same as a table."""
    chain = get_object_or_404(selectors.public_chains(), code=code)
    others = selectors.public_chains().exclude(pk=chain.pk)
    context = {"map": selectors.drawn([chain])[0], "others": others}
    return render(request, "institutes/chain_on_map.html", context)
