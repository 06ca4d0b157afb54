"""A page that shows what nobody can search is never taken for one that was searched."""

import io
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from records import extracts, pdf
from tests.records.test_hostile_files import CATALOGUE, FONT, a_pdf_of

PDF = "application/pdf"
TEXT = b"BT /F1 12 Tf 72 700 Td (Costs of research 360, a share of three percent) Tj ET\n"
INLINE = b"q 40 0 0 40 72 600 cm BI /W 4 /H 4 /CS /G /BPC 8 ID " + bytes(range(65, 81)) + b"\nEI Q\n"
LOGO = b"72 600 m 90 640 l 108 600 l h f\n"
CIRCLE = b"100 500 m 100 527 78 550 50 550 c 22 550 0 527 0 500 c h f\n"
OUTLINE = b"".join(b"%d 500 m %d 520 %d 520 %d 500 c S\n" % (x, x, x + 8, x + 8) for x in range(60, 170, 11))
QR = b"".join(b"%d %d 2 2 re f\n" % (60 + x * 2, 400 + y * 2) for x in range(21) for y in range(21))
TABLE = b"".join(b"60 %d m 500 %d l S %d 300 80 20 re S\n" % (y, y, y) for y in range(300, 600, 20))
TICK = b"60 500 m 66 494 l 78 510 l S\n"


def a_page(content: bytes, more: bytes = b"", *objects: bytes) -> bytes:
    """One page with text and ``content``; ``more`` stands among its resources, ``objects`` from number 6 on."""
    packed = zlib.compress(TEXT + content)
    return a_pdf_of(
        CATALOGUE,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> %b >> >>" % more,
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed),
        FONT,
        *objects,
    )


def form(content: bytes) -> bytes:
    return b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length %d >>\nstream\n%b\nendstream" % (
        len(content),
        content,
    )


def tile(content: bytes) -> bytes:
    return (
        b"<< /Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 200 700] /XStep 200 /YStep 700"
        b" /Resources << >> /Length %d >>\nstream\n%b\nendstream" % (len(content), content)
    )


def gap(content: bytes) -> str:
    return extracts.extract(content, name="附件.pdf", content_type=PDF).gap


@pytest.mark.parametrize(
    "content",
    [
        a_page(INLINE),
        a_page(b"/X Do", b"/XObject << /X 6 0 R >>", form(INLINE)),
        a_page(b"/Pattern cs /P scn 60 300 200 200 re f", b"/Pattern << /P 6 0 R >>", tile(INLINE)),
    ],
    ids=["on the page", "in a form", "in a pattern"],
)
def test_a_picture_written_into_the_page_is_seen(content):
    assert gap(content) == "第 1 页含有图片，图片内容没有人检查过，须核看"


@pytest.mark.parametrize(
    "content",
    [
        a_page(LOGO),
        a_page(CIRCLE),
        a_page(OUTLINE),
        a_page(QR),
        a_page(b"/S sh"),
        a_page(b"/X Do", b"/XObject << /X 6 0 R >>", form(LOGO)),
    ],
    ids=["logo", "seal", "outlined letters", "code of squares", "shading", "in a form"],
)
def test_a_shape_that_may_be_a_logo_is_seen(content):
    assert gap(content) == "第 1 页含有绘制的图形（可能是标志、印章），内容没有人检查过，须核看"


@pytest.mark.parametrize("content", [a_page(b""), a_page(TABLE), a_page(TICK)], ids=["text", "table", "tick"])
def test_ruled_pages_are_searched_as_before(content):
    assert gap(content) == ""


def test_a_paper_with_a_table_is_searched_and_one_with_a_picture_is_not():
    rows = "<tr><td>研发费用</td><td>三百六十万元</td></tr>" * 20
    table = f"<table style='border-collapse:collapse'>{rows}</table>"
    sheet = pdf.render(
        f"<html><meta charset='utf-8'><style>td{{border:1px solid #000;background:#eee}}</style><body>{table}",
        css=[],
    )
    target = io.BytesIO()
    Image.new("RGB", (20, 20), "#c00").save(target, "PDF")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(sheet)))
    writer.pages[0].merge_page(PdfReader(target).pages[0])
    pictured = io.BytesIO()
    writer.write(pictured)

    assert (gap(sheet), "图片" in gap(pictured.getvalue())) == ("", True)
