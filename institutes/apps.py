from django.apps import AppConfig


class InstitutesConfig(AppConfig):
    name = "institutes"
    verbose_name = "研究院认定"
    default_auto_field = "django.db.models.BigAutoField"
