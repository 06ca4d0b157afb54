"""What the portal has to reach (``quality.md``), as pure rules over what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.timing import AUTOSAVE, BASELINE, RAW_SAVE, Timing

MOST_QUERIES = 12
SAVES = (AUTOSAVE, RAW_SAVE)
"""Cases that write: they ask as often however much there is, and are no pages."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound on a ratio: of a case to one ``beside`` it in the same stage, or of the last stage to an earlier one."""

    words: str
    case: str
    most: float
    grown: bool = False
    beside: str = BASELINE


GATES = (
    Gate("a county's dashboard", "county dashboard", 1.5),
    Gate("the city's dashboard", "city dashboard", 2.0),
    Gate("a county's dashboard drawn anew, from few to all", "county dashboard, anew", 1.2, grown=True),
    Gate("the city's dashboard drawn anew, from few to all", "city dashboard, anew", 1.2, grown=True),
    Gate("the targets", "targets", 2.0),
    Gate("a page of the list of applications", "applications", 2.5),
    Gate("a page of the register of institutes", "institutes", 2.5),
    Gate("that page of applications, from few to all", "applications", 1.2, grown=True),
    Gate("a deep page of applications, against the first", "applications, deep", 1.2, grown=True),
    Gate("that page of institutes, from few to all", "institutes", 1.2, grown=True),
    Gate("a deep page of institutes, against the first", "institutes, deep", 1.2, grown=True),
    Gate("an autosave, to a committed UPDATE", AUTOSAVE, 1.2, beside=RAW_SAVE),
)
CONTROL = Gate(
    "negative control: the city's dashboard counted live, from few to all",
    "city dashboard, live",
    1.2,
    grown=True,
)
Stages = Mapping[int, Mapping[str, Timing]]
"""What was measured, by the number of applications there were."""


@dataclass(frozen=True, slots=True)
class Verdict:
    words: str
    found: float
    most: float
    kept: bool


def ratio(gate: Gate, stages: Stages) -> float:
    """What a gate bounds: a deep page is compared with the first page of its list, others with their first stage."""
    few, all_of_it = stages[min(stages)], stages[max(stages)]
    now = all_of_it[gate.case].ratio_to(all_of_it[gate.beside])
    if not gate.grown:
        return now
    if gate.case.endswith(", deep"):
        return all_of_it[gate.case].ratio_to(all_of_it[gate.case.removesuffix(", deep")])
    return now / few[gate.case].ratio_to(few[BASELINE])


def verdicts(stages: Stages, controls: Stages) -> list[Verdict]:
    """Each gate with what was found; the control, measured apart, keeps its word by failing its bound."""
    found = [(gate, ratio(gate, stages)) for gate in GATES]
    control = ratio(CONTROL, controls)
    return [
        *(Verdict(gate.words, value, gate.most, value <= gate.most) for gate, value in found),
        Verdict(CONTROL.words, control, CONTROL.most, control > CONTROL.most),
    ]


def faults_of_queries(counted: Mapping[int, Mapping[str, int]]) -> list[str]:
    """Cases that ask the database too often, or more often the more there is. The control is no page of ours."""
    stages, cases = sorted(counted), [case for case in counted[min(counted)] if case != CONTROL.case]
    numbers = {case: [counted[stage][case] for stage in stages] for case in cases}
    return [
        f"{case}: {', '.join(map(str, asked))} queries with {', '.join(map(str, stages))} applications"
        for case, asked in numbers.items()
        if len(set(asked)) > 1 or (max(asked) > MOST_QUERIES and case not in SAVES)
    ]
