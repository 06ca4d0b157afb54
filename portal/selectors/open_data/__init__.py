"""What everybody may have as data: the datasets, their description, and how they stand."""

from portal.selectors.open_data.city import PROMISE, TARGETS, YEARS
from portal.selectors.open_data.money import AWARDS, PAYMENTS
from portal.selectors.open_data.programme import PROJECT_CALLS, PROJECTS
from portal.selectors.open_data.recognition import CALLS, INSTITUTES, RECOGNITIONS
from portal.selectors.open_data.register import HEADS, LINES
from portal.selectors.open_data.review import ASSESSMENTS, DRAWS, EVALUATIONS
from portal.selectors.open_data.shape import Column, Dataset, State, states_of

DATASETS = {
    dataset.name: dataset
    for dataset in (
        INSTITUTES,
        RECOGNITIONS,
        AWARDS,
        PAYMENTS,
        EVALUATIONS,
        ASSESSMENTS,
        PROJECTS,
        CALLS,
        PROJECT_CALLS,
        TARGETS,
        YEARS,
        PROMISE,
        DRAWS,
        HEADS,
        LINES,
    )
}

__all__ = ["DATASETS", "Column", "Dataset", "State", "states_of"]
