"""What time alone brings about in this room: each looks for what is due, and finds nothing the second time."""

from evaluation.services.acceptance_sweeps import follow_institutes, lapse_acceptances, tell_of_periods
from evaluation.services.assessment_year import follow_assessed_institutes, lapse_assessments
from evaluation.services.blind import sweep_packages
from evaluation.services.evaluation_reports import sweep_evaluation_reports
from evaluation.services.panels import cancel_panels_without_case, mark_moments_of_draws
from evaluation.services.performance_sweeps import sweep_performance
from evaluation.services.reports import begin_due_reports, issue_missing_reports
from evaluation.services.rounds import flag_panels
from evaluation.services.visit_record import sweep_visits

__all__ = [
    "follow_assessed_institutes",
    "lapse_assessments",
    "follow_institutes",
    "lapse_acceptances",
    "tell_of_periods",
    "sweep_packages",
    "begin_due_reports",
    "issue_missing_reports",
    "sweep_evaluation_reports",
    "sweep_visits",
    "cancel_panels_without_case",
    "flag_panels",
    "mark_moments_of_draws",
    "sweep_performance",
]
