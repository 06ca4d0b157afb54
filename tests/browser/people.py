"""People before a real browser: they see, type, tick and press. Every page they meet is listened to."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from playwright.sync_api import Browser, Locator, Page

from portal.demo.accounts import PASSWORD
from tests.browser.accessible import NARROW, TOO_WIDE, WIDE, violations

SERIOUS = {"serious", "critical"}


@dataclass
class Findings:
    """What was wrong with the pages, by the page."""

    errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    overflows: list[str] = field(default_factory=list)


class Visitor:
    """Somebody with a browser of their own; signs in where there is a name."""

    viewport = WIDE

    def __init__(self, browser: Browser, base: str, findings: Findings, username: str = ""):
        self.browser, self.base, self.findings, self.username = browser, base, findings, username

    @cached_property
    def page(self) -> Page:
        context = self.browser.new_context(
            viewport=self.viewport, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(15_000)
        page = self._listen_to(context.new_page())
        if self.username:
            self._sign_in(page)
        return page

    def tab(self, findings: Findings) -> "Visitor":
        """The same person at a second tab of the same browser, whose faults are noted apart."""
        other = type(self)(self.browser, self.base, findings, self.username)
        other.page = other._listen_to(self.page.context.new_page())
        return other

    def _listen_to(self, page: Page) -> Page:
        page.on("pageerror", lambda error: self._note(page, f"{error}"))
        page.on(
            "console", lambda message: self._note(page, message.text) if message.type == "error" else None
        )
        return page

    def _note(self, page: Page, words: str) -> None:
        self.findings.errors.append(f"{self.username or 'stranger'} {page.url}: {words}")

    def _sign_in(self, page: Page) -> None:
        page.goto(f"{self.base}/login/")
        page.fill("input[name=username]", self.username)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(f"{self.base}/")

    def open(self, path: str) -> Page:
        response = self.page.goto(path if path.startswith("http") else self.base + path)
        assert response is not None, path
        assert response.ok, f"{self.username} {path}: {response.status}"
        return self.page

    def examine(self) -> None:
        """Hold the page that is open to what every page must keep."""
        page = self.page
        for found in violations(page):
            if found["impact"] in SERIOUS:
                self.findings.violations.append(f"{page.url}: {found['id']} {found['where']}")
        page.set_viewport_size(NARROW)
        self.measure()
        page.set_viewport_size(self.viewport)

    def measure(self) -> None:
        """Nothing of the page that is open is wider than its window."""
        if wide := self.page.evaluate(TOO_WIDE):
            self.findings.overflows.append(f"{self.page.url}: {wide}")

    def link(self, pattern: str) -> str:
        """The first address of the page that looks so."""
        hrefs = self.page.locator("main a[href]").evaluate_all(
            "links => links.map(a => a.getAttribute('href'))"
        )
        return next(href for href in hrefs if re.fullmatch(pattern, href))

    # --- hands ------------------------------------------------------------------------------------------------------

    def put(self, name: str, value: object, *, within: Locator | None = None) -> None:
        """Type, choose or tick what a box of this name asks for."""
        for each in value if isinstance(value, list) else [value]:
            put(within or self.page.locator("body"), name, str(each))

    def press(self, button: Locator) -> None:
        """Press, and wait for the page that follows."""
        with self.page.expect_navigation():
            button.click()

    def take(self, action: str, **typed) -> None:
        """Take a move of the case that is open: unfold it, fill it in, confirm, and see its card come back."""
        page = self.page
        form = page.locator(f"form[action$='/moves/{action}/']")
        panel = page.locator("details.move", has=form)
        if panel.count() and not panel.evaluate("panel => panel.open"):
            panel.locator("summary").first.click()
        for name, value in typed.items():
            if callable(value):
                value(form)
            else:
                self.put(name, value, within=form)
        asked_again = form.locator("input[type=password][name=proof]")  # before money moves
        if asked_again.count():
            asked_again.fill(PASSWORD)
        with page.expect_response(lambda answer: f"/moves/{action}/" in answer.url) as answered:
            form.locator("button[type=submit]").click()
        assert answered.value.status < 400, (
            f"{action}: {answered.value.status} {page.inner_text('main')[:800]}"
        )
        page.wait_for_load_state("networkidle")


class PhoneVisitor(Visitor):
    """Somebody who has nothing but a phone: each page they come to is measured."""

    viewport = NARROW

    def _sign_in(self, page: Page) -> None:
        super()._sign_in(page)
        self.page = page
        self.measure()

    def open(self, path: str) -> Page:
        page = super().open(path)
        self.measure()
        return page

    def press(self, button: Locator) -> None:
        super().press(button)
        self.measure()

    def take(self, action: str, **typed) -> None:
        super().take(action, **typed)
        self.measure()


def put(place: Locator, name: str, value: str) -> None:
    """One value into the box of this name."""
    box = place.locator(f"[name='{name}']")
    match box.first.evaluate("box => box.tagName === 'INPUT' ? box.type : box.tagName.toLowerCase()"):
        case "radio":
            place.locator(f"[name='{name}'][value='{value}']").check()
        case "checkbox":
            (place.locator(f"[name='{name}'][value='{value}']") if box.count() > 1 else box).check()
        case "select":
            choose(box, value)
        case "file":
            box.set_input_files(value)
        case _:
            box.fill(value)


def choose(box: Locator, value: str) -> None:
    """From a plain list, or from one with search."""
    searched = "(box, value) => { if (box.tomselect) box.tomselect.setValue(value); return !!box.tomselect; }"
    if not box.evaluate(searched, value):
        box.select_option(value)


def file_of(upload) -> dict:
    """An upload as the browser takes it."""
    return {"name": upload.name, "mimeType": upload.content_type, "buffer": upload.read()}
