"""Reads a PDF back as a screen reader does: its tags in their order, the text under them, and where it stands."""

import re
from dataclasses import dataclass, field
from typing import Any

from pdf_objects import File, Reference, Word, objects, text_string, tokens

Matrix = tuple[float, float, float, float, float, float]
_HERE: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class Element:
    """A tag with what is under it."""

    tag: str
    children: list["Element | str"] = field(default_factory=list)
    alternative: str = ""

    @property
    def text(self) -> str:
        """All text under it; a part that stands in a line of its own keeps it."""
        parts = [
            child if isinstance(child, str) else child.text + "\n" * (child.tag not in {"Span", "Strong"})
            for child in self.children
        ]
        return "".join(parts).strip("\n")

    def all(self, *tags: str) -> list["Element"]:
        """Every element under it with one of these tags, in reading order."""
        found = [self] if self.tag in tags else []
        for child in self.children:
            found += child.all(*tags) if isinstance(child, Element) else []
        return found


@dataclass(frozen=True)
class Run:
    """Letters in a row on a page, in points from its lower left corner; a space at the end is no part of it."""

    page: int
    left: float
    right: float
    bottom: float
    size: float


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


class _Font:
    """The letters and widths of a font's two-byte codes."""

    def __init__(self, file: File, font: dict[str, Any]) -> None:
        pairs = re.findall(rb"<([0-9A-F]{4})>\s*<([0-9A-F]+)>\s*(?=<|endbfchar)", file.stream(font["ToUnicode"]))
        self.letters = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
        widths = file.resolve(file.resolve(font["DescendantFonts"])[0])["W"]
        spans = zip(widths[::3], widths[1::3], widths[2::3], strict=True)
        self.widths = {code: width for first, last, width in spans for code in range(first, last + 1)}

    def text(self, codes: list[int]) -> str:
        return "".join(self.letters[code] for code in codes)


class _Page:
    """One page: the text of every marked part, and where it stands (ISO 32000-1, sections 9.4 and 14.6)."""

    def __init__(self, number: int, fonts: dict[str, _Font], content: bytes) -> None:
        self.marked: dict[int, str] = {}
        self.runs: list[Run] = []
        self._number, self._fonts = number, fonts
        self._matrix, self._text_matrix = _HERE, _HERE
        self._saved: list[Matrix] = []
        self._marks: list[dict[str, Any]] = []
        self._font, self._size = "", 1.0
        operators: dict[str, Any] = {
            "q": lambda: self._saved.append(self._matrix),
            "Q": self._restore,
            "cm": self._move,
            "Tm": self._place,
            "Tf": self._choose,
            "BDC": self._begin,
            "BMC": lambda tag: self._marks.append({"Reversed": tag == "ReversedChars"}),
            "EMC": self._marks.pop,
            "TJ": self._show,
            "Tj": lambda codes: self._show([codes]),
        }
        operands: list[Any] = []
        for item in objects(tokens(content)):
            if not isinstance(item, Word):
                operands.append(item)
                continue
            if item in operators:
                operators[item](*operands)
            operands = []

    def _restore(self) -> None:
        self._matrix = self._saved.pop()

    def _move(self, *matrix: float) -> None:
        a, b, c, d, e, f = matrix
        self._matrix = _times((a, b, c, d, e, f), self._matrix)

    def _place(self, *matrix: float) -> None:
        a, b, c, d, e, f = matrix
        self._text_matrix = (a, b, c, d, e, f)

    def _choose(self, font: str, size: float) -> None:
        self._font, self._size = font, size

    def _begin(self, _tag: str, properties: dict[str, Any]) -> None:
        self._say(text_string(properties.get("ActualText", b"")))
        self._marks.append(properties)

    def _show(self, parts: list[Any]) -> None:
        font = self._fonts[self._font]
        codes: list[int] = []
        shift = 0.0
        for part in parts:
            if isinstance(part, bytes):
                codes += [int.from_bytes(part[at : at + 2]) for at in range(0, len(part), 2)]
            else:
                shift -= part
        ink = max((at for at, code in enumerate(codes, 1) if font.letters[code].strip()), default=0)
        width = (sum(font.widths.get(code, 0) for code in codes[:ink]) + shift) * self._size / 1000
        *_, left, bottom = _times(self._text_matrix, self._matrix)
        self.runs.append(Run(self._number, left, left + width * self._text_matrix[0], bottom, self._size))
        backwards = any(mark.get("Reversed") for mark in self._marks)
        self._say(font.text(codes[::-1] if backwards else codes))

    def _say(self, text: str) -> None:
        """Put text by under the innermost mark; what has an ``ActualText`` was said already."""
        for mark in reversed(self._marks):
            if "ActualText" in mark:
                return
            if "MCID" in mark:
                self.marked[mark["MCID"]] = self.marked.get(mark["MCID"], "") + text
                return


class Document:
    """A PDF, taken apart.

    Attributes:
        catalog: What it says of itself.
        metadata: The same in XMP.
        pages: How many there are.
        runs: Where letters stand.
        root: The tags, from the whole document down.
    """

    def __init__(self, data: bytes) -> None:
        self._file = file = File(data)
        self.catalog: dict[str, Any] = file.resolve(file.trailer["Root"])
        self.metadata = file.stream(self.catalog["Metadata"]).decode()
        self._pages: dict[Reference, _Page] = {}
        for reference in file.resolve(self.catalog["Pages"])["Kids"]:
            leaf = file.resolve(reference)
            fonts = file.resolve(file.resolve(leaf["Resources"]).get("Font", {}))
            held = {name: _Font(file, file.resolve(font)) for name, font in fonts.items()}
            self._pages[reference] = _Page(len(self._pages) + 1, held, file.stream(leaf["Contents"]))
        self.pages = len(self._pages)
        self.runs = [run for page in self._pages.values() for run in page.runs]
        (top,) = file.resolve(self.catalog["StructTreeRoot"])["K"]
        self.root = self._element(file.resolve(top))

    @property
    def title(self) -> str:
        return text_string(self._file.resolve(self._file.trailer["Info"])["Title"])

    @property
    def language(self) -> str:
        return text_string(self.catalog["Lang"])

    @property
    def text(self) -> str:
        """Everything that is read out, with the spaces that a line's end takes, and no breaks within words."""
        return self.root.text.replace("\u200b", "")

    def _element(self, element: dict[str, Any]) -> Element:
        found = Element(element["S"], alternative=text_string(element.get("Alt", b"")))
        for child in element["K"]:
            if isinstance(child, Reference):
                found.children.append(self._element(self._file.resolve(child)))
            else:
                page, number = (child["Pg"], child["MCID"]) if isinstance(child, dict) else (element["Pg"], child)
                found.children.append(self._pages[page].marked.get(number, ""))
        return found
