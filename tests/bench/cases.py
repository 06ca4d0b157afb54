"""The pages that are measured, as the people who open them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from django.conf import settings
from django.db import connection, models
from django.db.models import Max, Min
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from institutes.models import Application, Call, Institute
from portal.selectors import tallies
from tests.bench.gates import CONTROL
from tests.bench.timing import AUTOSAVE, BASELINE, RAW_SAVE
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory

LIVE = """(
    SELECT what, division_id, year, kind, state, chain_id, count, amount
    FROM portal_tally WHERE what <> 'applications'
    UNION ALL
    SELECT 'applications', t.division_id, c.year, a.call_id::varchar, a.state, NULL::bigint, 1, 0
    FROM institutes_application a JOIN institutes_call c ON c.id = a.call_id,
        LATERAL (VALUES (a.division_id), (NULL)) t (division_id)
    WHERE a.received_at IS NOT NULL
) counted"""
"""The tallies as they are, but applications counted row by row: what one forgotten sum would cost."""
WORDS = (f"示例材料 {number}" for number in count())
BY_ITSELF = {"X-Autosave": "1", "Accept": "application/json"}
DEEP = 0.9
"""How deep a deep page lies, as a share of what there is."""


class Pages:
    """The cases by their names; each opens its page and makes sure that it came."""

    def __init__(self) -> None:
        self.county = browser(person(Role.COUNTY_LEAD, division="130102"))
        self.city = browser(person(Role.BUREAU_APPROVER))
        filler = person(Role.ENT_FILLER)
        self.unit, self.version = browser(filler), "0"
        self.draft = ApplicationFactory(host=filler.organisations[0], call=Call.objects.latest("year")).pk

    def cases(self) -> dict[str, Callable[[], object]]:
        return {
            BASELINE: lambda: get(self.city, "/bench/baseline/"),
            "county dashboard": lambda: get(self.county, "/dashboard/"),
            "county dashboard, anew": lambda: drawn_anew(self.county, "/dashboard/"),
            "city dashboard": lambda: get(self.city, "/dashboard/"),
            "city dashboard, anew": lambda: drawn_anew(self.city, "/dashboard/"),
            CONTROL.case: self.counted_live,
            "targets": lambda: get(self.city, "/targets/"),
            "applications": lambda: get(self.city, "/applications/"),
            "applications, deep": deep_page(self.city, "/applications/", Application),
            "institutes": lambda: get(self.city, "/institutes/"),
            "institutes, deep": deep_page(self.city, "/institutes/", Institute),
            RAW_SAVE: lambda: post(self.unit, f"/bench/save/{self.draft}/", {"industry": next(WORDS)}),
            AUTOSAVE: self.saved,
        }

    def saved(self) -> None:
        """What was typed into a box of a draft, as the page keeps it while somebody goes on typing."""
        typed = {"version": self.version, "changed": ["industry"], "industry": next(WORDS)}
        address = f"/applications/{self.draft}/sections/basics/save/"
        self.version = post(self.unit, address, typed, headers=BY_ITSELF).json()["version"]

    def counted_live(self) -> None:
        """The dashboard as it would be if one of its sums were counted: each reading counts applications themselves."""
        with read_from(LIVE):
            drawn_anew(self.city, "/dashboard/")


@contextmanager
def read_from(source: str) -> Iterator[None]:
    """Let the selectors of the roof read sums from elsewhere than the table of tallies."""
    usual, tallies.SOURCE = tallies.SOURCE, source
    try:
        yield
    finally:
        tallies.SOURCE = usual


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(client: Client, address: str):
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return answer


def post(client: Client, address: str, data: dict, **more):
    answer = client.post(address, data, **more)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return answer


def drawn_anew(client: Client, address: str):
    """A dashboard as it is read right after a change: nothing of it was kept."""
    usual, settings.BOARDS_KEPT = settings.BOARDS_KEPT, 0
    try:
        return get(client, address)
    finally:
        settings.BOARDS_KEPT = usual


def deep_page(client: Client, address: str, model: type[models.Model]) -> Callable[[], object]:
    """A page far down a list, as its pager goes there from page to page."""
    ends = model.objects.aggregate(first=Min("pk"), last=Max("pk"))
    key = ends["last"] - int((ends["last"] - ends["first"]) * DEEP)
    return lambda: get(client, f"{address}?before={key}")


def queries_of(cases: dict[str, Callable[[], object]]) -> dict[str, int]:
    """How often each asks the database, the second time it is opened."""
    found = {}
    for name, case in cases.items():
        case()
        with CaptureQueriesContext(connection) as asked:
            case()
        found[name] = len(asked)
    return found
