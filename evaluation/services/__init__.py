from evaluation.services.panels import conclude_panel, draw_panel, open_panel
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
    "commit_assignment",
    "conclude_panel",
    "decline_assignment",
    "draw_panel",
    "enter_expert",
    "lock_scores",
    "open_panel",
    "recuse_assignment",
    "replace_assignment",
    "save_scores",
    "set_availability",
]
