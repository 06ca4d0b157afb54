"""The gates that an application passes on its way, as a funnel counts them: which states lie behind each."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from institutes.enums import OPEN_STATES
from institutes.enums import ApplicationState as S


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate and the states of those that have passed it; one that was withdrawn counts as received alone."""

    code: str
    label: str | Promise
    states: frozenset[S]


_RECOGNISED = frozenset({S.RECOGNISED})
_SHORTLISTED = _RECOGNISED | {S.PUBLICITY, S.OBJECTION_HANDLING, S.CLOSED_OBJECTION}
_REVIEWED = _SHORTLISTED | {S.PENDING_DECISION, S.CLOSED_DECISION}
_ADMITTED = _REVIEWED | {S.REVIEWING, S.SITE_VISIT, S.CLOSED_REVIEW}
_RECOMMENDED = _ADMITTED | {
    S.FORMAL_REVIEW,
    S.FORMAL_CONFIRMATION,
    S.SUPPLEMENT_REQUESTED,
    S.CLOSED_FORMAL,
}
GATES = (
    Gate("received", _("已报送"), frozenset(S)),
    Gate("recommended", _("县级推荐"), _RECOMMENDED),
    Gate("admitted", _("通过形式审查"), _ADMITTED),
    Gate("reviewed", _("通过评审"), _REVIEWED),
    Gate("shortlisted", _("拟认定"), _SHORTLISTED),
    Gate("recognised", _("已认定"), _RECOGNISED),
)
BY_CODE = {gate.code: gate for gate in GATES}


def before(gate: Gate) -> frozenset[S]:
    """The states of those that passed the gate before this one, and not this one, nor ended on the way to it."""
    former = GATES[GATES.index(gate) - 1]
    return (former.states - gate.states) & frozenset(OPEN_STATES)


def ended_past(gate: Gate) -> frozenset[S]:
    """The states in which those ended that had passed this gate: recognised, or refused further on."""
    return gate.states - frozenset(OPEN_STATES)
