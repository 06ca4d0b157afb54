"""Every page, as each role that may open it, held to what axe and a phone's width ask for.

The pages are rendered first, with one row of everything, and shown to Chromium afterwards as if a server answered: so
the rows are made once and nothing has to be stored for good. Pages that differ in words alone are looked at once.
"""

import mimetypes
import re
from collections import Counter
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client

from accounts.roles import Role
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.people import NARROW, TOO_WIDE, WIDE
from tests.factories.accounts import person
from tests.house.addresses import addresses
from tests.house.conftest import house, made_once  # noqa: F401

pytestmark = pytest.mark.django_db
BASE, PAGE = "http://portal.test", "<!DOCTYPE html>"
STRANGER = "stranger"
ROLES = [STRANGER, *(role for role in Role if role is not Role.SYSTEM)]
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


def pages(rows) -> dict[tuple[str, str], tuple[str, str]]:
    """By address and role, where and what they read. A page that looks like one another role reads is left out."""
    found, seen = {}, set()
    asked = {
        address.name: rows.url(address) for address in addresses() if not address.name.startswith("api:")
    }
    for role in ROLES:
        client, others = client_of(role, rows), set()
        for name, url in asked.items():
            answer = client.get(url)
            body = b"".join(answer).decode(errors="replace")
            if answer.status_code == 405 or (answer.status_code == 200 and PAGE not in body[:200]):
                others.add(
                    name
                )  # what takes no reading, is a file or is a part of a page, is so for everybody
            elif answer.status_code == 200 and (look := (name, skeleton(body))) not in seen:
                seen.add(look)
                found[name, role] = url, body
        asked = {name: url for name, url in asked.items() if name not in others}
    return found


class Shown:
    """Answers Chromium as a server would, from what was rendered and from the files of the front end."""

    def __init__(self):
        self.html, self.missing = {}, Counter()

    def __call__(self, route) -> None:
        path = route.request.url.removeprefix(BASE)
        if path in self.html:
            return route.fulfill(body=self.html[path], content_type="text/html; charset=utf-8")
        name = path.partition("?")[0].removeprefix("/static/")
        found = finders.find(name) if path.startswith("/static/") else None
        if not found:
            return route.fulfill(status=204, body="")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return route.fulfill(body=Path(found).read_bytes(), content_type=kind)


def faults_of(page) -> list[str]:
    """What axe finds, and what is wider than a phone."""
    found = [
        f"{fault['id']} ({fault['impact']}): {[node['target'] for node in fault['nodes']][:3]}"
        for fault in Axe().run(page).response["violations"]
    ]
    page.set_viewport_size(NARROW)
    found += [f"too wide: {each}" for each in page.evaluate(TOO_WIDE)]
    page.set_viewport_size(WIDE)
    return found


def test_axe_finds_nothing_on_any_page_of_any_role(house, settings):  # noqa: F811
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on this machine; .ci/run installs it.")
    from playwright.sync_api import sync_playwright

    rendered, shown, faults = pages(house), Shown(), {}
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(viewport=WIDE, locale="zh-CN", timezone_id="Asia/Shanghai")
        page.route("**/*", shown)
        for (name, role), (url, html) in rendered.items():
            shown.html = {url: html}
            page.goto(BASE + url)
            if found := faults_of(page):
                faults[f"{name} as {role}"] = found
        browser.close()

    assert faults == {}
    assert len({name for name, _role in rendered}) > 200
