"""What a file is, by its bytes: each kind that is taken in, and what of it may do harm where it is opened.

Nothing here opens a file with the programs of a reader: it is measured and searched, and unpacked no further than
the limits allow.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

import puremagic
from django.utils.translation import gettext as _

MEGABYTE = 1024**2
MOST_PIXELS = 120_000_000
MOST_ENTRIES = 5_000
MOST_UNPACKED = 400 * MEGABYTE
MOST_RATIO = 200
RATIO_COUNTS_FROM = 4 * MEGABYTE
MOST_OBJECTS = 64 * MEGABYTE
PIECE = 64 * 1024
PDF, JPEG, PNG, ZIP = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"
# Frames of a JPEG that carry its measures: all starts of frame but the tables that share their range.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BARE = frozenset({0x01, *range(0xD0, 0xD9)})
# Parts of a workbook that run, or bring in what runs.
LIVE_PARTS = re.compile(
    r"vbaProject|^xl/(?:macrosheets|dialogsheets|activeX|ctrlProps)/|\.(?:exe|dll|js|vbs|bat|scr)$", re.I
)


def fault_of(file: IO[bytes], suffix: str) -> str:
    """Why this is not the file its suffix says, or not a harmless one; empty where nothing speaks against it."""
    file.seek(0)
    try:
        return _OF_SUFFIX[suffix](file)
    finally:
        file.seek(0)


def _foreign(suffix: str) -> str:
    return _("文件内容不是 {kind} 格式（后缀与内容不符）；请用原软件另存后再传。").format(kind=suffix.upper())


def _hides_an_archive(file: IO[bytes]) -> bool:
    """Whether an archive hangs on a file that is none: one body, two readings."""
    return zipfile.is_zipfile(file)


# --- PDF --------------------------------------------------------------------------------------------------------------


def _name(word: str) -> re.Pattern[bytes]:
    """A name of PDF, however its letters are written: any may stand as ``#`` and two digits."""
    letters = (b"(?:%s|#%02X|#%02x)" % (re.escape(bytes([c])), c, c) for c in word.encode())
    return re.compile(b"/" + b"".join(letters))


_ACTIVE = tuple(_name(word) for word in ("JavaScript", "Launch", "RichMedia"))
_LOCKED, _PACKED = _name("Encrypt"), _name("ObjStm")
_STREAM = re.compile(rb"stream\r?\n")


def _pdf(file: IO[bytes]) -> str:
    body = file.read()
    if not body.startswith(PDF):
        return _foreign("pdf")
    if b"%%EOF" not in body:
        return _("PDF 文件不完整（没有结束标记），可能没有下载或导出完；请重新导出后再传。")
    if _hides_an_archive(file):
        return _("PDF 文件里夹带了压缩包；请用原软件重新导出 PDF 后再传。")
    if _LOCKED.search(body):
        return _("PDF 文件设有密码或权限保护，无法核验内容；请解除保护后再传。")
    try:
        found = any(name.search(part) for part in _parts(body) for name in _ACTIVE)
    except (zlib.error, ValueError):
        return _("PDF 文件的内部结构无法核验；请用打印方式重新导出 PDF 后再传。")
    if found:
        return _("PDF 文件带有脚本或启动程序的动作；请用打印方式重新导出 PDF 后再传。")
    return ""


def _parts(body: bytes) -> Iterator[bytes]:
    """The body as it lies there, and the objects that are packed inside it."""
    yield body
    left = MOST_OBJECTS
    for packed in _PACKED.finditer(body):
        start = _STREAM.search(body, packed.end())
        if start is None:
            continue
        part = _unpacked(body, start.end(), most=left)
        left -= len(part)
        yield part


def _unpacked(body: bytes, start: int, *, most: int) -> bytes:
    """What is packed at ``start``. Raises where it is not packed as such objects are, or unfolds beyond ``most``."""
    unpack, part = zlib.decompressobj(), bytearray()
    for at in range(start, len(body), PIECE):
        part += unpack.decompress(body[at : at + PIECE], most + 1)
        if len(part) > most or unpack.unconsumed_tail:
            raise ValueError("packed objects beyond the limit")
        if unpack.eof:
            break
    return bytes(part)


# --- pictures ---------------------------------------------------------------------------------------------------------


Measure = Callable[[bytes], tuple[int, int] | None]


def _picture(suffix: str, magic: bytes, kind: str, measure: Measure) -> Callable[[IO[bytes]], str]:
    def fault(file: IO[bytes]) -> str:
        body = file.read()
        known = {match.mime_type for match in puremagic.magic_string(body[: 64 * 1024])} if body else set()
        if not body.startswith(magic) or kind not in known:
            return _foreign(suffix)
        size = measure(body)
        if size is None or not all(size):
            return _("图片已损坏，无法打开；请重新拍摄或扫描后再传。")
        if size[0] * size[1] > MOST_PIXELS:
            words = _("图片为 {w}×{h} 像素，过大；请把分辨率调低后再传。")
            return words.format(w=size[0], h=size[1])
        if _hides_an_archive(file):
            return _("图片里夹带了压缩包；请用看图软件另存后再传。")
        return ""

    return fault


def _png_size(body: bytes) -> tuple[int, int] | None:
    if body[12:16] != b"IHDR" or b"IEND" not in body:
        return None
    return int.from_bytes(body[16:20]), int.from_bytes(body[20:24])


def _jpeg_size(body: bytes) -> tuple[int, int] | None:
    """Width and height, from the first frame; None where the segments lead nowhere."""
    at = 2
    while at + 9 < len(body) and body[at] == 0xFF:
        mark = body[at + 1]
        if mark == 0xFF or mark in BARE:
            at += 1 if mark == 0xFF else 2
        elif mark in FRAMES:
            return int.from_bytes(body[at + 7 : at + 9]), int.from_bytes(body[at + 5 : at + 7])
        else:
            at += 2 + int.from_bytes(body[at + 2 : at + 4])
    return None


# --- workbooks --------------------------------------------------------------------------------------------------------


def _xlsx(file: IO[bytes]) -> str:
    if file.read(4) != ZIP:
        return _foreign("xlsx")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            return _workbook_fault(packed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return _("无法读取这个工作簿（文件损坏或设有密码）；请去掉密码，另存为 XLSX 后再传。")


def _workbook_fault(packed: zipfile.ZipFile) -> str:
    entries = packed.infolist()
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        return _("这不是 XLSX 工作簿；请用表格软件另存为 XLSX 后再传。")
    if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
        return _("工作簿内部的文件名异常；请用表格软件打开，另存为 XLSX 后再传。")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        return _("工作簿内容过多；请拆分后再传。")
    if any(_unfolds(entry) for entry in entries):
        return _("工作簿压缩异常；请用表格软件打开，另存为 XLSX 后再传。")
    if any(LIVE_PARTS.search(name) for name in names):
        return _("工作簿带有宏或控件；请用表格软件另存为不含宏的 XLSX 后再传。")
    return ""


def _unfolds(entry: zipfile.ZipInfo) -> bool:
    unpacked = entry.file_size
    return unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * max(entry.compress_size, 1)


_OF_SUFFIX: dict[str, Callable[[IO[bytes]], str]] = {
    "pdf": _pdf,
    "jpg": _picture("jpg", JPEG, "image/jpeg", _jpeg_size),
    "jpeg": _picture("jpeg", JPEG, "image/jpeg", _jpeg_size),
    "png": _picture("png", PNG, "image/png", _png_size),
    "xlsx": _xlsx,
}
