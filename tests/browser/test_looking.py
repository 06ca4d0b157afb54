"""Looking in a real browser: a chart, the map by keyboard and through the years, the picture of a chain."""

from types import SimpleNamespace

import pytest

from institutes.models import Recognition
from tests.browser.people import NARROW, Findings, Visitor
from tests.factories.accounts import AccountEditionFactory
from tests.factories.institutes import ChainMemberFactory, ChainSegmentFactory, RecognitionEditionFactory
from tests.portal.test_targets import GROUNDS
from tests.portal.test_tilemap import institute_in

pytestmark = pytest.mark.browser
LABEL = "document.activeElement.getAttribute('aria-label')"
DRAWN = "figure[data-chart] canvas"


@pytest.fixture
def town(django_db_serialized_rollback, live_server):
    """Two institutes, two segments of a chain, the targets of the policy, behind a live server."""
    AccountEditionFactory(kind="security")
    RecognitionEditionFactory(kind="targets", citations=GROUNDS)
    institute_in("130102")
    Recognition.objects.filter(pk=institute_in("130123").pk).update(year=2025)
    segment = ChainSegmentFactory(chain__code="bio")
    ChainMemberFactory(segment=segment)
    ChainSegmentFactory(chain=segment.chain)
    return SimpleNamespace(url=live_server.url)


@pytest.mark.django_db(transaction=True)
def test_charts_map_and_picture_are_seen_moved_and_taken_along(town, chromium):
    findings = Findings()
    visitor = Visitor(chromium, town.url, findings)

    look_at_a_chart(visitor)
    walk_over_the_map(visitor)
    move_the_picture(visitor)

    assert (findings.errors, findings.violations, findings.overflows) == ([], [], [])


def look_at_a_chart(visitor: Visitor) -> None:
    page = visitor.open("/targets/")
    assert page.locator("figure table").first.is_visible()
    page.get_by_role("button", name="以图形显示").first.click()
    page.locator("figure[data-chart]").first.scroll_into_view_if_needed()
    page.locator(DRAWN).first.wait_for()
    visitor.examine()
    assert not page.locator("figure details").first.evaluate("details => details.open")
    for kind in ("png", "svg"):
        with page.expect_download() as taken:
            page.locator(f"[data-picture={kind}]").first.click()
        assert taken.value.suggested_filename == f"年度认定.{kind}"
    with page.expect_download() as taken:
        page.get_by_role("link", name="下载表格").first.click()
    assert taken.value.suggested_filename == "targets-years.xlsx"
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("figure table").first.is_visible()
    page.emulate_media(media="screen")


def walk_over_the_map(visitor: Visitor) -> None:
    page = visitor.open("/map/?measure=recognised")
    visitor.examine()
    page.locator(".tile[aria-label^='长安区']").focus()
    assert page.evaluate(LABEL) == "长安区：1 家"
    for key, county in (
        ("ArrowUp", "正定县：1 家"),
        ("ArrowRight", "无极县：0 家"),
        ("ArrowDown", "藁城区：0 家"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(LABEL) == county
    assert page.locator(".tile[tabindex='0']").count() == 1
    with page.expect_response("**/map/?**"):
        page.locator("input[type=range]").press("End")
    page.locator(".tilemap__title", has_text="年）").wait_for()
    page.locator(".tile[aria-label^='长安区']").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/directory/" in page.url


def move_the_picture(visitor: Visitor) -> None:
    page = visitor.open("/chain-picture/")
    visitor.examine()
    width = "Number(document.querySelector('.picture__drawing').getAttribute('width'))"
    before = page.evaluate(width)
    page.get_by_role("button", name="放大").click()
    assert page.evaluate(width) > before
    page.get_by_role("button", name="适合宽度").click()
    page.locator(".box").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(LABEL).startswith("环节：")
    page.set_viewport_size(NARROW)
    page.reload()
    assert page.locator(".picture-list .tree").first.is_visible()
    visitor.examine()
