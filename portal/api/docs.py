"""The page that shows the API, and the answer where the API has nothing."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema to read and to try out, with the person's own rights."""
    return render(request, "portal/api_docs.html")


class SchemaView(SpectacularAPIView):
    """For everybody: who writes a program reads it first. JSON comes first, so that a refusal is JSON as well."""

    permission_classes = [AllowAny]

    renderer_classes = [*SpectacularAPIView.renderer_classes[2:], *SpectacularAPIView.renderer_classes[:2]]


@extend_schema(exclude=True)
class Nothing(APIView):
    """404 as problem JSON, for whoever may ask at all."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound
