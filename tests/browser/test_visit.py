"""A visit written on a phone with a bad line: checklist, photos and signatures arrive, and each arrives once."""

import re
from base64 import b64decode
from functools import cache

import pytest
from playwright.sync_api import expect

from evaluation.models import VisitCheck, VisitMember
from portal.demo.pictures import sample_photo
from records.models import Attachment
from tests.browser.people import Findings, PhoneVisitor, file_of
from tests.browser.test_filling import SAVED
from tests.browser.visiting import draw_line

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFFLINE = "网络中断，内容已暂存在本机"
ON_MACHINE = "文件已暂存在本机，关闭本页也不会丢失"
DUMB = """() => {
  window.fetch = () => Promise.reject(new TypeError("no line"));
  XMLHttpRequest.prototype.send = () => {};
}"""
DRAWN = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value > 0);
}"""


class Place:
    """The people of the agency at the host, each with a phone."""

    def __init__(self, chromium, base, visit):
        self.visit, self.findings = visit, Findings()
        self.url = f"{base}{visit.get_absolute_url()}"
        self.visitor = cache(lambda username: PhoneVisitor(chromium, base, self.findings, username))

    def open(self, step: str, username: str = "visitor"):
        return self.visitor(username).open(f"{self.url}{step}/")

    def come_back(self, page, step: str):
        """The tab is closed while the line is down; once it is up again a new one is opened.

        While a tab closes Chromium lets go of the broken line first: what still runs in it must not send.
        """
        context = page.context
        page.evaluate(DUMB)
        page.close()
        context.set_offline(False)
        again = context.new_page()
        again.goto(f"{self.url}{step}/")
        return again

    def checks(self) -> dict[str, tuple[str, str]]:
        rows = VisitCheck.objects.filter(plan=self.visit).exclude(result="", note="")
        return {row.item: (row.result, row.note) for row in rows}

    def photos(self) -> list[str]:
        return sorted(photo.caption for photo in self.visit.photos.all())


@pytest.fixture
def place(chromium, live_server, visit):
    return Place(chromium, live_server.url, visit)


def codes(place) -> list[str]:
    return [item["code"] for item in place.visit.edition.terms["visit_checklist"]]


def tick(page, code: str, note: str) -> None:
    page.locator(f"[name=check_{code}][value=consistent]").check()
    page.fill(f"[name=note_{code}]", note)
    expect(page.locator("output[data-saved]")).to_contain_text(OFFLINE)


def test_what_is_ticked_without_a_network_is_sent_when_it_is_back(place):
    page, code = place.open("record"), codes(place)[0]
    page.context.set_offline(True)
    tick(page, code, "断网时填的")
    page.locator("button[value=photos]").click()  # the page stays: there is nowhere to go
    expect(page.locator(f"[name=note_{code}]")).to_have_value("断网时填的")
    assert place.checks() == {}

    page.context.set_offline(False)

    expect(page.locator("output[data-saved]")).to_have_text(SAVED)
    assert place.checks() == {code: ("consistent", "断网时填的")}


def test_what_was_ticked_before_the_tab_was_closed_goes_on_by_itself(place):
    page, code = place.open("record"), codes(place)[0]
    page.context.set_offline(True)
    tick(page, code, "关闭前填的")

    page = place.come_back(page, "record")

    expect(page.locator("output[data-saved]")).to_have_text(SAVED)
    expect(page.locator(f"[name=note_{code}]")).to_have_value("关闭前填的")
    assert place.checks() == {code: ("consistent", "关闭前填的")}
    page.reload()
    expect(page.locator("main")).not_to_contain_text("未保存的内容")


def test_where_a_colleague_has_written_since_it_is_asked_first(place):
    page, (code, other, *_rest) = place.open("record"), codes(place)
    page.context.set_offline(True)
    tick(page, code, "关闭前填的")
    colleague = place.open("record", "colleague")
    colleague.fill(f"[name=note_{other}]", "同事填的")
    expect(colleague.locator("output[data-saved]")).to_have_text(SAVED)

    page = place.come_back(page, "record")
    note = page.locator(".note--soon", has_text="这台机器上有未保存的内容")
    expect(note).to_be_visible()
    assert list(place.checks()) == [other]
    note.get_by_role("button", name="恢复").click()

    expect(page.locator("output[data-saved]")).to_have_text(SAVED)
    assert place.checks() == {code: ("consistent", "关闭前填的"), other: ("", "同事填的")}


def send_photo(page, title: str) -> None:
    page.set_input_files("#upload input[type=file]", file_of(sample_photo(title)))
    page.fill("[name=caption]", title)
    page.locator("#upload button.btn-primary").click()


def test_photos_taken_without_a_network_arrive_though_the_tab_was_closed(place):
    page = place.open("photos")
    page.context.set_offline(True)
    send_photo(page, "中试线")
    expect(page.locator(".transfer__said").first).to_contain_text(ON_MACHINE)
    send_photo(page, "主要设备")  # the form is free for the next one
    expect(page.locator(".transfer")).to_have_count(2)
    assert place.photos() == []

    page = place.come_back(page, "record")
    note = page.locator(".note--soon", has_text="有 2 个文件还没有传完")
    note.get_by_role("button", name="继续上传").click()

    expect(page.locator(".photos li")).to_have_count(2)
    page.reload()
    expect(page.locator(".photos li")).to_have_count(2)
    expect(page.locator(".transfer")).to_have_count(0)
    assert place.photos() == ["中试线", "主要设备"]


def test_a_photo_whose_answer_got_lost_is_sent_again_and_kept_once(place):
    page, lost = place.open("photos"), []

    def lose(route):
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch(max_redirects=0).status)
        return route.abort()

    page.route("**/photos/", lose)
    send_photo(page, "中试线")

    expect(page.locator(".photos li")).to_have_count(1)
    assert (lost, place.photos()) == ([302], ["中试线"])


def test_signing_out_leaves_no_photo_on_the_machine(place):
    page = place.open("photos")
    page.context.set_offline(True)
    send_photo(page, "中试线")
    expect(page.locator(".transfer__said")).to_contain_text(ON_MACHINE)
    page = place.come_back(page, "record")
    expect(page.locator(".note--soon", has_text="还没有传完")).to_be_visible()

    with page.expect_navigation():
        page.evaluate("document.querySelector('form[data-logout]').requestSubmit()")

    names = page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    assert (names, page.evaluate("localStorage.length"), place.photos()) == ([], 0, [])


def test_signatures_drawn_without_a_network_are_kept_and_arrive(place):
    first, second = place.visit.members.order_by("pk").values_list("pk", flat=True)[:2]
    page = place.open("signatures")
    page.context.set_offline(True)
    for member in (first, second):
        draw_line(page.locator(f"#member-{member}"))
    page.locator(f"#member-{first} button.btn-primary").click()
    expect(page.locator(f"#member-{first} .transfer__said")).to_contain_text(ON_MACHINE)

    page = place.come_back(page, "signatures")

    # What was handed in goes on by itself; what was only drawn is there to be handed in.
    expect(page.locator(f"#member-{first} img.signature-shown")).to_be_visible()
    pad = page.locator(f"#member-{second} canvas[data-signature]")
    expect(pad).to_have_attribute("data-drawn", "yes")
    assert pad.evaluate(DRAWN)
    assert signed(place) == [first]
    page.locator(f"#member-{second} button.btn-primary").click()
    expect(page.locator(f"#member-{second} img.signature-shown")).to_be_visible()
    assert signed(place) == [first, second]
    assert page.evaluate("Object.keys(localStorage).filter((key) => /signature/.test(key))") == []


def signed(place) -> list[int]:
    rows = VisitMember.objects.filter(plan=place.visit, signature__isnull=False)
    return sorted(rows.values_list("pk", flat=True))


def test_what_is_wiped_out_is_not_kept_and_another_drawing_takes_its_place(place):
    member = place.visit.members.order_by("pk").values_list("pk", flat=True)[0]
    page = place.open("signatures")
    section = page.locator(f"#member-{member}")
    draw_line(section)
    section.get_by_role("button", name=re.compile("擦除重写")).click()
    page.reload()
    assert not section.locator("canvas[data-signature]").evaluate(DRAWN)

    page.route("**/signatures/", lambda route: route.fulfill(status=500), times=1)
    draw_line(section)
    section.locator("button.btn-primary").click()
    expect(section.locator(".transfer__said")).to_contain_text("系统出错")
    section.get_by_role("button", name=re.compile("擦除重写")).click()
    draw_line(section, 60)
    drawn = section.locator("canvas").evaluate("canvas => canvas.toDataURL('image/png').split(',')[1]")
    section.locator("button.btn-primary").click()

    expect(section.locator("img.signature-shown")).to_be_visible()
    page.reload()
    expect(page.locator(".transfer, .note--soon")).to_have_count(0)
    assert (stored(member), Attachment.objects.about(place.visit).count()) == (b64decode(drawn), 1)


def stored(member: int) -> bytes:
    with VisitMember.objects.get(pk=member).signature.file.open("rb") as opened:
        return opened.read()
