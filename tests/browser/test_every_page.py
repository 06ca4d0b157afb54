"""Every page, as each role that may open it, held to what axe and a phone's width ask for; and reading writes nothing.

The pages are rendered first, with one row of everything, and shown to Chromium afterwards as if a server answered: so
the rows are made once and nothing has to be stored for good. Pages that differ in words alone are looked at once.
What many pages bring along (styles, scripts) is kept by Chromium, as it is at a reader's.
"""

import mimetypes
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client

from accounts.roles import Role
from tests.browser.accessible import NARROW, TOO_WIDE, WIDE, violations
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.factories.accounts import person
from tests.house.addresses import addresses
from tests.house.conftest import house, made_once  # noqa: F401
from tests.house.test_reading import refuse_writing

pytestmark = pytest.mark.django_db
PAGE = "<!DOCTYPE html>"
STRANGER = "stranger"
ROLES = [STRANGER, *(role for role in Role if role is not Role.SYSTEM)]
WATCHED = (Role.ENT_ADMIN, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.AGENCY)
"""Whose cases there are: while they read, files and parts of pages as well, nothing may be written."""
WAY = re.compile(r'<a\b[^>]*\bhref="(/[^"?#]*)"')
TAG = re.compile(r"<(/?[a-z0-9]+)([^>]*)>")
TELLING = re.compile(r'(?:class|role|type|href(?==""))="[^"]*"|aria-[a-z]+|alt|scope')


def skeleton(html: str) -> tuple:
    """What of a page axe can find fault with, without its words; rows of a list that look alike count once."""
    main = html.partition("<main")[2] or html
    return tuple(sorted({(tag, *TELLING.findall(rest)) for tag, rest in TAG.findall(main)}))


def client_of(role: str, rows) -> Client:
    client = Client(raise_request_exception=False)
    if role == STRANGER:
        return client
    award, panel = rows.by_noun["award"], rows.by_noun["panel"]
    if role == Role.EXPERT:
        client.force_login(rows.by_noun["expert"].user)
        return client
    office = {
        Role.ENT_ADMIN: award.host,
        Role.ENT_FILLER: award.host,
        Role.AGENCY: panel.agency,
    }.get(role)
    client.force_login(person(role, organisation=office, division=award.division.code))
    return client


class Pages:
    """What was rendered, by address and role: where and what they read."""

    def __init__(self, rows):
        self.shown: dict[tuple[str, str], tuple[str, str]] = {}
        self.broken: dict[str, int] = {}
        self.shut: dict[str, set[str]] = {role: set() for role in ROLES}
        self.ways: dict[str, dict[str, str]] = {role: {} for role in ROLES}
        self.seen, self.others = set(), set()
        asked = {each.name: rows.url(each) for each in addresses() if not each.name.startswith("api:")}
        for role in ROLES:
            client, watched = client_of(role, rows), role in WATCHED
            with connection.execute_wrapper(refuse_writing) if watched else nullcontext():
                for name, url in asked.items():
                    # What takes no reading, is a file or is a part of a page, is no page for anybody.
                    if watched or name not in self.others:
                        self.read(client, name, role, url)

    def read(self, client: Client, name: str, role: str, url: str) -> None:
        """A page that looks like one another role reads is left out."""
        answer = client.get(url)
        body = b"".join(answer).decode(errors="replace")
        if answer.status_code >= 500:
            self.broken[f"{name} as {role}"] = answer.status_code
        if answer.status_code in (403, 404):
            self.shut[role].add(url)
        elif PAGE in body[:200]:
            self.ways[role] |= {unescape(way): name for way in WAY.findall(body)}
        if answer.status_code >= 500:
            return
        if answer.status_code == 405 or (answer.status_code == 200 and PAGE not in body[:200]):
            self.others.add(name)
        elif answer.status_code == 200 and (look := (name, skeleton(body))) not in self.seen:
            self.seen.add(look)
            self.shown[name, role] = url, body

    def dead_ends(self) -> dict[str, str]:
        """Links that lead their reader to a page that is not theirs to open."""
        return {
            f"{ways[url]} as {role}": url
            for role, ways in self.ways.items()
            for url in ways.keys() & self.shut[role]
        }


class Answers(BaseHTTPRequestHandler):
    """Answers Chromium from what was rendered, and from the files of the front end, which it may keep."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args, html: dict[str, str]):
        self.html = html
        super().__init__(*args)

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/static/")
        if self.path in self.html:
            self.answer(self.html[self.path].encode(), "text/html; charset=utf-8", "no-store")
        elif self.path.startswith("/static/") and (found := finders.find(name)):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.answer(Path(found).read_bytes(), kind, "max-age=3600")
        else:
            self.send_response(204)
            self.end_headers()

    def answer(self, body: bytes, kind: str, kept: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", kept)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words) -> None:
        """Nobody asks."""


@contextmanager
def served(html: dict[str, str]) -> Iterator[str]:
    """The address of a server for as long as the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Answers, html=html)) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def faults_of(page) -> list[str]:
    """What axe finds, and what is wider than a phone."""
    found = [f"{fault['id']} ({fault['impact']}): {fault['where']}" for fault in violations(page)]
    page.set_viewport_size(NARROW)
    found += [f"too wide: {each}" for each in page.evaluate(TOO_WIDE)]
    page.set_viewport_size(WIDE)
    return found


def test_reading_writes_nothing_and_axe_finds_nothing_on_any_page_of_any_role(house):  # noqa: F811
    rendered = Pages(house)

    assert rendered.broken == {}
    assert rendered.dead_ends() == {}
    assert len({name for name, _role in rendered.shown}) > 200
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on this machine; .ci/run installs it.")
    assert faults_on(rendered.shown) == {}


def faults_on(rendered: dict[tuple[str, str], tuple[str, str]]) -> dict[str, list[str]]:
    from playwright.sync_api import sync_playwright

    html, faults = {}, {}
    with sync_playwright() as driver, served(html) as base:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport=WIDE, locale="zh-CN", timezone_id="Asia/Shanghai")
        page.add_init_script(script=AXE_SCRIPT)
        for (name, role), (url, body) in rendered.items():
            html.clear()
            html[url] = body
            page.goto(base + url)
            if found := faults_of(page):
                faults[f"{name} as {role}"] = found
        browser.close()
    return faults
