"""The portal's addresses, and the page that the others are measured against."""

from django.shortcuts import render
from django.urls import path

from accounts.models import Division
from portal.urls import *  # noqa: F403
from portal.urls import urlpatterns as of_the_portal


def baseline(request):
    """What every page costs that shows next to nothing: middleware, session, person, frame, one query."""
    return render(request, "base.html", {"division": Division.objects.order_by("pk").first()})


urlpatterns = [path("bench/baseline/", baseline), *of_the_portal]
