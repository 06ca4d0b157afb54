"""ASGI entry point of the portal."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_asgi_application()

from portal.checks import refuse_unfit_production  # noqa: E402  (the settings must stand first)

refuse_unfit_production()
