from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "联合攻关专项"
    default_auto_field = "django.db.models.BigAutoField"
