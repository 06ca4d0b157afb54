"""A photo that stands for one: a plain picture, drawn here, so that the demo ships no image of anybody."""

import math
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
    return _png(title, WIDTH, HEIGHT, rows)


def sample_signature(seed: int) -> SimpleUploadedFile:
    """A wavy line that stands for a signature; each person's is another."""
    width, height, ink, paper = 240, 80, bytes((20, 20, 60)), bytes((255, 255, 255))
    wave = [int(40 + 22 * math.sin(x / (7 + seed % 5)) * math.cos(x / (31 + seed % 7))) for x in range(width)]
    rows = b"".join(
        b"\0" + b"".join(ink if 15 < x < 225 and abs(y - wave[x]) < 3 else paper for x in range(width))
        for y in range(height)
    )
    return _png(f"签字{seed}", width, height, rows)


def _png(title: str, width: int, height: int, rows: bytes) -> SimpleUploadedFile:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    body = b"\x89PNG\r\n\x1a\n" + b"".join(parts)
    return SimpleUploadedFile(f"{title}.png", body, content_type="image/png")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
