"""The application book of 2022, as data. A later edition stands beside it; submitted books keep theirs."""

from django.utils.translation import gettext_lazy as _

from institutes.book.core import Book
from institutes.book.form_2022.annexes import ANNEXES
from institutes.book.form_2022.base import BASE
from institutes.book.form_2022.basics import BASICS
from institutes.book.form_2022.budget import BUDGET
from institutes.book.form_2022.commitment import COMMITMENT
from institutes.book.form_2022.governance import GOVERNANCE
from institutes.book.form_2022.host import HOST
from institutes.book.form_2022.partners import PARTNERS
from institutes.book.form_2022.plan import PLAN
from institutes.book.form_2022.premises import PREMISES
from institutes.book.form_2022.recusal import RECUSAL
from institutes.book.form_2022.services import SERVICES
from institutes.book.form_2022.team import TEAM

BOOK = Book(
    edition="2022",
    title=_("石家庄市市级产业技术研究院认定申报书"),
    sections=(
        BASICS,
        HOST,
        PARTNERS,
        GOVERNANCE,
        TEAM,
        PREMISES,
        BASE,
        PLAN,
        BUDGET,
        SERVICES,
        COMMITMENT,
        RECUSAL,
    ),
    annexes=ANNEXES,
)
