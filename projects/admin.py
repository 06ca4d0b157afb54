"""The tables of the joint research programme, to read."""

from django.contrib import admin

from projects.models import ProjectEdition
from records.admin import ReadOnly

admin.site.register([ProjectEdition], ReadOnly)
