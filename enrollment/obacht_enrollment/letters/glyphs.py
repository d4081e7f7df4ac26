"""Which characters the letters' fonts can show, and what stands for those that they cannot.

A letter must not show an empty box where a name was, and PDF/UA refuses one (ISO 14289-1, section 7.21.8). The package
brings its fonts along, so that a letter looks alike on every machine, and asks them what they hold.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).with_name("fonts")
_REGULAR: Final = ("NotoSans-Regular.ttf", "NotoSansArabic-Regular.ttf")
_LINES: Final = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "})
# They show nothing and say nothing: where a word may be broken, which way a full stop faces.
_SILENT: Final = str.maketrans(dict.fromkeys("\xad\u061c\u200b\u200e\u200f\u2060\ufeff"))
_JOINERS: Final = frozenset("\u200c\u200d")
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def printable(text: str) -> str:
    r"""Give ``text`` as it can be printed: line ends as ``\n``, and what has no glyph as ``[U+6F22]``.

    Controls that turn the direction of writing are spelled out as well, because they could make a line read as another.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    shown = []
    # the fonts that hold the letter and all of its marks so far: a mark from another font would be an empty box
    fonts = covered()
    for character in text.translate(_LINES).translate(_SILENT):
        is_mark = unicodedata.category(character).startswith("M")
        holding = tuple(font for font in (fonts if is_mark else covered()) if ord(character) in font)
        if character == "\n" or character in _JOINERS:
            shown.append(character)
        elif holding and unicodedata.category(character) not in _UNSHOWN:
            shown.append(character)
            fonts = holding
        else:
            shown.append(f"[U+{ord(character):04X}]")
            fonts = covered()
    return "".join(shown)


@cache
def covered() -> tuple[frozenset[int], ...]:
    """Give the code points for which each of the fonts has a glyph."""
    return tuple(frozenset(_characters((FONTS / name).read_bytes())) for name in _REGULAR)


def _characters(font: bytes) -> set[int]:
    """Read the code points of a TrueType font (OpenType 1.9, ``cmap`` table, subtable format 4)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (encodings,) = struct.unpack_from(">H", font, cmap + 2)
    starts = [cmap + struct.unpack_from(">HHL", font, cmap + 4 + 8 * number)[2] for number in range(encodings)]
    start = next(start for start in starts if struct.unpack_from(">H", font, start)[0] == 4)
    (twice,) = struct.unpack_from(">H", font, start + 6)
    ends = struct.unpack_from(f">{twice // 2}H", font, start + 14)
    begins = struct.unpack_from(f">{twice // 2}H", font, start + 16 + twice)
    return {code for begin, end in zip(begins, ends, strict=True) for code in range(begin, end + 1)} - {0xFFFF}
