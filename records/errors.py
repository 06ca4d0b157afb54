"""Refusals: the rules say no, in words a person can act on.

A service raises a :class:`Refusal` with *every* reason at once. One middleware turns it into a page or a
fragment, one API handler into problem JSON (RFC 9457), both with status 409. Whoever may not act at all gets
403, a malformed form 422; neither is a refusal.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal: the sentence, the field it is about, the clause it rests on, the way out.

    ``url`` is a page on which this very person can do something about it, unless ``link`` says what else is there.
    """

    text: str
    field: str = ""
    clause: str = ""
    url: str = ""
    link: str = ""

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed at once, with both values, so that neither is lost."""

    field: str
    label: str
    mine: object
    theirs: object
    by: str = ""
    at: str = ""
    mine_said: str = ""
    """``mine`` in words, where what stands in the box is a code."""
    theirs_said: str = ""


class Refusal(Exception):
    """The rules do not allow what was asked; nothing was changed."""

    code = "refused"

    def __init__(self, *reasons: "Reason | str") -> None:
        self.reasons = [r if isinstance(r, Reason) else Reason(r) for r in reasons]
        super().__init__(*self.reasons)

    def __str__(self) -> str:
        return "；".join(str(reason) for reason in self.reasons)

    @classmethod
    def unless_empty(cls, reasons: "Iterable[Reason | str]") -> None:
        """Raise with all ``reasons``, or pass if there are none."""
        if found := list(reasons):
            raise cls(*found)


class IllegalMove(Refusal):
    """The state of the subject does not allow this move (somebody else was faster, or the page is old)."""

    code = "illegal-move"


class Incomplete(Refusal):
    """Something that must be supplied is missing or does not add up."""

    code = "incomplete"


class Conflict(Refusal):
    """What is asked contradicts what is already recorded."""

    code = "conflict"


class SamePerson(Refusal):
    """Separation of duties: who handled the item may not also approve it."""

    code = "same-person"


class NotEligible(Refusal):
    """A criterion of the policy is not met."""

    code = "not-eligible"


class TooLate(Refusal):
    """The window for this has closed, by the database's clock."""

    code = "too-late"


class OverBudget(Refusal):
    """The budget does not hold the amount."""

    code = "over-budget"


class BadFile(Refusal):
    """An uploaded file is not what it must be (type, size, content)."""

    code = "bad-file"


class NoProof(Refusal):
    """The person has to show once more who they are: password, or code where they have one."""

    code = "proof-required"


class StaleVersion(Refusal):
    """Somebody saved the same fields in the meantime; ``clashes`` shows both values of each.

    ``version`` is the version that is stored now: whoever decides between the values builds on it.
    """

    code = "stale-version"

    def __init__(self, *reasons: "Reason | str", clashes: Iterable[Clash] = (), version: object = 0) -> None:
        super().__init__(*reasons)
        self.clashes = list(clashes)
        self.version = version
