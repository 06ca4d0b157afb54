from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评审与评价"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from evaluation import desk  # noqa: F401
