"""What the final acceptance found reached flows into the achievements of the institute (结题成果)."""

from datetime import datetime

from django.utils import timezone

from accounts.services import system_user
from institutes.models import Achievement
from institutes.services.results import Result, draft_results
from projects import selectors
from projects.models import Project, ProjectFinal
from projects.policy.results import results_of


def hand_on_results(project: Project, final: ProjectFinal, *, at: datetime) -> list[Achievement]:
    """Draft an achievement for each result that its targets name; the unit completes and hands them in."""
    declared = project.edition.terms.get("results")
    if not declared:
        return []
    labels = {one["code"]: one["label"] for one in project.edition.terms["target_kinds"]}
    kinds = {labels[code]: kind for code, kind in declared.items() if code in labels}
    found = results_of(
        selectors.targets_as_judged(final),
        kinds=kinds,
        project=project.title,
        most=int(declared["drafts_max"]),
    )
    return draft_results(
        institute=project.institute,
        source=project.number,
        results=[Result(*one) for one in found],
        achieved_on=timezone.localdate(at),
        by=system_user(),
        at=at,
    )
