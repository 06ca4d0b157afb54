"""Workbooks from strangers are measured before they are opened, and what is written stays what it is."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from records import workbooks
from records.errors import BadFile


def upload(content: bytes, name: str = "示例.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def saved(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(content: bytes, name: str, to: bytes) -> bytes:
    """The same workbook with one of its parts replaced, or one part more."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.infolist():
            if each.filename != name:
                new.writestr(each.filename, old.read(each))
        new.writestr(name, to)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
FAR = (
    b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


def refused(content: bytes, name: str = "示例.xlsx") -> str:
    with pytest.raises(BadFile) as refusal:
        workbooks.read(upload(content, name))
    return str(refusal.value)


def test_the_first_sheet_that_is_shown_is_read_from_its_first_cell():
    book = Workbook()
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("填写")
    shown["B2"] = "示例"
    target = io.BytesIO()
    book.save(target)

    assert workbooks.read(upload(target.getvalue())) == [["", ""], ["", "示例"]]


def test_a_file_of_another_kind_is_refused():
    assert refused(b"a,b", "示例.csv").startswith("不接收 .csv 文件；请上传 XLSX。")
    assert "XLSX 格式" in refused(b"a,b")
    assert refused(b"") == "文件是空的，请重新选择。"


def test_a_file_that_is_too_large_is_refused_unopened():
    assert "超过单个附件 5 MB 的上限" in refused(b"PK\x03\x04[Content_Types].xml" + b"0" * (6 * 1024 * 1024))


def test_a_broken_or_locked_file_is_refused():
    assert "文件损坏或设有密码" in refused(saved(["示例"])[:-200])


def test_a_packed_file_that_is_no_workbook_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")

    assert refused(target.getvalue()) == "这不是 XLSX 工作簿；请用表格软件另存为 XLSX 后再传。"


def test_a_workbook_that_cannot_be_understood_is_refused():
    assert "无法读取这个工作簿" in refused(changed(saved(["示例"]), "xl/workbook.xml", b"<workbook"))


def test_a_bomb_is_refused_by_its_ratio():
    assert "压缩异常" in refused(changed(saved(["示例"]), "xl/media/x.bin", b"0" * (8 * 1024 * 1024)))


def test_too_much_content_is_refused():
    target = io.BytesIO(saved(["示例"]))
    with zipfile.ZipFile(target, "a") as packed:
        for number in range(workbooks.MOST_ENTRIES):
            packed.writestr(f"xl/media/{number}.bin", b"")

    assert "工作簿内容过多" in refused(target.getvalue())


def test_a_cell_at_the_far_end_is_refused_before_room_is_set_aside():
    assert "表格范围过大" in refused(changed(saved(["示例"]), SHEET, FAR))


@pytest.mark.parametrize("place", [b"A99999999999", b"&#65;1", b"1A"])
def test_a_place_that_makes_no_sense_is_refused(place):
    sheet = FAR.replace(b"XFD1048576", place)

    assert "表格范围过大" in refused(changed(saved(["示例"]), SHEET, sheet))


def test_text_stays_text_and_numbers_numbers():
    columns = [workbooks.Column("甲"), workbooks.Column("乙", is_number=True)]
    content = workbooks.write("示例:表", columns, [["说明", ""]], [["=1+1", Decimal("86.5")], ["007\x01", 3]])

    sheet = load_workbook(io.BytesIO(content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["甲", "乙"],
        ["说明", None],
        ["=1+1", 86.5],
        ["007", 3],
    ]
    assert (sheet["A3"].data_type, sheet["A3"].number_format, sheet["B3"].data_type) == ("s", "@", "n")
    assert workbooks.read(upload(content))[2] == ["=1+1", 86.5]


def test_choices_are_offered_in_the_rows_to_fill_in():
    columns = [workbooks.Column("甲"), workbooks.Column("开放", choices=("是", "否"))]
    book = load_workbook(io.BytesIO(workbooks.write("示例", columns, [["说明", ""]], [])))

    (rule,) = book.active.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("'选项'!$B$1:$B$2", "B3:B1002")
    assert [cell.value for cell in book["选项"]["B"]] == ["是", "否"]
    assert book["选项"].sheet_state == "hidden"
