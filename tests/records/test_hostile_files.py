"""Files that were made to hurt whoever reads them: a clear answer in bounded time, and the next file is read."""

import io
import zlib

import pytest
from PIL import Image

from records import copies, extracts, pdf
from records.children import Child, OutOfLimits
from records.errors import BadFile

PDF, SECONDS = "application/pdf", 3
GOOD = "<html><meta charset='utf-8'><body><p>研发费用合计 360 万元，占营业收入的比重为百分之三。</p></body></html>"


def a_pdf_of(*objects: bytes) -> bytes:
    """A PDF file of these objects, numbered from 1; the first is its catalogue."""
    target, places = io.BytesIO(b"%PDF-1.7\n"), []
    target.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, 1):
        places.append(target.tell())
        target.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start = target.tell()
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    target.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    target.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return target.getvalue()


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def one_page(content: bytes) -> bytes:
    """One page that draws ``content``, packed."""
    packed = zlib.compress(content, 9)
    return a_pdf_of(
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed),
        FONT,
    )


def endless() -> bytes:
    """A few kilobytes that draw millions of letters."""
    return one_page(b"BT /F1 1 Tf (a) Tj ET\n" * 2_000_000)


def bomb() -> bytes:
    """A stream that unpacks into a gigabyte of nothing."""
    return one_page(zlib.compress(b"\x00" * 64 * 1024**2) + b" " * 200 * 1024**2)


def many_pages() -> bytes:
    """A tree of pages that names the same branch over and over: ten to the eighth pages in three kilobytes."""
    branches = [
        b"<< /Type /Pages /Parent %d 0 R /Kids [%b] /Count 100000000 >>"
        % (max(number - 1, 2), b" ".join([b"%d 0 R" % (number + 1)] * 10))
        for number in range(2, 10)
    ]
    leaf = b"<< /Type /Page /Parent 9 0 R /MediaBox [0 0 595 842] /Resources << >> >>"
    return a_pdf_of(CATALOGUE, *branches, leaf)


def a_loop() -> bytes:
    """A tree of pages that bites its own tail."""
    return a_pdf_of(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


HOSTILE = {
    "endless": endless,
    "bomb": bomb,
    "many pages": many_pages,
    "loop": a_loop,
    "garbage": lambda: b"%PDF-1.7\n" + b"\x00\xff" * 5000,
    "cut off": lambda: pdf.render(GOOD)[:900],
}


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    for module in (extracts, copies):
        monkeypatch.setattr(module, "WALL_SECONDS", SECONDS)


@pytest.fixture(scope="module")
def good() -> bytes:
    return pdf.render(GOOD)


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_read_is_told_and_the_next_file_is_read(kind, good):
    found = extracts.extract(HOSTILE[kind](), name="诱饵.pdf", content_type=PDF)
    after = extracts.extract(good, name="审计.pdf", content_type=PDF)

    assert found.gap
    assert found.passages[0].text == "诱饵.pdf"
    assert (after.gap, "占营业收入" in after.passages[-1].text) == ("", True)


@pytest.mark.parametrize("kind", ["many pages", "loop", "garbage", "cut off"])
def test_what_cannot_be_marked_is_not_given_and_the_next_copy_is_made(kind, good):
    with pytest.raises(BadFile, match="不能提供"):
        copies.marked_copy(HOSTILE[kind](), content_type=PDF, mark="SJZ-PS-2026-0001-01")

    assert copies.marked_copy(good, content_type=PDF, mark="SJZ-PS-2026-0001-01").startswith(b"%PDF")


def test_the_words_say_that_it_was_given_up_and_can_be_tried_again():
    found = extracts.extract(endless(), name="诱饵.pdf", content_type=PDF)

    assert "可重新扫描" in found.gap


def test_a_picture_larger_than_it_says_is_refused(monkeypatch):
    target = io.BytesIO()
    Image.new("1", (30000, 12000)).save(target, "PNG")

    found = extracts.extract(target.getvalue(), name="图.png", content_type="image/png")
    with pytest.raises(BadFile, match="不能提供"):
        copies.marked_copy(target.getvalue(), content_type="image/png", mark="SJZ")

    assert "无法检查" in found.gap


def test_a_workbook_of_garbage_is_refused():
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    found = extracts.extract(b"PK\x03\x04garbage", name="表.xlsx", content_type=kind)
    with pytest.raises(BadFile, match="不能提供"):
        copies.marked_copy(b"PK\x03\x04garbage", content_type=kind, mark="SJZ")

    assert "无法读取这个工作簿" in found.gap


# --- the process itself -----------------------------------------------------------------------------------------------


def eats_memory() -> int:
    return len(b"x" * 4 * 1024**3)


def dies() -> None:
    import os

    os._exit(9)


def works() -> str:
    return "done"


def test_too_much_memory_and_a_death_are_told_and_the_next_work_is_done():
    child = Child(memory_bytes=1024**3, processor_seconds=30, pieces=10)

    for work in (eats_memory, dies):
        with pytest.raises(OutOfLimits):
            child.run(work, seconds=20)
        assert child.run(works, seconds=20) == "done"
    child.close()
