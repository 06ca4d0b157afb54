"""The portal's addresses, and the page that the others are measured against."""

from django.db import connection
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import path

from accounts.models import Division
from portal.urls import *  # noqa: F403
from portal.urls import urlpatterns as of_the_portal


def baseline(request):
    """What every page costs that shows next to nothing: middleware, session, person, frame, one query."""
    return render(request, "base.html", {"division": Division.objects.order_by("pk").first()})


def save(request, pk):
    """What every autosave costs that knows nothing of a book: middleware, session, person, one committed UPDATE."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE institutes_applicationsection SET answers = %s, saved_at = now()"
            " WHERE application_id = %s AND code = 'basics'",
            [f'{{"industry": "{request.POST["industry"]}"}}', pk],
        )
    return JsonResponse({"request": request.user.pk})


urlpatterns = [path("bench/baseline/", baseline), path("bench/save/<int:pk>/", save), *of_the_portal]
