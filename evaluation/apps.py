from functools import partial

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "evaluation"
    verbose_name = "评审与评价"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Make the desks and the checks of this room known to the house."""
        from evaluation import desk, integrity, selectors  # noqa: F401
        from evaluation.enums import ReviewKind
        from evaluation.models import Acceptance, Assessment, Evaluation
        from evaluation.selectors.acceptances import acceptances_visible_to
        from evaluation.selectors.assessments import assessments_visible_to
        from evaluation.selectors.indicators import measures_on
        from evaluation.selectors.performance import EVALUATION_TYPE, evaluations_visible_to
        from evaluation.services import correct_evaluation, find_evaluation, uphold_evaluation
        from institutes.selectors import Engagements, learn_engagements
        from institutes.selectors.above import learn_cases, learn_measures
        from institutes.services import Published, learn_published
        from projects.selectors import (
            learn_agencies,
            learn_agencies_for_finals,
            learn_agencies_for_midterms,
        )

        learn_engagements(Engagements(selectors.covering, selectors.agencies_engaged_for))
        learn_agencies(partial(selectors.agencies_engaged_for_kind, ReviewKind.PROJECT))
        learn_agencies_for_finals(partial(selectors.agencies_engaged_for_kind, ReviewKind.PROJECT_FINAL))
        learn_agencies_for_midterms(partial(selectors.agencies_engaged_for_kind, ReviewKind.PROJECT_MIDTERM))
        learn_cases("acceptance", label=Acceptance._meta.verbose_name, visible_to=acceptances_visible_to)
        learn_cases("assessment", label=Assessment._meta.verbose_name, visible_to=assessments_visible_to)
        learn_cases("evaluation", label=Evaluation._meta.verbose_name, visible_to=evaluations_visible_to)
        learn_measures(measures_on)
        learn_published(
            subject_type=EVALUATION_TYPE,
            published=Published(find_evaluation, correct_evaluation, uphold_evaluation),
        )
