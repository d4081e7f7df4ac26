"""Making a browser's picture small: a palette of its 256 most frequent colours is enough for pages of text."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_RGB: Final = 3
_PALETTE: Final = 256
Pixel = tuple[int, ...]


def shrink(picture: bytes) -> bytes:
    """Give a PNG of eight bits per colour, without alpha (PNG third edition, sections 9 and 11), with a palette."""
    parts = list(_chunks(picture))
    width, height, depth, kind = struct.unpack(">IIBB", parts[0][1][:10])
    assert (depth, kind) == (8, 2)
    packed = zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT"))
    rows = [list(zip(row[0::_RGB], row[1::_RGB], row[2::_RGB], strict=True)) for row in _rows(packed, width * _RGB)]
    colours = Counter(pixel for row in rows for pixel in row)
    palette = [colour for colour, _ in colours.most_common(_PALETTE)]
    place = {colour: index for index, colour in enumerate(palette)}
    for colour in colours.keys() - place.keys():
        place[colour] = min(range(len(palette)), key=lambda index: _distance(colour, palette[index]))
    body = zlib.compress(b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in rows), 9)
    return _SIGNATURE + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", bytes(value for colour in palette for value in colour)),
            (b"IDAT", body),
            (b"IEND", b""),
        )
    )


def _rows(packed: bytes, length: int) -> Iterator[bytearray]:
    """Undo the filters of the rows."""
    above = bytearray(length)
    for start in range(0, len(packed), length + 1):
        kind, row = packed[start], bytearray(packed[start + 1 : start + 1 + length])
        for index in range(length if kind else 0):
            left, up = (row[index - _RGB] if index >= _RGB else 0), above[index]
            corner = above[index - _RGB] if index >= _RGB else 0
            guess = (left, up, (left + up) // 2, _paeth(left, up, corner))[kind - 1]
            row[index] = (row[index] + guess) & 0xFF
        yield row
        above = row


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def _distance(one: Pixel, other: Pixel) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_SIGNATURE)
    while place < len(picture):
        (length,) = struct.unpack_from(">I", picture, place)
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        place += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
