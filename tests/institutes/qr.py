"""QR codes on paper, read back module by module from the page as it is printed."""

import subprocess
from pathlib import Path

import segno
from PIL import Image

DPI = 200
PER_MM = DPI / 25.4
CODE_MM = 14
DARK = 128


def printed(path: Path, into: Path) -> list[Image.Image]:
    """The pages as a printer sets them, in grey."""
    subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", str(path), str(into / "page")], capture_output=True, check=True
    )
    return [Image.open(page) for page in sorted(into.glob("page*.pgm"))]


def code_at_the_foot(page: Image.Image, *, left_mm: float, foot_mm: float) -> Image.Image | None:
    """What is dark in the square at the foot of the page, at its left margin; None where nothing is."""
    strip = page.crop(
        (
            round((left_mm - 1) * PER_MM),
            round(page.height - foot_mm * PER_MM),
            round((left_mm + CODE_MM + 1) * PER_MM),
            page.height,
        )
    )
    box = strip.point(lambda grey: 255 if grey < DARK else 0).getbbox()
    return strip.crop(box) if box else None


def modules(picture: Image.Image, size: int) -> list[list[int]]:
    """The code cut into ``size`` × ``size`` modules: 1 for a dark one, judged at its middle."""
    wide, high = picture.width / size, picture.height / size
    return [
        [int(picture.getpixel((int((x + 0.5) * wide), int((y + 0.5) * high))) < DARK) for x in range(size)]
        for y in range(size)
    ]


def says(picture: Image.Image | None, text: str) -> bool:
    """Whether the picture is the code of ``text``, every module of it."""
    wanted = [[int(bool(module)) for module in row] for row in segno.make(text, error="m").matrix]
    return picture is not None and modules(picture, len(wanted)) == wanted
