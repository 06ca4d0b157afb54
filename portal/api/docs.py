"""The page that shows the API, and the answer where the API has nothing."""

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
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


@cache
def described() -> dict:
    """What the API can do: the same for everybody, for as long as a process runs. To draw it takes seconds."""
    return SchemaGenerator().get_schema(public=True)


class Described(SchemaGenerator):
    """Shows what was drawn once: whoever asks, however often, takes no seconds from others."""

    def get_schema(self, request=None, public=False) -> dict:
        return described()


class SchemaView(SpectacularAPIView):
    """For everybody: who writes a program reads it first. JSON comes first, so that a refusal is JSON as well."""

    permission_classes = [AllowAny]
    generator_class = Described

    renderer_classes = [*SpectacularAPIView.renderer_classes[2:], *SpectacularAPIView.renderer_classes[:2]]


@extend_schema(exclude=True)
class Nothing(APIView):
    """404 as problem JSON, for whoever may ask at all."""

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound
