"""Copies that leave the house for one reader: nothing in them about their maker, the reader's mark on all of it."""

import io
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _
from openpyxl import Workbook
from PIL import Image, ImageDraw, ImageFont, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
)

from records.children import OutOfLimits
from records.errors import BadFile, Reason
from records.extracts import BROKEN, MOST_PAGES, WALL_SECONDS, reader, sheets_of

# All that a page needs to be drawn; whatever else hangs on it is about the file, or leads elsewhere.
DRAWN = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Resources", "/Contents", "/Rotate", "/Group"}
)
ABOUT = ("/Metadata", "/PieceInfo", "/LastModified", "/StructParent", "/StructParents", "/OPI", "/Alt")
ANGLE, GREY, SMALL, LARGE = 0.5, 0.55, 8, 22
MARK_EVERY = 0.33


def marked_copy(content: bytes, *, content_type: str, mark: str, hide: Callable[[str], str] = str) -> bytes:
    """The file without what is written about it, with ``mark`` (plain letters) on every page; ``hide`` goes over cells.

    The file is taken apart in a child process with limits. Raises ``BadFile`` where it cannot be, or takes too long.
    """
    try:
        if content_type == "application/pdf":
            return reader.run(_pdf, content, mark, seconds=WALL_SECONDS)
        if content_type.startswith("image/"):
            kind = "PNG" if content_type == "image/png" else "JPEG"
            return reader.run(_picture, content, mark, kind, seconds=WALL_SECONDS)
        return _workbook(reader.run(_sheets, content, seconds=WALL_SECONDS), mark, hide)
    except OutOfLimits as problem:
        words = _("该附件过大或过于复杂，在限定的时间和内存内无法加盖水印，不能提供；{ask}")
        raise BadFile(Reason(words.format(ask=_ask()))) from problem
    except BROKEN as problem:
        raise BadFile(Reason(_("该附件无法加盖水印，不能提供；{ask}").format(ask=_ask()))) from problem


def _ask() -> str:
    return _("请稍后再试，仍不能打开的，请联系第三方机构。")


# --- PDF --------------------------------------------------------------------------------------------------------------


def _pdf(content: bytes, mark: str) -> bytes:
    writer, pages = PdfWriter(), PdfReader(io.BytesIO(content)).pages
    if len(pages) > MOST_PAGES:
        raise ValueError(f"more than {MOST_PAGES} pages")
    for page in pages:
        kept = writer.add_page(page)
        for key in [key for key in kept if key not in DRAWN]:
            del kept[key]
        _stamp(writer, kept, mark)
    _forget(writer)
    writer.metadata = None
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _stamp(writer: PdfWriter, page, mark: str) -> None:
    """Write the mark across the page and at its foot, after all that the page draws itself."""
    left, low, right, high = (float(value) for value in page.mediabox)
    before, after = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    after.set_data(_drawing(mark, left, low, right - left, high - low))
    own = page.get("/Contents")
    parts = own.get_object() if own is not None else None
    drawn = list(parts) if isinstance(parts, ArrayObject) else [own] if own is not None else []
    ends = [writer._add_object(before), *drawn, writer._add_object(after)]
    page[NameObject("/Contents")] = ArrayObject(ends)
    resources = DictionaryObject(page["/Resources"].get_object() if "/Resources" in page else {})
    resources[NameObject("/Font")] = _with(resources.get("/Font"), "/ReadersMark", _font())
    resources[NameObject("/ExtGState")] = _with(resources.get("/ExtGState"), "/ReadersGrey", _see_through())
    page[NameObject("/Resources")] = resources


def _with(owner, name: str, entry: DictionaryObject) -> DictionaryObject:
    found = DictionaryObject(owner.get_object() if owner is not None else {})
    found[NameObject(name)] = entry
    return found


def _font() -> DictionaryObject:
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    return DictionaryObject({NameObject(key): NameObject(value) for key, value in names.items()})


def _see_through() -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/Type"): NameObject("/ExtGState"), NameObject("/ca"): FloatObject(ANGLE)}
    )


def _drawing(mark: str, left: float, low: float, width: float, height: float) -> bytes:
    said = mark.encode("ascii", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"").decode()
    lines = [f"Q q /ReadersGrey gs {GREY} g BT /ReadersMark {SMALL} Tf 1 0 0 1"]
    lines.append(f"{left + 24:.1f} {low + 12:.1f} Tm ({said}) Tj ET")
    step = max(height * MARK_EVERY, 120)
    rise = low + step / 2
    while rise < low + height:
        lines.append(
            f"BT /ReadersMark {LARGE} Tf 0.94 0.34 -0.34 0.94 {left + width * 0.12:.1f} {rise:.1f} Tm ({said}) Tj ET"
        )
        rise += step
    return "\n".join([*lines, "Q"]).encode()


def _forget(writer: PdfWriter) -> None:
    """Take out of every part what is written about it: packets of metadata, traces of programs, descriptions."""
    for at, part in enumerate(writer._objects):
        if not isinstance(part, DictionaryObject):
            continue
        for key in ABOUT:
            part.pop(NameObject(key), None)
        if part.get("/Type") == "/Metadata":
            writer._objects[at] = NullObject()
        for key, value in list(part.items()):
            if isinstance(value, IndirectObject) and value.get_object() is None:
                del part[key]


# --- pictures, workbooks ----------------------------------------------------------------------------------------------


def _picture(content: bytes, mark: str, kind: str) -> bytes:
    """Drawn anew from its points: nothing else of the file comes along."""
    with Image.open(io.BytesIO(content)) as opened:
        upright = ImageOps.exif_transpose(opened) or opened
        drawn = Image.new("RGB", upright.size, "white")
        points = upright.convert("RGBA")
        drawn.paste(points, mask=points.getchannel("A"))
    size = max(12, drawn.width // 40)
    font, pen = ImageFont.load_default(size), ImageDraw.Draw(drawn)
    for down in range(size, max(drawn.height, size + 1), max(drawn.height // 4, size * 3)):
        pen.text(
            (drawn.width // 12, down), mark, font=font, fill="#777777", stroke_width=1, stroke_fill="white"
        )
    target = io.BytesIO()
    drawn.save(target, kind)
    return target.getvalue()


def _sheets(content: bytes) -> list[tuple[str, list[list[str]]]]:
    return list(sheets_of(content))


def _workbook(sheets: Iterable[tuple[str, list[list[str]]]], mark: str, hide: Callable[[str], str]) -> bytes:
    """Cells as text in a new workbook, under the mark."""
    book = Workbook()
    for name, rows in sheets:
        sheet = book.create_sheet(hide(name)[:31])
        for number, row in enumerate([[mark], *rows], 1):
            for column, text in enumerate(row, 1):
                cell = sheet.cell(number, column)
                cell.value, cell.data_type = hide(text) if number > 1 else text, "s"
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.lastModifiedBy = "", ""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
