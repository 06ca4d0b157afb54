from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评审与评价"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Make the desks and the checks of this room known to the house."""
        from evaluation import desk, integrity, selectors  # noqa: F401
        from institutes.selectors import Engagements, learn_engagements

        learn_engagements(Engagements(selectors.covering, selectors.agencies_engaged_for))
