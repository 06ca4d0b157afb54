"""Addresses of the joint research programme."""

from django.urls import URLPattern

app_name = "projects"
urlpatterns: list[URLPattern] = []
