from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = "通知与公示"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Make the checks of this room known to the house, and hear how long work ends."""
        from notices import integrity  # noqa: F401
        from notices.services import work  # noqa: F401
