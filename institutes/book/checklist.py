"""What the book itself says to an item of the formal review: the same rules, asked about a frozen version."""

from institutes.book.core import Rule
from institutes.book.rules.governance import bodies_are_complete, council_has_every_partner
from institutes.book.rules.host import amounts_leap, host_is_who_registered, rd_within_revenue
from institutes.book.rules.partners import agreements_cover_build_period, agreements_say_everything
from institutes.book.rules.premises import equipment_adds_up
from institutes.book.rules.team import roster_agrees
from institutes.book.values import Answers, Fault, Setting

# Items of the edition's checklist that compare data of the book, and the rules that compare them.
COMPARED: dict[str, tuple[Rule, ...]] = {
    "licence_agrees": (host_is_who_registered,),
    "agreements_valid": (agreements_cover_build_period, agreements_say_everything),
    "governance_complete": (bodies_are_complete, council_has_every_partner),
    "roster_agrees": (roster_agrees,),
    "equipment_agrees": (equipment_adds_up,),
    "no_unit_error": (amounts_leap, rd_within_revenue),
}


def noticed(item: str, answers: Answers, setting: Setting) -> list[Fault]:
    """What does not agree under an item of the checklist; nothing where there is nothing to compare."""
    return [fault for rule in COMPARED.get(item, ()) for fault in rule(answers, setting)]
