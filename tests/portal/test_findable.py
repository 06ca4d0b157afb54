"""The public site from outside: maps, feeds, share cards, caches, and how much a page weighs."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlparse
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.urls import NoReverseMatch, reverse

from portal import caching
from portal.policy.loader import load_policy, policy_file
from tests.factories.accounts import UserFactory
from tests.factories.institutes import CallFactory, RecognitionFactory
from tests.factories.notices import PublicNoticeFactory, publish_rules
from tests.house.addresses import addresses
from tests.house.test_addresses import PUBLIC

pytestmark = pytest.mark.django_db

MOST = 60 * 1024
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _rules(db):
    publish_rules()


def plain_pages() -> list[str]:
    """The kept pages that take no arguments."""
    found = []
    for name in sorted(caching.KEPT):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


PAGES = [path for path in plain_pages() if not path.endswith((".xml", ".txt"))]


def test_the_map_names_what_everybody_may_read(client):
    call, draft = CallFactory(), CallFactory(drafted=True)
    institute = RecognitionFactory().institute

    parts = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    named = "".join(client.get(urlparse(part).path).content.decode() for part in parts)

    assert f"{call.get_absolute_url()}</loc>" in named
    assert f"/directory/{institute.pk}/</loc>" in named
    assert "/guide/</loc>" in named
    assert "/open-data/awards/</loc>" in named
    assert f"{draft.get_absolute_url()}</loc>" not in named
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_robots_are_told_where_the_map_lies(client):
    text = client.get("/robots.txt").content.decode()

    assert re.search(r"^Sitemap: https?://.+/sitemap\.xml$", text, re.MULTILINE)
    assert "Disallow: /api/" in text


@pytest.mark.parametrize(
    ("path", "make"), [("/feeds/calls.xml", CallFactory), ("/feeds/notices.xml", PublicNoticeFactory)]
)
def test_a_feed_tells_what_was_published(client, path, make):
    row = make()

    response = client.get(path)
    entry = ElementTree.fromstring(response.content).find(f"{ATOM}entry")

    assert entry.find(f"{ATOM}title").text == row.title
    assert entry.find(f"{ATOM}link").get("href").endswith(row.get_absolute_url())
    assert row.number in entry.find(f"{ATOM}summary").text
    assert "Last-Modified" in response.headers


def test_a_feed_keeps_drafts_to_itself(client):
    draft = CallFactory(drafted=True)

    assert draft.title not in client.get("/feeds/calls.xml").content.decode()


@pytest.mark.parametrize("path", plain_pages())
def test_a_public_page_is_kept_and_asked_for_anew_cheaply(client, path):
    CallFactory()
    PublicNoticeFactory()
    first = client.get(path)

    assert first.headers["Cache-Control"].startswith("public")
    assert "Cookie" in first.headers["Vary"]
    assert not first.cookies
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_compressed_for_whoever_reads_that(client):
    plain, packed = client.get("/guide/"), client.get("/guide/", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)


def test_what_people_read_who_signed_in_is_theirs_alone(client):
    client.force_login(UserFactory())

    for path in ("/", "/guide/", "/policy/"):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert "ETag" not in response.headers


def test_pages_with_a_token_or_a_secret_are_not_kept(client):
    load_policy(policy_file())
    for path in ("/verify/", reverse("accounts:login"), reverse("accounts:register")):
        assert "public" not in client.get(path).headers.get("Cache-Control", "")


def test_every_kept_page_exists_and_is_public():
    known = {address.name for address in addresses()}
    assert caching.KEPT - known == set()
    assert caching.KEPT - set(PUBLIC) == set()


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_says_its_address_and_has_a_card_to_share(client, path):
    page = client.get(path, {"page": "1"}).content.decode()

    assert re.search(rf'<link rel="canonical" href="https?://[^/"]+{re.escape(path)}">', page)
    assert 'property="og:title"' in page
    assert re.search(r'property="og:image" content="https?://[^"]+share\.png"', page)


def test_a_shared_address_says_what_its_page_is_about(client):
    institute = RecognitionFactory(institute__name='石家庄市示例"引号"产业技术研究院').institute
    call = CallFactory(title="示例申报通知")

    pages = [client.get(one).text for one in (f"/directory/{institute.pk}/", f"/calls/{call.pk}/")]

    said = [dict(re.findall(r'property="og:(title|description)" content="([^"]*)"', page)) for page in pages]
    assert said[0]["title"] == "石家庄市示例&quot;引号&quot;产业技术研究院"
    assert str(institute.host) in said[0]["description"]
    assert said[1]["title"] == "示例申报通知"
    assert call.number in said[1]["description"]
    assert f"<title>{said[0]['title']} · " in pages[0]
    assert f'<meta name="description" content="{said[0]["description"]}">' in pages[0]


@pytest.mark.parametrize("path", PAGES)
def test_a_public_page_is_light(client, path):
    RecognitionFactory()
    CallFactory()
    PublicNoticeFactory()
    page = client.get(path).content.decode()
    files = set(re.findall(r'(?:href|src)="/static/([^"#?]+)[^"]*"', page))
    for name in [one for one in files if one.endswith(".js")]:
        files |= _imported(name)

    weight = _packed(page.encode()) + sum(_packed(Path(finders.find(name)).read_bytes()) for name in files)

    assert files
    assert weight <= MOST, f"{weight} bytes: {sorted(files)}"


def _imported(name: str) -> set[str]:
    """The modules that a script brings along, and theirs."""
    text = Path(finders.find(name)).read_text()
    near = {f"js/{other}" for other in re.findall(r'from "\./([a-z-]+\.js)"', text)}
    return near.union(*(_imported(other) for other in near))


def _packed(content: bytes) -> int:
    return len(gzip.compress(content))
