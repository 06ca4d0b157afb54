"""The roof of the house: settings, addresses, queue, and the pages that need several rooms at once."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
