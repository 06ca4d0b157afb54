"""What files try: polyglots, renamed programs, bombs, macros, scripts far inside, broken ones."""

import io
import struct
import zipfile
import zlib

import pytest

from records import filetypes
from tests.factories.records import PDF

HEAD, TAIL = b"%PDF-1.7\n", b"\ntrailer<<>>\n%%EOF\n"
ACTION = b"5 0 obj<</Type/Action/S/JavaScript/JS(app.alert(1))>>endobj"
FAR = b"%" + b"0" * (3 * filetypes.MEGABYTE) + b"\n"


def fault(body: bytes, suffix: str) -> str:
    return filetypes.fault_of(io.BytesIO(body), suffix)


def archive(*names: str, content: bytes = b"<x/>") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, content)
    return body.getvalue()


def book(*names: str, **more) -> bytes:
    return archive("[Content_Types].xml", "xl/workbook.xml", *names, **more)


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(width: int, height: int, *, before: bytes = b"") -> bytes:
    jfif = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\x01\x11\x00" * 3
    return b"\xff\xd8" + jfif + before + frame + b"\xff\xd9"


def packed_objects(inside: bytes) -> bytes:
    stream = zlib.compress(inside)
    head = b"7 0 obj<</Type/ObjStm/Filter/FlateDecode/Length %d>>stream\r\n" % len(stream)
    return HEAD + head + stream + b"\nendstream endobj" + TAIL


@pytest.mark.parametrize(
    ("body", "suffix"),
    [
        (PDF, "pdf"),
        (packed_objects(b"1 0 <</Type/Page>>"), "pdf"),
        (HEAD + b"1 0 obj<</Subtype/Widget/MK<</JSon 1>>>>endobj" + TAIL, "pdf"),
        (png(3000, 4000), "png"),
        (jpeg(3000, 4000), "jpg"),
        (jpeg(3000, 4000, before=b"\xff\xe1\x00\x08Exif\x00\x00"), "jpeg"),
        (book("xl/worksheets/sheet1.xml"), "xlsx"),
    ],
)
def test_what_is_harmless(body, suffix):
    assert fault(body, suffix) == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"MZ" + b"\0" * 100, "内容不是 PDF 格式"),
        (b"\n\n" + PDF, "内容不是 PDF 格式"),
        (b"GIF89a" + PDF, "内容不是 PDF 格式"),
        (HEAD + b"1 0 obj<<>>endobj", "不完整"),
        (HEAD + ACTION + TAIL, "带有脚本"),
        (HEAD + FAR + ACTION + TAIL, "带有脚本"),
        (HEAD + FAR + b"<</S/J#61vaScript/JS(x)>>" + TAIL, "带有脚本"),
        (HEAD + b"<</S/#4aava#53cript/JS(x)>>" + TAIL, "带有脚本"),
        (HEAD + b"<</S/Launch/F(cmd.exe)>>" + TAIL, "带有脚本"),
        (HEAD + b"<</Subtype/RichMedia>>" + TAIL, "带有脚本"),
        (packed_objects(FAR + ACTION), "带有脚本"),
        (HEAD + b"1 0 obj<</Type/ObjStm>>stream\nnot packed\nendstream" + TAIL, "内部结构无法核验"),
        (HEAD + b"trailer<</Encrypt 9 0 R>>\n%%EOF\n", "设有密码"),
        (PDF + archive("payload.exe"), "夹带了压缩包"),
    ],
)
def test_what_a_pdf_may_not_be(body, words):
    assert words in fault(body, "pdf")


def test_packed_objects_unfold_no_further_than_the_limit(monkeypatch):
    monkeypatch.setattr(filetypes, "MOST_OBJECTS", 1000)

    assert "内部结构无法核验" in fault(packed_objects(b"0" * 100_000), "pdf")


@pytest.mark.parametrize(
    ("body", "suffix", "words"),
    [
        (b"MZ" + b"\0" * 100, "png", "内容不是 PNG 格式"),
        (b"<svg onload=alert(1)>", "png", "内容不是 PNG 格式"),
        (jpeg(10, 10), "png", "内容不是 PNG 格式"),
        (png(10, 10), "jpg", "内容不是 JPG 格式"),
        (png(60_000, 60_000), "png", "60000×60000 像素，过大"),
        (jpeg(60_000, 60_000), "jpg", "60000×60000 像素，过大"),
        (png(0, 10), "png", "图片已损坏"),
        (png(10, 10)[:30], "png", "图片已损坏"),
        (jpeg(10, 10)[:24], "jpg", "图片已损坏"),
        (png(10, 10) + archive("payload.exe"), "png", "夹带了压缩包"),
        (jpeg(10, 10) + archive("payload.exe"), "jpg", "夹带了压缩包"),
    ],
)
def test_what_a_picture_may_not_be(body, suffix, words):
    assert words in fault(body, suffix)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"MZ" + b"\0" * 100, "内容不是 XLSX 格式"),
        (archive("readme.txt"), "这不是 XLSX 工作簿"),
        (book()[:-30], "无法读取这个工作簿"),
        (book("xl/vbaProject.bin"), "带有宏"),
        (book("custom/VBAPROJECT.BIN"), "带有宏"),
        (book("xl/macrosheets/sheet1.xml"), "带有宏"),
        (book("xl/activeX/activeX1.bin"), "带有宏"),
        (book("xl/embeddings/run.EXE"), "带有宏"),
        (book("../../etc/passwd"), "内部的文件名异常"),
        (book("xl/media/x.bin", content=b"0" * (8 * filetypes.MEGABYTE)), "压缩异常"),
        (book(*(f"xl/media/{n}.bin" for n in range(filetypes.MOST_ENTRIES))), "内容过多"),
    ],
)
def test_what_a_workbook_may_not_be(body, words):
    assert words in fault(body, "xlsx")


def test_the_file_can_be_read_from_its_start_afterwards():
    file = io.BytesIO(PDF)
    filetypes.fault_of(file, "pdf")

    assert file.tell() == 0
