"""Addresses. Every room brings its own; the roof adds what needs several rooms at once."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from portal.views import health, policy

handler500 = "portal.views.errors.server_error"

ROOMS = ("accounts.urls", "notices.urls", "institutes.urls", "evaluation.urls", "funding.urls")

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("policy/", policy.policy, name="policy"),
    path("policy/numbers/", policy.numbers, name="policy-numbers"),
    *(path("", include(room)) for room in ROOMS if find_spec(room)),
    path("admin/", admin.site.urls),
]
