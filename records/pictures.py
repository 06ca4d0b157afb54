"""Pictures for papers: small enough to be printed, whatever a phone brings. WeasyPrint brings the library."""

import base64
import io

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS = 60_000_000
QUALITY = 72


def as_data(content: bytes, *, longest: int, transparent: bool = False) -> str:
    """The picture as a ``data:`` address, turned upright and made smaller; "" where it cannot be read."""
    try:
        with Image.open(io.BytesIO(content)) as found:
            if found.width * found.height > MOST_PIXELS:
                return ""
            picture = ImageOps.exif_transpose(found)
            picture.thumbnail((longest, longest))
            return _png(picture) if transparent else _jpeg(picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return ""


def _jpeg(picture: Image.Image) -> str:
    target = io.BytesIO()
    picture.convert("RGB").save(target, "JPEG", quality=QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(target.getvalue()).decode()}"


def _png(picture: Image.Image) -> str:
    target = io.BytesIO()
    picture.convert("RGBA").save(target, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(target.getvalue()).decode()}"
