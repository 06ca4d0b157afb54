from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账户与组织"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Make the desks and the checks of this room known to the house."""
        from accounts import desk, integrity, signals  # noqa: F401
