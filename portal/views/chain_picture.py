"""The picture of the chains: for everybody, and with every enterprise by name for the offices that keep the map."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Division
from portal.chain_picture import LEGEND, WORDS, laid_out
from portal.forms import ALL, PictureForm
from portal.selectors import chain_picture as read
from portal.selectors import public


@login_not_required
@require_safe
def chain_picture(request: HttpRequest) -> HttpResponse:
    """One chain whole, a county's part of all chains, or all chains with their segments."""
    chains = list(public.chains())
    form = PictureForm(request.GET, chains=chains)
    code, county = form.asked()
    division = Division.objects.filter(code=county).first()
    chosen = [chain for chain in chains if chain.code == code]
    if not chosen and not division and code != ALL:
        chosen = chains[:1]
    scene = read.scene(request.user, on=chosen or chains, division=division, whole=bool(chosen or division))
    context = {"form": form, "chain": chosen[0] if chosen else None, "division": division, "scene": scene}
    drawn = {"picture": laid_out(scene.roots), "legend": [(kind.value, WORDS[kind]) for kind in LEGEND]}
    return render(request, "portal/chain_picture.html", context | drawn)
