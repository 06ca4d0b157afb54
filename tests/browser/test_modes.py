"""Pages as those meet them who see little, forbid motion or use no mouse: forced colours, letters of twice the size,
reduced motion, the Tab key. Rendered first and shown to Chromium afterwards, as in ``test_every_page``."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from portal.policy.loader import load_policy, policy_file
from tests.browser.accessible import NARROW, TOO_WIDE, violations
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.test_every_page import served
from tests.factories.accounts import person
from tests.factories.institutes import (
    ApplicationFactory,
    ChainMemberFactory,
    ChainSegmentFactory,
    RecognitionFactory,
)
from tests.factories.notices import PublicNoticeFactory

pytestmark = pytest.mark.django_db
DESK = {"width": 1280, "height": 900}
TWICE_AS_LARGE = "--blink-settings=defaultFontSize=32"
"""What a person sets in the browser: the letters that a page begins with, and all that is measured by them."""
CUT = """() => [...document.querySelectorAll("main *, header *, nav *")]
  .filter((element) => {
    const style = getComputedStyle(element);
    if (!element.textContent.trim() || style.clipPath !== "none") return false;
    if (style.textOverflow === "ellipsis" && element.closest("main")) return false;
    if (style.webkitLineClamp !== "none" || !element.getClientRects().length) return false;
    const hidden = (axis) => style[`overflow${axis}`] === "hidden" || style[`overflow${axis}`] === "clip";
    return (hidden("X") && element.scrollWidth > element.clientWidth + 2)
      || (hidden("Y") && element.scrollHeight > element.clientHeight + 2);
  })
  .slice(0, 5)
  .map((element) => `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 30)}`)"""
MOVES = """() => {
  const long = (said) => said.split(",").some((one) => parseFloat(one) > 0.01);
  return [...document.querySelectorAll("body, body *")]
    .filter((element) => {
      const style = getComputedStyle(element);
      return long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration));
    })
    .slice(0, 5)
    .map((element) => `${element.tagName}.${element.className}`);
}"""
UNMARKED = """() => {
  const style = getComputedStyle(document.activeElement);
  const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  return drawn ? "" : document.activeElement.outerHTML.slice(0, 120);
}"""


@dataclass(frozen=True)
class Mode:
    """A way of looking: what the system asks of pages, how wide they are, and what is asked of each."""

    media: dict
    width: dict
    asked: tuple[str, ...] = ()
    axe: bool = False


USUAL_LETTERS = {
    "forced colours": Mode({"forced_colors": "active"}, DESK, axe=True),
    "reduced motion": Mode({"reduced_motion": "reduce"}, DESK, (MOVES,)),
}
LARGE_LETTERS = {
    "letters twice as large": Mode({}, DESK, (TOO_WIDE, CUT)),
    "letters twice as large on a phone": Mode({}, NARROW, (TOO_WIDE, CUT)),
}
AS_USUAL = {"forced_colors": "none", "reduced_motion": "no-preference"}
EVERYBODY = ("home", "guide", "policy", "targets", "map", "chain-picture", "accounts:login")
LEADER = ("home", "dashboard", "counties", "matters", "calendar", "workload")


def pages() -> dict[str, str]:
    """Some pages of every kind, by their address: a leader's under addresses of their own."""
    load_policy(policy_file())
    case = ApplicationFactory(state="formal_review")
    RecognitionFactory()
    PublicNoticeFactory()
    segment = ChainSegmentFactory(chain__code="bio")
    ChainMemberFactory(segment=segment)
    ChainSegmentFactory(chain=segment.chain)
    stranger, leader = Client(), Client()
    leader.force_login(person(Role.BUREAU_APPROVER))
    shown = {reverse(name): stranger for name in EVERYBODY}
    found = {url: client.get(url).text for url, client in shown.items()}
    asked = [reverse(name) for name in LEADER] + [case.get_absolute_url()]
    return found | {f"{url}?leader": leader.get(url).text for url in asked}


def test_pages_hold_in_forced_colours_large_letters_and_without_motion():
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on this machine; .ci/run installs it.")
    from playwright.sync_api import sync_playwright

    html, faults = pages(), {}
    with sync_playwright() as driver, served(html) as base:
        for modes, letters in ((USUAL_LETTERS, ()), (LARGE_LETTERS, (TWICE_AS_LARGE,))):
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *letters])
            page = browser.new_page(viewport=DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
            page.add_init_script(script=AXE_SCRIPT)
            for url in html:
                page.goto(base + url)
                for name, mode in modes.items():
                    if found := faults_in(page, mode):
                        faults[f"{url} in {name}"] = found
            if not letters:
                page.goto(base + reverse("home"))
                walk(page, faults)
            browser.close()

    assert faults == {}


def faults_in(page, mode: Mode) -> list[str]:
    """What is wrong with the page when it is looked at that way."""
    page.emulate_media(**AS_USUAL | mode.media)
    page.set_viewport_size(mode.width)
    found = [each for asked in mode.asked for each in page.evaluate(asked)]
    if mode.axe:
        found += [f"{fault['id']}: {fault['where']}" for fault in violations(page)]
    return found


def walk(page, faults: dict) -> None:
    """By the Tab key alone: the first stop skips to the content, and every stop can be seen."""
    page.emulate_media(**AS_USUAL)
    page.set_viewport_size(DESK)
    page.keyboard.press("Tab")
    first = page.locator(":focus")
    box = first.bounding_box()
    if first.get_attribute("href") != "#main" or box["y"] < 0 or box["width"] < 40:
        faults["skip link"] = [first.evaluate("element => element.outerHTML")]
    for _stop in range(12):
        if unmarked := page.evaluate(UNMARKED):
            faults.setdefault("focus", []).append(unmarked)
        page.keyboard.press("Tab")
