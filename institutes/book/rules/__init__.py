"""Rules across boxes, by section: what must add up inside the book, and with what the portal knows otherwise.

Here stands what others read out of the answers with; the rules themselves are named in the form's sections.
"""

from institutes.book.rules.governance import COMMITTEE, COUNCIL, DIRECTOR, people_in
from institutes.book.rules.host import asked_years, young
from institutes.book.rules.partners import ACADEMIC_PARTNERS, CHINA, ENTERPRISE_PARTNERS, partners_of
from institutes.book.rules.shared import day_of, rows_in

__all__ = [
    "ACADEMIC_PARTNERS",
    "CHINA",
    "COMMITTEE",
    "COUNCIL",
    "DIRECTOR",
    "ENTERPRISE_PARTNERS",
    "asked_years",
    "day_of",
    "partners_of",
    "people_in",
    "rows_in",
    "young",
]
