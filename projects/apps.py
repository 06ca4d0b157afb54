from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "联合攻关专项"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Make the desks and the checks of this room known to the house."""
        from projects import desk, integrity  # noqa: F401
