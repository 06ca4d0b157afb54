"""A list of enterprises from a spreadsheet: every fault at its row and column, all of it or nothing."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from institutes import services
from institutes.models import ChainMember
from institutes.services import chain_import
from institutes.services.chain_import import HEAD
from records import sheets, workbooks
from records.errors import BadFile
from tests.factories.accounts import make_uscc, person
from tests.factories.institutes import ChainMemberFactory, ChainSegmentFactory

pytestmark = pytest.mark.django_db
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.fixture
def segment():
    return ChainSegmentFactory(name="示例环节")


def workbook(*rows, head=HEAD) -> SimpleUploadedFile:
    return SimpleUploadedFile("示例名单.xlsx", sheets.xlsx(head, rows))


def row(**changed) -> list:
    cells = dict(
        zip(HEAD, ["示例环节", "示例企业", make_uscc(), "长安区", "链主企业", "2026-03-01"], strict=True)
    )
    return list((cells | changed).values())


def read(segment, *rows, **more):
    return services.read_members(chain=segment.chain, upload=workbook(*rows, **more))


def test_a_list_is_read_as_people_write_it(segment):
    code = make_uscc()
    spaced = f"{code[:8].lower()} {code[8:]}".translate(FULL_WIDTH)
    loose = row(**{HEAD[2]: spaced, HEAD[3]: "市外", HEAD[4]: " 骨干 ", HEAD[5]: "2026年3月1日"})

    sheet = read(segment, [], loose)

    (entry,) = sheet.entries
    assert sheet.faults == []
    assert (entry.segment, entry.uscc, entry.division) == (segment, code, None)
    assert (entry.role, entry.since) == ("backbone", date(2026, 3, 1))


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (0, "", "请填写环节。"),
        (0, "示例别处", "没有环节“示例别处”；本产业链的环节：示例环节。"),
        (1, " ", "请填写企业名称。"),
        (1, "示" * 101, "企业名称不超过 100 字。"),
        (2, "123", "统一社会信用代码为 18 位，当前为 3 位。"),
        (3, "示例县", "没有这个县（市、区）；不在本市的请填“市外”。"),
        (4, "老大", "请填“链主企业”或“骨干企业”。"),
        (5, "上个月", "请填日期，例如 2026-03-01。"),
        (5, "2026-02-30", "请填日期，例如 2026-03-01。"),
        (5, "2999-01-01", "不能晚于今天。"),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_column(segment, column, cell, words):
    sheet = read(segment, row(), row(**{HEAD[column]: cell}))

    assert [(fault.row, fault.column, fault.text) for fault in sheet.faults] == [(3, HEAD[column], words)]


def test_who_stands_there_already_or_twice_in_the_list_is_named(segment):
    member, code = ChainMemberFactory(segment=segment), make_uscc()

    sheet = read(segment, row(**{HEAD[2]: member.uscc}), row(**{HEAD[2]: code}), row(**{HEAD[2]: code}))

    assert [str(fault) for fault in sheet.faults] == [
        f"第 2 行“{HEAD[2]}”：该企业已在“示例环节”环节中。",
        f"第 4 行“{HEAD[2]}”：与第 3 行重复。",
    ]


def test_a_head_that_was_changed_is_named(segment):
    with pytest.raises(BadFile, match="缺少列：列入日期"):
        read(segment, row(), head=[*HEAD[:5], "日期"])


def test_the_order_of_columns_is_free(segment):
    sheet = read(segment, list(reversed(row())), head=list(reversed(HEAD)))

    assert (sheet.faults, len(sheet.entries)) == ([], 1)


def test_an_empty_table_is_refused(segment):
    with pytest.raises(BadFile, match="没有企业"):
        read(segment)


def test_all_or_nothing(segment):
    clerk = person(Role.BUREAU_CLERK)
    good, bad = row(), row(**{HEAD[5]: ""})

    with pytest.raises(BadFile, match="第 3 行"):
        services.import_members(
            chain=segment.chain, file=workbook(good, bad), source_title="示例名单", by=clerk
        )
    assert not ChainMember.objects.exists()

    services.import_members(chain=segment.chain, file=workbook(good), source_title="示例名单", by=clerk)
    assert ChainMember.objects.get().source.title == "示例名单"


# --- cells and files ------------------------------------------------------------------------------------------------


def test_a_file_that_is_no_workbook_is_refused_in_words(segment):
    with pytest.raises(BadFile, match="格式"):
        services.read_members(chain=segment.chain, upload=SimpleUploadedFile("示例.xlsx", b"%PDF-1.7"))


def test_a_list_has_its_limit(segment, monkeypatch):
    monkeypatch.setattr(chain_import, "MOST_ROWS", 2)

    with pytest.raises(BadFile, match="超过 2 行"):
        read(segment, row(), row())


def test_the_template_is_read_back_and_offers_what_can_be_chosen(segment):
    template = chain_import.template_of(segment.chain)

    assert workbooks.read(SimpleUploadedFile("示例.xlsx", template)) == [list(HEAD)]
    offered = openpyxl.load_workbook(io.BytesIO(template))[workbooks.CHOICES]
    assert [cell.value for cell in next(offered.iter_rows(max_row=1))] == [
        "示例环节",
        None,
        None,
        "长安区",
        "链主企业",
    ]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 8), date(2026, 3, 1)),
        (46082.0, date(2026, 3, 1)),
        ("2026/3/1", date(2026, 3, 1)),
        ("2026.03.01", date(2026, 3, 1)),
        ("２０２６年３月１日", date(2026, 3, 1)),
        ("2026-13-01", None),
        ("三月", None),
        ("", None),
    ],
)
def test_a_day_is_read_however_it_was_written(cell, day):
    assert chain_import.day_of(cell) == day
