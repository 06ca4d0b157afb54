"""The self-report of three years before a real browser: its figures, the rows behind each, what is written."""

import re
from datetime import date
from decimal import Decimal

from django.utils import timezone

from evaluation.models import Evaluation
from evaluation.services import open_round
from institutes.enums import AchievementKind as K
from institutes.models import Institute
from records import clock
from tests.browser.people import Visitor
from tests.factories.achievements import AchievementFactory
from tests.factories.assessments import AssessmentFactory, AssessmentListFactory, example_values
from tests.factories.institutes import RecognitionFactory
from tests.factories.performance import CycleFactory
from tests.factories.running import RunningFactory

WAN = 10_000
ACHIEVED = (
    (K.KEY_TECHNOLOGY, {}),
    (K.NEW_PRODUCT, {}),
    (K.KILLER_PRODUCT, {}),
    (K.INVENTION_PATENT, {}),
    (K.INVENTION_PATENT, {}),
    (K.EXTERNAL_PROJECT, {}),
    (K.TRANSFER, {"amount": Decimal(120 * WAN)}),
    (K.TRANSFER, {"amount": Decimal("805000.00")}),
    (K.TECHNICAL_INCOME, {"amount": Decimal(200 * WAN)}),
    (K.PRODUCT_SALES, {"amount": Decimal(3000 * WAN)}),
    (K.SERVICE_CLIENT, {}),
    (K.SERVICE_CLIENT, {}),
    (K.SERVICE_CLIENT, {}),
    (K.INCUBATED_FIRM, {}),
    (K.FIRM_FINANCE, {"amount": Decimal(640 * WAN)}),
    (K.TRAINED_PEOPLE, {"quantity": 12}),
    (K.TRAINED_PEOPLE, {"quantity": 30}),
    (K.CHAIN_REVENUE, {"amount": Decimal(1500 * WAN)}),
    (K.LOCAL_SUPPLY, {}),
    (K.LOCAL_SUPPLY, {}),
)
STAFF, SPENT = ("40", "44", "50"), (320, 480, 655)
ROWS = """() => [...document.querySelectorAll("main tbody tr")].map((row) => ({
  label: row.querySelector("th").textContent.trim(),
  figure: row.querySelector("td.num").textContent.trim(),
  links: [...row.querySelectorAll("details a")].map((link) => [link.getAttribute("href"), link.textContent.trim()]),
  unlinked: [...row.querySelectorAll("details li")].filter((each) => !each.querySelector("a")).length,
}))"""
FACTS = """() => Object.fromEntries(
  [...document.querySelectorAll("main dl.facts dt")].map((dt) => [
    dt.textContent.trim(), dt.nextElementSibling.textContent.trim().replace(/\\s+/g, " ")]))"""
TABLE = """() => Object.fromEntries([...document.querySelectorAll("main tbody tr")]
  .filter((row) => row.querySelector("th") && row.querySelector("td.num"))
  .map((row) => [row.querySelector("th").textContent.trim(), row.querySelector("td.num").textContent.trim()]))"""


def institute_after_three_years(world) -> Institute:
    """An institute of the first firm whose cycle ended with last year: verified, reported, approved in it."""
    firm, last = world.firms[0], clock.today().year - 1
    host = firm.organisation
    facts = {"host": host, "division": host.division, "chain": firm.segment.chain}
    recognition = RecognitionFactory(
        year=last - 6,
        recognised_on=date(last - 6, 6, 1),
        **{f"institute__{name}": value for name, value in facts.items()},
    )
    institute = recognition.institute
    CycleFactory(institute=institute, first_year=last - 2, last_year=last)
    for n, (kind, more) in enumerate(ACHIEVED):
        on = date(last - n % 3, 6, 1)
        more = more | ({"ends_on": date(last + 2, 6, 1)} if kind == K.EXTERNAL_PROJECT else {})
        AchievementFactory(recognition=recognition, kind=kind, state="verified", achieved_on=on, **more)
    for n, year in enumerate(range(last - 2, last + 1)):
        values = example_values(
            rd_spend=f"{SPENT[n] * WAN}.00", staff_key=STAFF[n], tax_paid=f"{210 * WAN}.00"
        )
        shown = AssessmentListFactory(year=year, published_at=timezone.now())
        AssessmentFactory(
            institute=institute, year=year, state="published", values=values, published_in=shown
        )
    RunningFactory(institute=institute, host=host, division=host.division, year=last, state="running")
    return institute


def due_now(institute: Institute) -> Evaluation:
    """In this year's round, with its unit."""
    return open_round(year=clock.today().year).evaluations.get(institute=institute)


# --- what stands on the page ----------------------------------------------------------------------------------------


def number(text: str) -> Decimal:
    """The first number of a text, whatever stands around it."""
    return Decimal(re.search(r"-?\d[\d,]*(\.\d+)?", text)[0].replace(",", ""))


class Reader:
    """Follows the links behind figures in the browser, each page once, and reads what stands there."""

    def __init__(self, visitor: Visitor):
        self.visitor, self.pages = visitor, {}

    def opened(self, link: str, label: str) -> dict:
        """What the page behind a link says of the row: money in 万元, a number, who it was with."""
        text, facts, table = self._page(link)
        assert label in text, f"{link} does not speak of {label}"
        if "/assessments/" in link:
            return {"year": int(re.search(r"20\d\d", text)[0]), "number": number(table[label])}
        money = [number(said) for said in facts.values() if "万元" in said]
        people = [number(said) for said in facts.values() if re.fullmatch(r"[\d,]+ 人", said)]
        who = [found[0] for said in facts.values() if (found := re.search(r"[0-9A-Z]{18}$", said))]
        return {"money": money[:1], "people": people[:1], "who": who[-1:]}

    def _page(self, link: str) -> tuple[str, dict, dict]:
        if link not in self.pages:
            self.pages[link] = self._read(link)
        return self.pages[link]

    def _read(self, link: str) -> tuple[str, dict, dict]:
        page = self.visitor.open(link)
        text = f"{page.inner_text('h1')} {page.inner_text('main')}"
        return text, page.evaluate(FACTS), page.evaluate(TABLE)


def worked_out(measure: str, pages: list[dict]) -> Decimal:
    """The figure by what the pages say that its links opened."""
    match measure:
        case "count":
            return Decimal(len(pages))
        case "distinct":
            return Decimal(len({page["who"][0] for page in pages}))
        case "amount":
            return sum((page["money"][0] for page in pages), Decimal(0))
        case "quantity":
            return sum((page["people"][0] for page in pages), Decimal(0))
        case "sum":
            return sum((page["number"] for page in pages), Decimal(0))
        case "avg":
            return round(sum((page["number"] for page in pages), Decimal(0)) / 3, 2)
    by_year = sorted((page["year"], page["number"]) for page in pages)
    first, last = by_year[0][1], by_year[-1][1]
    return round((last - first) / first * 100, 2)
