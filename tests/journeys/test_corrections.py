"""A book that was returned and is handed in anew: a second version, compared box by box, and both papers genuine."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.demo.books import sample_pdf
from records.models import Document
from tests.journeys.money import MoneyWalk
from tests.journeys.pages import Page
from tests.journeys.papers import content_of, words_of
from tests.journeys.people import program, stranger
from tests.journeys.timetable import sweep, unsound

pytestmark = pytest.mark.usefixtures("no_worker")
SHORT, LATE = "发展战略研究过于简略。", "共建协议有效期请再核对。"
STRATEGY = "每年发布技术进步路线图，两年完成三项专题研究，为市、县制定产业规划提供咨询。"
CAPITAL, PHONE, MASKED = "3300", "13900007777", "139****7777"
PAPERS = ("institutes.tasks.sweep_certificates",)


def test_a_returned_book_becomes_a_second_version_that_shows_what_changed(applied):
    walk = applied
    walk.pass_days()
    returned_by_the_county(walk)
    mended(walk)
    compared_by_the_unit(walk)
    walk.submit()
    walk.report()
    compared_by_the_offices(walk)
    kept_from_others(walk)
    both_papers_are_genuine(walk)
    assert unsound(walk) == []


def returned_by_the_county(walk: MoneyWalk) -> None:
    with walk.hour(9):
        walk["county_staff"].take(
            walk.url,
            "county_return",
            reasons_where=["partners.partners", "plan.task_strategy", ""],
            reasons_text=[LATE, SHORT, ""],
        )
        assert "还没有可以对照的版本" in walk["county_staff"].open(f"{walk.url}versions/").text


def mended(walk: MoneyWalk) -> None:
    """A text, an amount, a phone, a cell of a row and an annex; the county's other reason is left as it stands."""
    filler = walk.filler
    with walk.hour(11):
        for code, typed in (
            ("plan", {"task_strategy": STRATEGY}),
            ("host", {"reg_capital": CAPITAL, "mobile": PHONE}),
            ("premises", {"equipment-1-model": "示例型号甲"}),
        ):
            filler.send(filler.open(f"{walk.url}sections/{code}/"), go="stay", **typed)
        page = filler.open(f"{walk.url}files/")
        address = charter_of(page).action
        answer = Page(filler.client.post(address, {"file": sample_pdf("章程（修订）")}, follow=True))
        assert "第 2 版" in answer.text


def charter_of(page: Page):
    """The form that replaces the charter: the one between the headings of the charter and of the next annex."""
    shown = page.response.content.decode()
    part = shown[shown.index('id="annex-charter"') :]
    address = re.search(r'action="([^"]+/replace/)"', part).group(1)
    return page.form(address)


def compared_by_the_unit(walk: MoneyWalk) -> None:
    """Before it is handed in again: the draft beside the version that was returned."""
    with walk.hour(13):
        page = walk.filler.open(f"{walk.url}versions/")
    assert "5 处修改" in page.text
    for words in ("第 1 版", "当前草稿", PHONE, STRATEGY, f"退回意见：{SHORT}"):
        assert words in page.text
    assert f"未修改 退回意见：{LATE}" in page.text


def compared_by_the_offices(walk: MoneyWalk) -> None:
    """Every box that changed with what it said before, no other box, and personal data masked."""
    with walk.hour(17):
        for username in ("county_staff", "county_lead"):
            page = walk[username].open(walk[username].open(walk.url).link(r"/versions/"))
            assert "5 处修改" in page.text
            for words in (
                "第 2 版",
                "3,100 万元 3,300 万元",
                MASKED,
                "示例型号甲",
                f"修改 退回意见：{SHORT}",
            ):
                assert words in page.text
            assert PHONE not in page.text
            assert page.text.count("章程（修订）.pdf") == 1
            assert "研究院名称" not in page.text
        whole = walk["county_staff"].open(f"{walk.url}versions/?old=1&new=2&whole=1")
        assert "研究院名称" in whole.text
        same = walk["county_staff"].open(f"{walk.url}versions/?old=2&new=2")
        assert "两个版本内容相同" in same.text


def kept_from_others(walk: MoneyWalk) -> None:
    with walk.hour(17, 30):
        for username in ("county_staff2", "ent_filler2", "expert", "agency", "finance"):
            assert Page(walk[username].client.get(f"{walk.url}versions/")).status == 404
        assert program("county_staff2").get(f"/api/v1/applications/{walk.application.pk}/").status_code == 404


def both_papers_are_genuine(walk: MoneyWalk) -> None:
    """Each says of which version it is; the first leads to the second, and a file is held against either."""
    with walk.hour(18):
        sweep(walk, *PAPERS)
        first, second = Document.objects.filter(kind="application_book").order_by("pk")
    assert second.replaces == first
    digests = [one.digest for one in walk.application.versions.order_by("number")]
    assert [paper.context["data_digest"] for paper in (first, second)] == digests
    old, new = (words_of(content_of(paper)) for paper in (first, second))
    assert (STRATEGY in old, STRATEGY in new) == (False, True)
    assert all(digest[:16] in words for digest, words in zip(digests, (old, new), strict=True))
    former, latter = (Page(stranger().get(f"/verify/{paper.code}/")) for paper in (first, second))
    assert "这份文书已被替代" in former.text
    assert former.link(rf"/verify/{second.code}/")
    assert "现行有效" in latter.text
    for paper in (first, second):
        assert "完全一致" in held_against(paper, content_of(paper))
    assert "不一致" in held_against(second, content_of(first))
    with walk.hour(18):
        for paper in (first, second):
            address = reverse("records:document", args=[paper.pk])
            assert walk["county_staff"].client.get(address).getvalue() == content_of(paper)
            assert walk["county_staff2"].client.get(address).status_code == 404


def held_against(paper: Document, content: bytes) -> str:
    page = Page(stranger().get(f"/verify/{paper.code}/"))
    file = SimpleUploadedFile("手中的申报书.pdf", content, content_type="application/pdf")
    return Page(stranger().post(page.path, page.form().filled({"file": file}))).text
