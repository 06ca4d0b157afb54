"""What a file says, place by place: its name, what is written about it inside, its text. And what it does not say.

A page whose text cannot be read, or that shows pictures, is not known: whoever must be sure of a file that holds
one cannot be.
"""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from PIL.ExifTags import TAGS
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject
from python_calamine import CalamineError, CalamineWorkbook

NAME, ABOUT, TEXT = "name", "about", "text"
MOST_PAGES = 400
FEWEST_LETTERS = 8
MOST_UNKNOWN = 0.05
UNKNOWN = "\ufffd"
BROKEN = (
    zlib.error,
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
"""What a reader of PDF raises over files that are not what they say."""


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
    """What the file says, as far as it can be read."""
    found = Extract([Passage(NAME, _("文件名"), name)])
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
        reader = PdfReader(io.BytesIO(content))
        if len(reader.pages) > MOST_PAGES:
            found.gap = _("页数过多，无法逐页检查")
            return
        found.passages += _about_pdf(reader)
        for number, page in enumerate(reader.pages, 1):
            place, text = _("第 {n} 页").format(n=number), page.extract_text() or ""
            found.passages.append(Passage(TEXT, place, text))
            found.gap = found.gap or _gap_of_page(page, text, place)
    except BROKEN:
        found.gap = _("无法读取这个 PDF 的内容")


def _about_pdf(reader: PdfReader) -> Iterator[Passage]:
    for key, value in (reader.metadata or {}).items():
        yield Passage(ABOUT, _("文档信息 {key}").format(key=str(key).lstrip("/")), str(value))
    if (packet := reader.trailer["/Root"].get("/Metadata")) is not None:
        yield Passage(ABOUT, "XMP", packet.get_object().get_data().decode("utf-8", "replace"))


def _gap_of_page(page, text: str, place: str) -> str:
    """Why a page is not known by its text; empty if it is."""
    letters = [letter for letter in text if letter.isalnum() or letter == UNKNOWN]
    unknown = sum(letter == UNKNOWN or "\ue000" <= letter <= "\uf8ff" for letter in letters)
    if len(letters) < FEWEST_LETTERS:
        return _("{place}没有文字层（扫描件或图片）").format(place=place)
    if unknown > len(letters) * MOST_UNKNOWN or _is_unmapped(page):
        return _("{place}的文字无法识别").format(place=place)
    if _shows_pictures(page.get("/Resources"), set()):
        return _("{place}含有图片，图片内容无法检查").format(place=place)
    return ""


def _resources(owner) -> DictionaryObject:
    found = owner.get_object() if owner is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _is_unmapped(page) -> bool:
    """Whether a font of the page draws shapes without saying which letters they are."""
    fonts = _resources(_resources(page.get("/Resources")).get("/Font"))
    return any(
        font.get("/Subtype") in ("/Type0", "/Type3") and "/ToUnicode" not in font
        for font in (each.get_object() for each in fonts.values())
    )


def _shows_pictures(resources, seen: set[int]) -> bool:
    for each in _resources(_resources(resources).get("/XObject")).values():
        shape = each.get_object()
        if shape.get("/Subtype") == "/Image":
            return True
        if id(shape) not in seen:
            seen.add(id(shape))
            if _shows_pictures(shape.get("/Resources"), seen):
                return True
    return False


# --- pictures, workbooks ----------------------------------------------------------------------------------------------


def _read_picture(content: bytes, found: Extract) -> None:
    found.gap = _("图片没有文字层，内容无法检查")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            about = {TAGS.get(tag, str(tag)): value for tag, value in picture.getexif().items()}
            about |= {str(key): value for key, value in picture.info.items() if key != "icc_profile"}
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
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
    except (CalamineError, OSError, ValueError):
        found.gap = _("无法读取这个工作簿的内容")


def sheets_of(content: bytes) -> Iterator[tuple[str, list[list[str]]]]:
    """The sheets of a workbook with their cells as text."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield name, [["" if cell is None else str(cell) for cell in row] for row in rows]
