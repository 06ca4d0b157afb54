"""A list from a spreadsheet in a real browser: its faults, then its preview, then what is stored."""

import pytest
from playwright.sync_api import expect

from institutes.models import CultivationEntry
from institutes.services.cultivation_import import HEAD
from records import clock, sheets
from tests.browser.people import Findings, Visitor
from tests.factories.accounts import make_uscc
from tests.factories.institutes import ChainSegmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def segment(county):
    return ChainSegmentFactory(name="示例环节", chain__name="示例产业链")


def choose(page, segment, *, year: str) -> None:
    """A workbook with one enterprise, sent for its preview."""
    row = ["示例表内企业", make_uscc(993_001), segment.chain.name, segment.name, "特种传感器", year]
    body = sheets.xlsx(HEAD, [[*row, "示例联系人", "13900007777", "示例理由"]])
    page.set_input_files("input[type=file]", {"name": "名单.xlsx", "mimeType": sheets.XLSX, "buffer": body})
    page.click("button:has-text('预览')")


def test_faults_are_shown_then_the_preview_then_it_is_stored(segment, chromium, live_server):
    findings = Findings()
    visitor = Visitor(chromium, live_server.url, findings, "county")
    page = visitor.open(f"{live_server.url}/cultivation/import/")

    choose(page, segment, year="明年")
    expect(page.locator("main")).to_contain_text("有 1 处需要改正，没有导入任何企业")
    expect(page.locator("main")).to_contain_text("请填四位年份")
    choose(page, segment, year=str(clock.today().year + 1))
    expect(page.locator("main")).to_contain_text("将导入 1 家企业，列为摸底")
    assert CultivationEntry.objects.count() == 0
    page.click("button:has-text('确认导入 1 家')")
    expect(page.locator("main")).to_contain_text("示例表内企业")

    assert CultivationEntry.objects.get().name == "示例表内企业"
    assert [error for error in findings.errors if "422" not in error] == []
