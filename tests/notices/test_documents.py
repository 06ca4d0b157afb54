import subprocess
from datetime import timedelta

import pytest

from notices import documents, services, tasks
from notices.models import PublicNotice
from records import clock
from records.documents import paper_of
from records.models import Document
from tests.factories.notices import MONDAY, PublicNoticeFactory, PublicNoticeItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice():
    found = PublicNoticeFactory(
        title="关于示例年度拟认定名单的公示",
        number="SJZ-GS-2026-001",
        body="第一段。\n\n第二段。",
        posted_at=MONDAY,
    )
    PublicNoticeItemFactory(
        notice=found, place=1, name="石家庄市示例䶮产业技术研究院", host_name="示例瀞科技有限公司"
    )
    return found


def test_what_the_paper_says(notice):
    context = documents.public_notice(notice)

    assert (context["first_day"], context["last_day"], context["body"]) == (
        "2026年11月23日",
        "2026年11月27日",
        ["第一段。", "第二段。"],
    )
    assert context["items"] == [
        {
            "place": 1,
            "name": "石家庄市示例䶮产业技术研究院",
            "host": "示例瀞科技有限公司",
            "co_builders": ["示例大学", "示例上游企业"],
            "county": "长安区",
        }
    ]


def test_the_paper_has_its_words_its_fonts_and_no_missing_glyph(notice, tmp_path):
    document = services.issue_public_notice(notice=notice)

    path = tmp_path / "paper.pdf"
    with document.file.open() as file:
        path.write_bytes(file.read())
    text = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True).stdout
    words = "".join(text.split())
    for wanted in (
        notice.title,
        notice.number,
        "示例瀞科技有限公司",
        "公示期为2026年11月23日至2026年11月27日，共5个工作日",
        "一、公示名单",
        document.code,
        "—1—",
    ):
        assert wanted in words
    assert not {"\ufffd", "\u25a1", "\x00"} & set(words)
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
    assert {line.split()[-5] for line in fonts.splitlines()[2:]} == {"yes"}


def test_the_paper_is_made_once_and_is_public(notice):
    tasks.issue_public_notice(notice.pk)
    tasks.issue_public_notice(notice.pk)

    notice.refresh_from_db()
    assert (Document.objects.count(), notice.document.public) == (1, True)
    assert paper_of(notice, "public_notice") == notice.document


def test_the_sweep_makes_what_the_queue_lost(notice):
    with clock.at(notice.posted_at + timedelta(days=1)):
        assert [tasks.issue_missing_papers(), tasks.issue_missing_papers()] == [1, 0]

    assert paper_of(notice, "public_notice").issued_at == notice.posted_at
    assert not PublicNotice.objects.filter(document=None).exists()
