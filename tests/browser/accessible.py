"""What axe finds on a page, and what is wider than a phone."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Only what was found comes back: what axe was content with is a hundred times as long.
FOUND = """async () => (await axe.run({resultTypes: ["violations"]})).violations.map(
  ({id, impact, nodes}) => ({id, impact, where: nodes.slice(0, 3).map((node) => node.target)}))"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .slice(0, 5)
    .map((element) => `${element.tagName}.${element.className}`);
}"""


def violations(page: Page) -> list[dict]:
    """Each with its rule, how grave it is, and where it was found first."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(FOUND)
