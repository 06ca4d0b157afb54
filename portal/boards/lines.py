"""Lines that several boards show alike: cases by state with how many are late, and years beside each other."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.boards.figures import Figure, Line
from portal.boards.looking import Look
from records.lifecycle import Lifecycle


@dataclass(frozen=True, slots=True)
class Stages:
    """Cases of one lifecycle in its order: what counts them, their kind, the list that they lead to, and its words.

    ``prefixes`` begin the codes of the figures: of those there are, and of those that are late.
    """

    lifecycle: Lifecycle
    what: str
    kind: str
    name: str
    prefixes: tuple[str, str]
    asked: Mapping[str, str] = field(default_factory=dict)

    def lines(self, look: Look) -> list[tuple[str, Line]]:
        """A line for each state that has any, with the role that holds it."""
        return [
            (str(state.role or ""), Line(str(state.label), self._figures(look, code, str(state.label))))
            for code, state in self.lifecycle.states.items()
            if look.found.n(self.what, state=code)
        ]

    def _figures(self, look: Look, code: str, label: str) -> tuple[Figure, Figure]:
        found, to, (there, late) = look.found, look.to, self.prefixes
        many_late = found.n("late", kind=self.kind, state=code)
        return (
            Figure(
                code=f"{there}-{code}",
                label=label,
                value=found.n(self.what, state=code),
                url=to(self.name, state=code, **self.asked),
            ),
            Figure(
                code=f"{late}-{code}",
                label=_("逾期"),
                value=many_late,
                url=to(self.name, state=code, overdue="yes", **self.asked),
                tone="overdue" if many_late else "",
            ),
        )


@dataclass(frozen=True, slots=True)
class Yearly:
    """What is counted year by year: its cells, its list, and what it is called in full and in a narrow table."""

    code: str
    what: str
    name: str
    label: str | Promise
    short: str | Promise
    asked: Mapping[str, str] = field(default_factory=dict)


YEARLY = (
    Yearly(
        "applied",
        "application",
        "institutes:application-list",
        gettext_lazy("报送"),
        gettext_lazy("报送"),
        {"passed": "received"},
    ),
    Yearly(
        "recognised", "institute", "institutes:institute-list", gettext_lazy("新认定"), gettext_lazy("认定")
    ),
    Yearly(
        "achieved",
        "achievement",
        "institutes:achievement-list",
        gettext_lazy("已核实成果"),
        gettext_lazy("成果"),
        {"counted": "yes"},
    ),
    Yearly(
        "projects", "project", "projects:approved-list", gettext_lazy("联合攻关立项"), gettext_lazy("立项")
    ),
)


def yearly_open(look: Look) -> list[Yearly]:
    """Those whose rows the reader opens."""
    return [one for one in YEARLY if look.to(one.name)]


def yearly_counts(
    look: Look, year: int, columns: Iterable[Yearly], *, short: bool = False
) -> tuple[Figure, ...]:
    """How many of each there were in a year."""
    return tuple(
        Figure(
            code=f"{one.code}-{year}",
            label=str(one.short if short else one.label),
            value=look.found.n(one.what, year=year),
            url=look.to(one.name, year=year, **one.asked),
        )
        for one in columns
    )
