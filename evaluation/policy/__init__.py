"""Pure arithmetic of review: who must keep away, who is drawn, what the scores come to."""

from evaluation.policy.agreement import (
    Severity,
    Sums,
    Without,
    krippendorff_alpha,
    ranks_of,
    severity_of,
    without_each,
)
from evaluation.policy.draw import (
    Ball,
    Composition,
    Drawn,
    balls_of,
    digest,
    draw,
    fill,
    is_possible,
    lots,
    next_for,
    seed_of,
    suits,
    tickets_of,
)
from evaluation.policy.recusal import Candidate, Parties, barred
from evaluation.policy.scoring import Result, aggregate, mean_of, total_of

__all__ = [
    "Severity",
    "Sums",
    "Without",
    "krippendorff_alpha",
    "ranks_of",
    "severity_of",
    "without_each",
    "Ball",
    "Candidate",
    "Composition",
    "Drawn",
    "Parties",
    "Result",
    "aggregate",
    "balls_of",
    "barred",
    "digest",
    "draw",
    "fill",
    "is_possible",
    "lots",
    "mean_of",
    "next_for",
    "seed_of",
    "suits",
    "tickets_of",
    "total_of",
]
