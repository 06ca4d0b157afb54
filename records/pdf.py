"""HTML to PDF: the only importer of WeasyPrint.

The work is done in a child process with limits on memory, processor time and wall time, by a fetcher that
serves the house's own fonts and nothing else: a hostile document can neither reach out nor take the portal
down with it.
"""

import html as markup
import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from records.children import Child, OutOfLimits

T = TypeVar("T")
MEMORY_LIMIT_BYTES = 3 * 1024**3
PROCESSOR_SECONDS = 600
WALL_SECONDS = 120
RENDERS_PER_CHILD = 200
FONT_FAMILIES = {"House Serif": "NotoSerifSC-Regular.otf", "House Sans": "NotoSansSC-Regular.otf"}

_child = Child(memory_bytes=MEMORY_LIMIT_BYTES, processor_seconds=PROCESSOR_SECONDS, pieces=RENDERS_PER_CHILD)


class RenderFailed(Exception):
    """The paper could not be made. Our fault, never the person's."""


def render(html: str, *, css: Iterable[str] = ()) -> bytes:
    """The PDF of ``html`` laid out by ``css``. Takes about three seconds the first time, then a tenth.

    Raises ``RenderFailed`` where the child died, ran out of memory or took too long.
    """
    return _in_child(_render_in_child, html, tuple(css))


def render_many(pages: Iterable[str], *, css: Iterable[str] = ()) -> list[bytes]:
    """A PDF of each of ``pages``, all made in one run with the same ``css``.

    Nine tenths of a short paper's time go into cutting its letters out of fonts of ten thousands of them. Here they
    are cut out once for all pages, so that each paper takes half as long and a seventh of the room; the letters are
    those of these very pages, so none can be missing that the font has. Raises ``RenderFailed`` as ``render`` does.
    """
    return _in_child(_render_many_in_child, tuple(pages), tuple(css))


def _in_child(work: Callable[..., T], *given) -> T:
    try:
        return _child.run(work, *given, seconds=WALL_SECONDS)
    except OutOfLimits as error:
        raise RenderFailed(f"No paper: {error}") from error
    except Exception as error:
        close()
        raise RenderFailed(str(error)) from error


def close() -> None:
    """End the child, whatever it is doing; the next paper starts another."""
    _child.close()


def font_folder() -> Path:
    """Where the fonts of the papers are (a package brings them)."""
    with as_file(files("pylopdf_fonts_zh_cn")) as folder:
        return Path(folder)


@cache
def _letters() -> frozenset[int]:
    """Every character that all fonts of the papers can draw."""
    return frozenset.intersection(*(_letters_of(font_folder() / name) for name in FONT_FAMILIES.values()))


def _letters_of(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def spelled_out(text: str) -> str:
    """``text`` with each character that the fonts lack told by its code, as ``〔U+20BB7〕``: never an empty box."""
    lacking = {
        char for char in set(text) if unicodedata.category(char)[0] in "LNS" and ord(char) not in _letters()
    }
    return text.translate({ord(char): f"〔U+{ord(char):04X}〕" for char in lacking})


TAG = re.compile(r"(<[^>]*>)")
NUMBER = re.compile(r"(?<![\w/=-])[A-Z]{2,}(?:-[A-Z0-9]+){2,}(?![\w-])")
BARE = ("title", "style")
"""What holds letters and no markup."""


def numbers_kept_whole(html: str) -> str:
    """``html`` with each number like ``SJZ-LHBG-2026-001`` as one piece, which no line tears apart at a hyphen."""
    found, inside = [], ""
    for piece in TAG.split(html):
        if piece.startswith("<"):
            name = piece.strip("</> ").partition(" ")[0]
            inside = name if name in BARE and not piece.startswith("</") else ""
        elif not inside:
            piece = NUMBER.sub(r'<span class="whole">\g<0></span>', piece)
        found.append(piece)
    return "".join(found)


def _faces(folder: Path) -> dict[str, str]:
    """Each family of the papers with the address of its font in ``folder``."""
    return {family: (folder / name).as_uri() for family, name in FONT_FAMILIES.items()}


def _render_in_child(html: str, css: tuple[str, ...]) -> bytes:
    return _press_at_hand(css)(html)


@lru_cache(maxsize=8)
def _press_at_hand(css: tuple[str, ...]) -> Callable[[str], bytes]:
    """The whole fonts, and these sheets, are read once by each child: two fifths of a short paper's time."""
    return _press(_faces(font_folder()), css)


def _render_many_in_child(pages: tuple[str, ...], css: tuple[str, ...]) -> list[bytes]:
    letters = set(markup.unescape("".join(pages))) | set("".join(css)) | set(string.printable)
    with TemporaryDirectory() as name:
        folder = Path(name)
        _cut_fonts(letters, folder)
        press = _press(_faces(folder), css)
        return [press(page) for page in pages]


def _cut_fonts(letters: Iterable[str], folder: Path) -> None:
    """Put fonts with only these letters into ``folder``. WeasyPrint brings the scissors."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=[], notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    for name in FONT_FAMILIES.values():
        with TTFont(font_folder() / name, lazy=True) as font:
            scissors = Subsetter(options)
            scissors.populate(text="".join(letters))
            scissors.subset(font)
            font.save(folder / name)


def _press(faces: Mapping[str, str], css: tuple[str, ...]) -> Callable[[str], bytes]:
    """What makes papers with these fonts and sheets; each is a document of its own."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class OnlyOurFonts(URLFetcher):
        """Serves the fonts by their exact address and inline images; everything else is refused."""

        def fetch(self, url, headers=None):
            if url not in faces.values() and not url.startswith("data:image/"):
                raise ValueError(f"refused: {url[:80]}")
            return super().fetch(url, headers)

    fonts = FontConfiguration()
    fetcher = OnlyOurFonts(allowed_protocols={"file", "data"}, allow_redirects=False)
    declared = "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{url}"); }}' for family, url in faces.items()
    )
    sheets = [
        weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in (declared, *css)
    ]

    def print_one(html: str) -> bytes:
        page = weasyprint.HTML(string=html, url_fetcher=fetcher)
        return page.render(stylesheets=sheets, font_config=fonts).write_pdf()

    return print_one
