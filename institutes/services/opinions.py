"""The opinion of a county: its clerk drafts it, its leader signs it; the bureau decides, whatever it says."""

from datetime import datetime
from typing import Any

from accounts.models import User
from institutes.enums import CountyPosition
from records.errors import Reason
from records.lifecycle import Stamps

NO_WORDS: dict[str, Any] = {
    "county_opinion": "",
    "opined_at": None,
    "opined_by": None,
    "signed_at": None,
    "signed_by": None,
}
NO_OPINION: dict[str, Any] = {"county_position": "", **NO_WORDS}
"""What a county said to a case that was returned: it judges the next anew, the register keeps it."""
FOUND, GROUNDS = "请写明核实了哪些情况。", "请写明意见的依据。"
"""What an opinion has to tell: what was looked into, or on what it rests."""


def faults_of_opinion(position: str, opinion: str, tell: str) -> list[Reason]:
    """What is lacking before a county's opinion can be put down."""
    found = [] if position in CountyPosition.values else [Reason("请选择县级意见。", field="position")]
    return found if opinion.strip() else [*found, Reason(tell, field="opinion")]


def opined(position: str, opinion: str, *, by: User, at: datetime) -> Stamps:
    """The stamps of an opinion that was drafted."""
    words: Stamps = {"county_position": position, "county_opinion": opinion.strip()}
    return words | {"opined_at": at, "opined_by": by}


def signed(*, by: User, at: datetime) -> Stamps:
    """The stamps of an opinion that was signed, by another than who drafted it."""
    return {"signed_at": at, "signed_by": by}
