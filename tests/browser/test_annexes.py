"""Annexes in a real browser: several at once, a lost network, an answer that got lost, a look in the page."""

import pytest
from playwright.sync_api import expect

from records.models import Attachment
from tests.browser.people import Findings, Visitor
from tests.factories.records import PDF
from tests.records.test_filetypes import png

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LICENCE = "#annex-licence"


@pytest.fixture
def page(chromium, live_server, unit):
    visitor = Visitor(chromium, live_server.url, Findings(), "filler")
    return visitor.open(f"{live_server.url}/applications/{unit.pk}/files/")


def file(name: str, body: bytes = PDF) -> dict:
    kind = "image/png" if name.endswith("png") else "application/pdf"
    return {"name": name, "mimeType": kind, "buffer": body}


def send(page, *files: dict) -> None:
    page.set_input_files(f"{LICENCE} form.annex__form input[type=file]", list(files))
    page.click(f"{LICENCE} form.annex__form > button:has-text('上传')")


def stored(unit) -> list[str]:
    return sorted(Attachment.objects.about(unit).current().values_list("name", flat=True))


def test_several_files_go_one_by_one_and_a_bad_one_says_why(page, unit):
    send(page, file("一.pdf"), file("坏.pdf", b"MZ"), file("二.png", png(40, 30)))

    expect(page.locator(f"{LICENCE} .files__name")).to_have_text(["一.pdf", "二.png"])
    expect(page.locator(f"{LICENCE} .transfer")).to_contain_text("文件内容不是 PDF 格式")
    assert stored(unit) == ["一.pdf", "二.png"]


def test_a_lost_network_is_waited_for(page, unit):
    page.context.set_offline(True)
    send(page, file("一.pdf"))
    expect(page.locator(f"{LICENCE} .transfer__said")).to_contain_text("重试中")
    assert stored(unit) == []

    page.context.set_offline(False)

    expect(page.locator(f"{LICENCE} .files__name")).to_have_text(["一.pdf"])


def test_an_answer_that_got_lost_stores_nothing_twice(page, unit):
    lost = []

    def lose(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch(max_redirects=0).status)
        return route.abort()

    page.route("**/files/", lose)
    send(page, file("一.pdf"))

    expect(page.locator(f"{LICENCE} .files__name")).to_have_text(["一.pdf"])
    assert (lost, Attachment.objects.about(unit).count()) == ([302], 1)


def test_a_picture_and_a_paper_are_looked_at_in_the_page(page, live_server):
    send(page, file("图.png", png(40, 30)), file("文.pdf"))
    expect(page.locator(f"{LICENCE} .files__name")).to_have_count(2)
    for summary in page.locator(f"{LICENCE} .preview > summary").all():
        summary.click()

    expect(page.locator(f"{LICENCE} img.preview__picture")).to_be_visible()
    frame = page.locator(f"{LICENCE} iframe.preview__paper")
    expect(frame).to_be_visible()
    assert (
        page.request.get(live_server.url + frame.get_attribute("src")).headers["content-type"]
        == "application/pdf"
    )
