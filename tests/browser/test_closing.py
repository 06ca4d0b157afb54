"""The end of a call in a real browser: it is said clearly, and nothing that was typed goes with it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from institutes import services
from institutes.models import Application, Call
from tests.browser.test_filling import INDUSTRY, Unit, saved, state, unsent
from tests.factories.institutes import fill

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OVER = re.compile("申报已于 .* 截止，这份申报书没有报送")


@pytest.fixture
def desk(chromium, live_server, unit):
    return Unit(chromium, live_server.url, unit)


def close(application: Application, *, ahead: timedelta = timedelta(seconds=-1)) -> None:
    """The call ended a second ago, or ends so far ahead."""
    ends = timezone.now() + ahead
    Call.objects.filter(pk=application.call_id).update(first_closes_at=ends, closes_at=ends)


def test_what_was_typed_and_not_sent_when_the_call_closed_is_kept_as_a_draft(desk):
    page = desk.open()
    expect(page.locator("main")).not_to_contain_text(OVER)
    page.context.set_offline(True)
    page.fill(INDUSTRY, "截止时还没有发出的")
    expect(state(page)).to_contain_text("网络中断，内容已暂存在本机")
    close(desk.application)

    page.context.set_offline(False)

    saved(page)
    note = page.locator("[data-part=closing]")
    expect(note).to_contain_text(OVER)
    expect(note).to_contain_text("您填写的内容没有丢失")
    expect(page.locator(INDUSTRY)).to_have_value("截止时还没有发出的")
    assert desk.answers() == {"industry": "截止时还没有发出的"}
    page.goto(desk.at("basics"))
    expect(page.locator(INDUSTRY)).to_have_value("截止时还没有发出的")
    expect(page.locator("main")).to_contain_text(OVER)


def test_a_submit_one_second_late_is_refused_in_clear_words_and_loses_nothing(desk):
    application = fill(desk.application)
    page = desk.visitor("filler").open(f"{desk.base}/applications/{application.pk}/submit/")
    form = page.locator("form[action$='/moves/submit/']")
    panel = page.locator("details.move", has=form)
    if panel.count():
        panel.locator("summary").first.click()
    close(application)

    desk.visitor("filler").press(form.locator("button[type=submit]"))

    refusal = page.locator("main")
    expect(refusal).to_contain_text("截止，不再接收申报")
    expect(refusal).to_contain_text("以平台数据库服务器的时钟为准")
    expect(refusal).to_contain_text("已填写的内容作为草稿保留")
    expect(refusal).not_to_contain_text("再次提交")
    application.refresh_from_db()
    assert application.state == "draft"
    desk.visitor("filler").press(page.get_by_role("link", name="返回上一页"))
    expect(page.locator("main")).to_contain_text(OVER)
    expect(form).to_have_count(0)
    page.goto(desk.at("plan"))
    assert page.locator("[name=background]").input_value() == desk.answers("plan")["background"]


def test_the_last_day_says_until_when(desk):
    close(desk.application, ahead=timedelta(hours=3))

    expect(desk.open().locator("[data-part=closing]")).to_contain_text("请预留时间")


def test_what_was_typed_when_a_colleague_handed_the_book_in_can_be_copied(desk, chromium):
    application = fill(desk.application)
    page = desk.open(code="plan")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/save/") else None)
    services.submit_application(application=application, by=application.begun_by)

    page.fill("[name=task_strategy]", "提交时还在填写的一段")

    note = page.locator("#refusal")
    expect(note).to_contain_text("内容已锁定，不能修改")
    expect(note).to_contain_text("产业发展战略研究")
    expect(note.locator("dd")).to_have_text("提交时还在填写的一段")
    note.get_by_role("button", name="复制全部").click()
    expect(note.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "产业发展战略研究：提交时还在填写的一段"
    expect(page.locator("[name=task_strategy]")).to_have_value("提交时还在填写的一段")
    expect(state(page)).to_have_text("内容已锁定，没有保存")
    page.wait_for_timeout(4000)  # nobody knocks at a locked door again and again
    assert (len(sent), len(unsent(page))) == (1, 1)
