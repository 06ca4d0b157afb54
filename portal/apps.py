from django.apps import AppConfig
from django.core import validators
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Say the limits of a box in the portal's words, in every form; and what must always hold of the roof."""
        from portal import integrity  # noqa: F401

        validators.MinValueValidator.message = _("不能小于 %(limit_value)s。")
        validators.MaxValueValidator.message = _("不能大于 %(limit_value)s。")
