"""A photo that stands for one: a plain picture, drawn here, so that the demo ships no image of anybody."""

import struct
import zlib
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

WIDTH, HEIGHT = 320, 200
_serial = count(1)


def sample_photo(title: str) -> SimpleUploadedFile:
    """A picture of sky above ground. Each is another file, as real photos are."""
    sky, ground = bytes((196, 212, 228)), bytes((150, 160, 140 + next(_serial) % 100))
    rows = b"".join(b"\0" + (sky if y < HEIGHT * 2 // 3 else ground) * WIDTH for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    body = b"\x89PNG\r\n\x1a\n" + b"".join(parts)
    return SimpleUploadedFile(f"{title}.png", body, content_type="image/png")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
