"""Nothing that was typed is lost: a lost network, a lost login, a closed laptop, a colleague at the same box."""

import re
from functools import cache

import pytest
from playwright.sync_api import expect

from institutes.models import ApplicationSection
from portal.demo.accounts import PASSWORD
from tests.browser.people import Findings, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAVED = re.compile(r"已保存 \d\d:\d\d:\d\d")
INDUSTRY = "[name=industry]"


class Unit:
    """The people of a unit before the draft of their application."""

    def __init__(self, chromium, base, application):
        self.application, self.base = application, base
        self.visitor = cache(lambda username: Visitor(chromium, base, Findings(), username))

    def at(self, code: str) -> str:
        return f"{self.base}/applications/{self.application.pk}/sections/{code}/"

    def open(self, username: str = "filler", code: str = "basics"):
        return self.visitor(username).open(self.at(code))

    def answers(self, code: str = "basics") -> dict:
        row = ApplicationSection.objects.filter(application=self.application, code=code).first()
        return row.answers if row else {}


@pytest.fixture
def desk(chromium, live_server, unit):
    return Unit(chromium, live_server.url, unit)


def state(page):
    return page.locator("[data-saved]")


def saved(page):
    expect(state(page)).to_have_text(SAVED)


def unsent(page) -> list[str]:
    return page.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('unsent:'))")


def test_what_is_typed_is_saved_in_a_pause_with_the_time(desk):
    page = desk.open()
    page.fill(INDUSTRY, "示例材料")

    saved(page)
    assert desk.answers() == {"industry": "示例材料"}
    assert unsent(page) == []


def test_what_does_not_agree_is_said_beside_its_box_at_once(desk):
    page = desk.open()
    page.fill("[name=build_from]", "2027-01-02")
    page.fill("[name=build_to]", "2027-01-01")
    remark = page.locator("#id_build_to-remarks")
    expect(remark).to_have_text("待更正：应晚于建设期起始日。")

    page.fill("[name=build_to]", "2028-12-31")

    expect(remark).to_have_count(0)


def test_nothing_that_is_pasted_is_cut_off(desk):
    page = desk.open(code="host")
    page.locator("[name=mobile]").focus()
    page.keyboard.insert_text("138 0000 1234（白天）")
    expect(page.locator("[name=mobile]")).to_have_value("138 0000 1234（白天）")
    expect(page.locator("#id_mobile-errors")).to_have_text("请填写 11 位手机号码，以 13 至 19 开头。")

    page.locator("[name=mobile]").fill("+86 138-0000-1234")

    saved(page)
    assert desk.answers("host")["mobile"] == "13800001234"


def test_who_types_without_a_pause_is_saved_every_few_seconds(desk):
    page = desk.open()
    page.clock.install()
    with page.expect_request("**/save/") as sent:
        for number in range(6):
            page.locator(INDUSTRY).press_sequentially(str(number))
            page.clock.run_for(1000)

    assert "industry=01234" in sent.value.post_data


def test_a_lost_network_keeps_the_text_and_sends_it_when_it_is_back(desk):
    page = desk.open()
    page.context.set_offline(True)
    page.fill(INDUSTRY, "断网时填的")
    expect(state(page)).to_contain_text("网络中断，内容已暂存在本机")
    assert (len(unsent(page)), desk.answers()) == (1, {})

    page.context.set_offline(False)

    saved(page)
    assert desk.answers() == {"industry": "断网时填的"}


def test_a_login_that_is_over_leads_back_to_the_text(desk):
    page = desk.open()
    page.context.clear_cookies(name="sessionid")
    page.fill(INDUSTRY, "登录过期时填的")
    expect(state(page)).to_contain_text("登录已过期，内容已暂存在本机")

    with page.expect_navigation():
        page.get_by_role("link", name="重新登录").click()
    page.fill("input[name=username]", "filler")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(desk.at("basics"))

    expect(page.locator(INDUSTRY)).to_have_value("登录过期时填的")
    saved(page)
    assert desk.answers() == {"industry": "登录过期时填的"}


def test_a_form_that_meets_the_login_page_is_filled_in_again(desk):
    page = desk.open()
    page.context.set_offline(True)
    page.fill(INDUSTRY, "提交时登录已过期")
    expect(state(page)).to_contain_text("网络中断")
    page.context.clear_cookies(name="sessionid")
    page.route("**/save/", lambda route: route.abort())
    page.context.set_offline(False)
    with page.expect_navigation():
        page.locator("#section-form button[value=stay]").click()
    page.unroute("**/save/")
    page.goto(f"{desk.base}/login/?next=/applications/{desk.application.pk}/sections/basics/")
    page.fill("input[name=username]", "filler")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(desk.at("basics"))

    expect(page.locator(INDUSTRY)).to_have_value("提交时登录已过期")
    saved(page)


def left_behind(desk, fill):
    """A page that was closed without a network: what it held waits on the machine."""
    page = desk.open()
    context = page.context
    context.set_offline(True)
    fill(page)
    expect(state(page)).to_contain_text("网络中断")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(desk.at("basics"))
    return again


def test_a_closed_laptop_offers_the_text_again(desk):
    page = left_behind(desk, lambda page: page.fill(INDUSTRY, "合上电脑前填的"))
    note = page.locator(".note--soon", has_text="这台机器上有未保存的内容")
    expect(note).to_contain_text(re.compile(r"（\d+月\d+日 \d\d:\d\d）"))

    note.get_by_role("button", name="恢复").click()

    expect(page.locator(INDUSTRY)).to_have_value("合上电脑前填的")
    saved(page)
    assert desk.answers() == {"industry": "合上电脑前填的"}
    assert unsent(page) == []


def test_what_is_given_up_is_gone(desk):
    page = left_behind(desk, lambda page: page.fill(INDUSTRY, "不要的"))
    page.get_by_role("button", name="放弃").click()

    expect(page.locator(".note--soon", has_text="未保存的内容")).to_have_count(0)
    assert (unsent(page), desk.answers()) == ([], {})
    page.reload()
    expect(page.locator(".note--soon", has_text="未保存的内容")).to_have_count(0)


def test_what_waits_for_an_answer_survives_further_typing(desk):
    page = left_behind(desk, lambda page: page.fill(INDUSTRY, "先前的"))
    page.fill("[name=established_on]", "2026-01-02")
    saved(page)
    page.reload()
    page.get_by_role("button", name="恢复").click()

    expect(page.locator(INDUSTRY)).to_have_value("先前的")
    saved(page)
    expect(page.locator("[name=established_on]")).to_have_value("2026-01-02")
    page.reload()
    assert desk.answers() == {"established_on": "2026-01-02", "industry": "先前的"}


def test_rows_that_were_added_without_a_network_come_back(desk):
    page = desk.open(code="premises")
    context = page.context
    context.set_offline(True)
    table = page.locator("[data-rows=equipment]")
    table.locator("[data-row-add]").click()
    table.locator("[data-row]").nth(1).locator("textarea").first.fill("示例光谱仪")
    expect(state(page)).to_contain_text("网络中断")
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(desk.at("premises"))
    page.get_by_role("button", name="恢复").click()

    saved(page)
    assert [row["name"] for row in desk.answers("premises")["equipment"]] == ["示例光谱仪"]


def test_two_people_in_different_boxes_are_merged(desk):
    mine, theirs = desk.open(), desk.open("colleague")
    mine.fill(INDUSTRY, "示例材料")
    saved(mine)
    theirs.fill("[name=established_on]", "2026-01-02")
    saved(theirs)

    assert desk.answers() == {"industry": "示例材料", "established_on": "2026-01-02"}


@pytest.mark.parametrize(("choice", "kept"), [("保留我填写的", "我的产业"), ("采用对方的", "同事的产业")])
def test_two_people_at_one_box_see_both_values_and_choose(desk, choice, kept):
    mine, theirs = desk.open(), desk.open("colleague")
    theirs.fill(INDUSTRY, "同事的产业")
    saved(theirs)
    mine.fill(INDUSTRY, "我的产业")
    clash = mine.locator("#refusal .clash-part")
    expect(clash).to_contain_text("我的产业")
    expect(clash).to_contain_text("同事的产业")

    clash.get_by_role("button", name=choice).click()

    expect(mine.locator(INDUSTRY)).to_have_value(kept)
    expect(state(mine)).to_have_text(SAVED if kept == "我的产业" else "已采用对方的内容")
    assert desk.answers() == {"industry": kept}
    assert unsent(mine) == []


# --- rows -----------------------------------------------------------------------------------------------------------


def boxes(page, table="equipment"):
    return page.locator(f"[data-rows={table}] tbody [data-row]:not([hidden]) td:first-child textarea")


def test_enter_goes_down_and_makes_a_row_below_the_last(desk):
    page = desk.open(code="premises")
    for name in ("示例甲", "示例乙", "示例丙"):
        page.keyboard.insert_text(name) if name != "示例甲" else boxes(page).first.fill(name)
        page.keyboard.press("Enter")

    saved(page)
    assert [row["name"] for row in desk.answers("premises")["equipment"]] == ["示例甲", "示例乙", "示例丙"]


def test_a_row_is_copied(desk):
    page = desk.open(code="premises")
    boxes(page).first.fill("示例甲")
    page.locator("[name=equipment-0-open_share]").select_option("yes")
    page.locator("[data-row-copy]").first.click()

    saved(page)
    rows = [
        {name: cell for name, cell in row.items() if name != "key"}
        for row in desk.answers("premises")["equipment"]
    ]
    assert rows == [{"name": "示例甲", "open_share": "yes"}] * 2


def test_a_removed_row_can_be_put_back_though_it_was_saved_as_removed(desk):
    page = desk.open(code="premises")
    boxes(page).first.fill("示例甲")
    saved(page)
    with page.expect_response("**/save/"):
        page.locator("[data-row-remove]").first.click()
    expect(page.locator("[data-row-undo]")).to_have_text("已删除第 1 行 撤销")
    saved(page)
    assert desk.answers("premises")["equipment"] == []

    with page.expect_response("**/save/"):
        page.get_by_role("button", name="撤销").click()
    saved(page)
    assert [row["name"] for row in desk.answers("premises")["equipment"]] == ["示例甲"]


def test_rows_are_pasted_looked_at_and_added(desk):
    page = desk.open(code="premises")
    page.get_by_role("link", name="从表格粘贴或导入").click()
    lines = [f"示例设备{n}\tX-{n}\t2024/3/{n % 28 + 1}\t{n}.5\t示例单位\t是" for n in range(1, 61)]
    page.fill("textarea[name=text]", "\n".join([*lines, "示例设备\tX\t去年\t1\t示例单位\t是"]))
    page.get_by_role("button", name="核对").click()
    expect(page.locator("#main")).to_contain_text("第 61 行 · 购置日期：请按 2026-11-23 的格式填写日期。")
    visitor = desk.visitor("filler")
    visitor.examine()
    page.fill("textarea[name=text]", "\n".join(lines))
    page.get_by_role("button", name="核对").click()
    visitor.examine()
    page.get_by_role("button", name="加入 60 行").click()
    page.wait_for_url(f"{desk.at('premises')}*")

    assert len(desk.answers("premises")["equipment"]) == 60
    assert visitor.findings.violations == []
    assert visitor.findings.overflows == []
