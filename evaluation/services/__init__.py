from evaluation.services.engagements import (
    approve_engagement,
    discard_engagement,
    draft_engagement,
    end_engagement,
    expire_engagements,
    hand_over_engagement,
    revise_engagement,
)
from evaluation.services.panels import (
    cancel_panel,
    cancel_panels_without_case,
    conclude_panel,
    draw_panel,
    open_panel,
    refill_panel,
)
from evaluation.services.papers import issue_missing_papers, issue_paper, promise_of
from evaluation.services.pool import enter_expert, set_availability
from evaluation.services.scoring import (
    commit_assignment,
    decline_assignment,
    lock_scores,
    recuse_assignment,
    replace_assignment,
    save_scores,
)

__all__ = [
    "approve_engagement",
    "discard_engagement",
    "draft_engagement",
    "end_engagement",
    "expire_engagements",
    "hand_over_engagement",
    "revise_engagement",
    "cancel_panel",
    "cancel_panels_without_case",
    "commit_assignment",
    "conclude_panel",
    "decline_assignment",
    "draw_panel",
    "enter_expert",
    "issue_missing_papers",
    "issue_paper",
    "lock_scores",
    "open_panel",
    "promise_of",
    "recuse_assignment",
    "refill_panel",
    "replace_assignment",
    "save_scores",
    "set_availability",
]
