from django.apps import AppConfig


class InstitutesConfig(AppConfig):
    name = "institutes"
    verbose_name = "研究院认定"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Make the desks and the checks of this room known to the house."""
        from institutes import desk, integrity  # noqa: F401
