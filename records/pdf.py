"""HTML to PDF: the only importer of WeasyPrint.

The work is done in a child process with limits on memory, processor time and wall time, by a fetcher that
serves the house's own fonts and nothing else: a hostile document can neither reach out nor take the portal
down with it.
"""

import multiprocessing
import resource
import threading
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

MEMORY_LIMIT_BYTES = 3 * 1024**3
PROCESSOR_SECONDS = 600
WALL_SECONDS = 120
RENDERS_PER_CHILD = 200
FONT_FAMILIES = {"House Serif": "NotoSerifSC-Regular.otf", "House Sans": "NotoSansSC-Regular.otf"}

_children: ProcessPoolExecutor | None = None
_lock = threading.Lock()


class RenderFailed(Exception):
    """The paper could not be made. Our fault, never the person's."""


def render(html: str, *, css: Iterable[str] = ()) -> bytes:
    """The PDF of ``html`` laid out by ``css``. Takes about three seconds the first time, then a tenth.

    Raises ``RenderFailed`` where the child died, ran out of memory or took too long.
    """
    try:
        return _pool().submit(_render_in_child, html, tuple(css)).result(timeout=WALL_SECONDS)
    except TookTooLong as error:
        close()
        raise RenderFailed(f"No paper after {WALL_SECONDS} seconds.") from error
    except Exception as error:
        close()
        raise RenderFailed(str(error)) from error


def _pool() -> ProcessPoolExecutor:
    global _children
    with _lock:
        if _children is None:
            _children = ProcessPoolExecutor(
                max_workers=1,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_limit_this_process,
                max_tasks_per_child=RENDERS_PER_CHILD,
            )
        return _children


def close() -> None:
    """End the child, whatever it is doing; the next paper starts another."""
    global _children
    with _lock:
        children, _children = _children, None
    if children:
        for process in list((children._processes or {}).values()):
            process.kill()
        children.shutdown(wait=False, cancel_futures=True)


def _limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


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


def _font_faces() -> str:
    folder = font_folder()
    return "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{(folder / name).as_uri()}"); }}'
        for family, name in FONT_FAMILIES.items()
    )


def _render_in_child(html: str, css: tuple[str, ...]) -> bytes:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    allowed = {(font_folder() / name).as_uri() for name in FONT_FAMILIES.values()}

    class OnlyOurFonts(URLFetcher):
        """Serves the fonts by their exact address and inline images; everything else is refused."""

        def fetch(self, url, headers=None):
            if url not in allowed and not url.startswith("data:image/"):
                raise ValueError(f"refused: {url[:80]}")
            return super().fetch(url, headers)

    fonts, fetcher = (
        FontConfiguration(),
        OnlyOurFonts(allowed_protocols={"file", "data"}, allow_redirects=False),
    )
    sheets = [
        weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher) for text in (_font_faces(), *css)
    ]
    document = weasyprint.HTML(string=html, url_fetcher=fetcher).render(stylesheets=sheets, font_config=fonts)
    return document.write_pdf()
