"""What a file says, place by place: its name, what is written about it inside, its text. And what it does not say.

A page whose text cannot be read, or that shows pictures, is not known: whoever must be sure of a file that holds
one cannot be.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from PIL import Image
from PIL.ExifTags import TAGS
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from python_calamine import CalamineError, CalamineWorkbook

from records.children import Child, OutOfLimits
from records.drawings import dictionary, look_at

NAME, ABOUT, TEXT = "name", "about", "text"
MOST_PAGES, MOST_CELLS, MOST_LETTERS = 400, 200_000, 4_000_000
WALL_SECONDS, MEMORY_LIMIT_BYTES, PROCESSOR_SECONDS, FILES_PER_CHILD = 60, 1536 * 1024**2, 600, 100
FEWEST_LETTERS = 8
MOST_UNKNOWN = 0.05
UNKNOWN = "\ufffd"
BROKEN = (
    zlib.error,
    Image.DecompressionBombError,
    CalamineError,
    SyntaxError,
    IndexError,
    AssertionError,
    PyPdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    NotImplementedError,
    OSError,
)
"""What readers of PDF, pictures and workbooks raise over files that are not what they say."""
reader = Child(memory_bytes=MEMORY_LIMIT_BYTES, processor_seconds=PROCESSOR_SECONDS, pieces=FILES_PER_CHILD)
"""Where files of strangers are taken apart: never in the process that serves people."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a file: ``kind`` is its name, something about it, or its text."""

    kind: str
    place: str
    text: str


@dataclass(slots=True)
class Extract:
    """All that a file says, and why that is not all of it; ``gap`` is empty where it is."""

    passages: list[Passage] = field(default_factory=list)
    gap: str = ""


def extract(content: bytes, *, name: str, content_type: str) -> Extract:
    """What the file says, as far as it can be read within the limits of time and memory."""
    said = Passage(NAME, gettext("文件名"), name)
    try:
        found = reader.run(_extract_in_child, content, content_type, seconds=WALL_SECONDS)
    except OutOfLimits:
        found = Extract(gap=gettext("检查超出时间或内存限度，未能读完；可重新扫描，或由经办人员核看原件"))
    return Extract([said, *found.passages], found.gap)


def _extract_in_child(content: bytes, content_type: str) -> Extract:
    """The child knows no rooms and no catalogues: its words are those of the source."""
    found = Extract()
    if content_type == "application/pdf":
        _read_pdf(content, found)
    elif content_type.startswith("image/"):
        _read_picture(content, found)
    else:
        _read_workbook(content, found)
    return found


# --- PDF --------------------------------------------------------------------------------------------------------------


def _read_pdf(content: bytes, found: Extract) -> None:
    try:
        document, letters = PdfReader(io.BytesIO(content)), 0
        if len(document.pages) > MOST_PAGES:
            found.gap = _("页数超过 {most} 页，无法逐页检查").format(most=MOST_PAGES)
            return
        found.passages += _about_pdf(document)
        for number, page in enumerate(document.pages, 1):
            place, text = _("第 {n} 页").format(n=number), page.extract_text() or ""
            found.passages.append(Passage(TEXT, place, text))
            found.gap = found.gap or _gap_of_page(page, document, text, place)
            letters += len(text)
            if letters > MOST_LETTERS:
                found.gap = _("文字过多，{place}以后未能检查").format(place=place)
                return
    except BROKEN:
        found.gap = _("无法读取这个 PDF 的内容")


def _about_pdf(document: PdfReader) -> Iterator[Passage]:
    for key, value in (document.metadata or {}).items():
        yield Passage(ABOUT, _("文档信息 {key}").format(key=str(key).lstrip("/")), str(value))
    if (packet := document.trailer["/Root"].get("/Metadata")) is not None:
        yield Passage(ABOUT, "XMP", packet.get_object().get_data().decode("utf-8", "replace"))


def _gap_of_page(page, document: PdfReader, text: str, place: str) -> str:
    """Why a page is not known by its text; empty if it is."""
    letters = [letter for letter in text if letter.isalnum() or letter == UNKNOWN]
    unknown = sum(letter == UNKNOWN or "\ue000" <= letter <= "\uf8ff" for letter in letters)
    if len(letters) < FEWEST_LETTERS:
        return _("{place}没有文字层（扫描件或图片）").format(place=place)
    if unknown > len(letters) * MOST_UNKNOWN or _is_unmapped(page):
        return _("{place}的文字无法识别").format(place=place)
    sight = look_at(page, document)
    if sight.pictures:
        return _("{place}含有图片，图片内容没有人检查过，须核看").format(place=place)
    if sight.shapes:
        return _("{place}含有绘制的图形（可能是标志、印章），内容没有人检查过，须核看").format(place=place)
    return ""


def _is_unmapped(page) -> bool:
    """Whether a font of the page draws shapes without saying which letters they are."""
    fonts = dictionary(dictionary(page.get("/Resources")).get("/Font"))
    return any(
        font.get("/Subtype") in ("/Type0", "/Type3") and "/ToUnicode" not in font
        for font in (each.get_object() for each in fonts.values())
    )


# --- pictures, workbooks ----------------------------------------------------------------------------------------------


def _read_picture(content: bytes, found: Extract) -> None:
    found.gap = _("图片没有文字层，内容无法检查")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            about = {TAGS.get(tag, str(tag)): value for tag, value in picture.getexif().items()}
            about |= {str(key): value for key, value in picture.info.items() if key != "icc_profile"}
    except BROKEN:
        return
    found.passages += [
        Passage(ABOUT, _("图片信息 {key}").format(key=key), _said(value)) for key, value in about.items()
    ]


def _said(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _read_workbook(content: bytes, found: Extract) -> None:
    try:
        for name, rows in sheets_of(content):
            found.passages.append(Passage(TEXT, _("工作表名"), name))
            found.passages += [
                Passage(TEXT, f"{name} {number}:{column}", text)
                for number, row in enumerate(rows, 1)
                for column, text in enumerate(row, 1)
                if text
            ]
    except BROKEN:
        found.gap = _("无法读取这个工作簿的内容")


def sheets_of(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """The sheets of a workbook with their cells as text. Raises ``ValueError`` where there are too many."""
    book, cells = CalamineWorkbook.from_filelike(io.BytesIO(content)), 0
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        cells += sum(len(row) for row in rows)
        if cells > MOST_CELLS:
            raise ValueError(f"more than {MOST_CELLS} cells")
        yield name, [["" if cell is None else str(cell) for cell in row] for row in rows]
