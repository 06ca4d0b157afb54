"""What leaders and strangers look at, while a case moves: figures follow it, each leads to its rows, nobody reads more
than is theirs."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.roles import Role
from portal.policy.loader import load_policy, policy_file
from records import clock
from tests.factories.accounts import person
from tests.factories.funding import a_disbursement, a_scan
from tests.factories.institutes import ChainMemberFactory, ChainSegmentFactory
from tests.journeys.pages import Page

pytestmark = pytest.mark.django_db
FIGURE = re.compile(r'href="([^"]+)"\s+data-figure="([^"]+)"\s+data-value="([^"]+)"')
AWAY = "130184"


class Reader:
    """Somebody who looks at pages and follows their figures."""

    def __init__(self, role: Role | None = None, **place):
        self.client = Client()
        if role:
            self.client.force_login(person(role, **place))

    def look(self, path: str, **asked) -> Page:
        page = Page(self.client.get(path, asked))
        assert page.status == 200, f"{path}: {page.status}"
        return page

    def figures(self, path: str) -> dict[str, tuple[str, str]]:
        """Of each figure of the page its value and the address of its rows."""
        found = FIGURE.findall(self.client.get(path).text)
        return {code: (value, unescape(url)) for url, code, value in found}

    def status(self, path: str) -> int:
        return self.client.get(path).status_code


@pytest.fixture
def order():
    """Two hundred thousand yuan on their way to the county of an institute."""
    load_policy(policy_file())
    return a_disbursement("issued")


def test_the_figures_follow_money_to_the_county_and_each_leads_to_its_rows(order):
    here = order.award.division.code
    treasury = Reader(Role.COUNTY_FIN, division=here)
    leader, city = Reader(Role.COUNTY_LEAD, division=here), Reader(Role.BUREAU_APPROVER)
    legs = ("leg-at_county", "leg-on_the_way")
    before = leader.figures("/dashboard/")

    row = treasury.look(treasury.look(before["leg-on_the_way"][1]).link(rf"/disbursements/{order.pk}/"))
    today = clock.today().isoformat()
    sent = {"received_on": today, "amount": "200000", "slip": a_scan("arrival.pdf")}
    assert treasury.client.post(row.form("/moves/receive/").action, sent).status_code == 302

    after = leader.figures("/dashboard/")
    assert [float(before[leg][0]) if leg in before else 0 for leg in legs] == [0, 200_000]
    assert [float(after[leg][0]) if leg in after else 0 for leg in legs] == [200_000, 0]
    rows = leader.look(after["leg-at_county"][1])
    assert "200,000.00" in rows.text
    assert rows.link(rf"/disbursements/{order.pk}/")
    for path in ("/", "/dashboard/"):
        value, url = city.figures(path)["at-county"]
        assert float(value) == 200_000
        assert city.look(url).link(rf"/disbursements/{order.pk}/")
    assert order.award.division.name in city.look("/dashboard/counties/").text
    paper = leader.client.get("/dashboard/briefing/")
    assert (paper.headers["Content-Type"], paper.content[:4]) == ("application/pdf", b"%PDF")


def test_nobody_reads_figures_that_are_not_theirs(order):
    here = order.award.division.code
    board, paper = f"/dashboard/{here}/", f"/dashboard/{here}/briefing/"
    leader, away = Reader(Role.COUNTY_LEAD, division=here), Reader(Role.COUNTY_LEAD, division=AWAY)
    unit, stranger = Reader(Role.ENT_ADMIN, organisation=order.award.host), Reader()

    assert [reader.status(board) for reader in (leader, away, unit, stranger)] == [200, 404, 404, 302]
    assert [reader.status(paper) for reader in (leader, away, unit, stranger)] == [200, 404, 404, 302]
    assert [reader.status("/dashboard/counties/") for reader in (leader, unit)] == [403, 403]
    assert [reader.status("/dashboard/") for reader in (away, unit)] == [200, 403]
    assert order.award.institute.name not in away.look("/dashboard/").text
    assert "逾期" in leader.look("/map/", measure="late").text
    assert [stranger.status(f"{path}?measure=late") for path in ("/map/", "/charts/map/xlsx/")] == [302, 403]


def test_a_stranger_comes_from_the_home_by_map_chains_and_register_to_an_institute(order):
    institute = order.award.institute
    segment = ChainSegmentFactory(chain=institute.chain)
    ChainMemberFactory(segment=segment)
    stranger = Reader()

    home = stranger.look("/")
    listed = stranger.look(home.link(r"^/directory/$"))
    assert "1 家有效研究院" in home.text
    county = stranger.look(stranger.look("/map/").link(r"/directory/\?.*division="))
    chain = stranger.look("/chain-picture/", chain=institute.chain.code)
    assert [institute.name in page.text for page in (listed, county, chain)] == [True, True, True]
    assert chain.link(rf"/directory/{institute.pk}/")
    assert "200,000" not in chain.text
    shown = stranger.look(listed.link(rf"/directory/{institute.pk}/"))
    assert institute.host.name in shown.text
    versions = stranger.look(shown.link(r"/policy/versions/$"))
    version = stranger.look(versions.link(r"/policy/versions/funding-construction-"))
    assert "20 万元" in version.text
    assert stranger.look(version.link(r"/policy/#clause-4-3").partition("#")[0]).status == 200
