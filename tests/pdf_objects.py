"""The objects of a PDF (ISO 32000-1, section 7.3), as far as typst writes them."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_TOKEN = re.compile(
    rb"\s*(?:(?P<ref>\d+ 0 R\b)|(?P<number>[-+]?\d*\.?\d+)|/(?P<name>[^\s/<>\[\]()]*)|(?P<open><<|\[)"
    rb"|(?P<close>>>|\])|<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<string>\()|(?P<word>[A-Za-z*'\"]+[01]?))"
)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


class Name(str):
    """A name of PDF."""

    __slots__ = ()


class Word(str):
    """An operator or keyword."""

    __slots__ = ()


@dataclass(frozen=True)
class Reference:
    number: int


def _literal(data: bytes, start: int) -> tuple[bytes, int]:
    text, depth, position = bytearray(), 1, start
    while True:
        byte = data[position : position + 1]
        position += 1
        if byte == b"\\":
            octal = re.compile(rb"[0-7]{1,3}").match(data, position)
            if octal:
                text.append(int(octal[0], 8))
                position = octal.end()
            else:
                follow = data[position : position + 1]
                text += _ESCAPES.get(follow, follow)
                position += 1
            continue
        depth += (byte == b"(") - (byte == b")")
        if depth == 0:
            return bytes(text), position
        text += byte


def tokens(data: bytes) -> Iterator[Any]:
    position = 0
    while match := _TOKEN.match(data, position):
        position = match.end()
        kind, value = match.lastgroup, match[match.lastgroup or 0]
        if kind == "ref":
            yield Reference(int(value.split()[0]))
        elif kind == "number":
            yield float(value) if b"." in value else int(value)
        elif kind == "name":
            yield Name(value.decode())
        elif kind == "hex":
            yield bytes.fromhex(value.decode())
        elif kind == "string":
            text, position = _literal(data, position)
            yield text
        else:
            yield Word(value.decode())


def objects(tokens: Iterator[Any], end: str = "") -> list[Any]:
    found: list[Any] = []
    for token in tokens:
        if token == end and isinstance(token, Word):
            break
        if token == "[" and isinstance(token, Word):
            found.append(objects(tokens, "]"))
        elif token == "<<" and isinstance(token, Word):
            items = objects(tokens, ">>")
            found.append(dict(zip(items[::2], items[1::2], strict=True)))
        else:
            found.append(token)
    return found


def text_string(value: bytes) -> str:
    return value[2:].decode("utf-16-be") if value.startswith(b"\xfe\xff") else value.decode("latin-1")


class File:
    """All objects of a PDF, with their streams."""

    def __init__(self, data: bytes) -> None:
        self._objects: dict[int, Any] = {}
        self._streams: dict[int, bytes] = {}
        begin = re.compile(rb"(?:^|\n)(\d+) 0 obj\s")
        position = 0
        while match := begin.search(data, position):
            position = self._read(data, int(match[1]), match.end())
        (self.trailer,) = objects(tokens(data[data.rindex(b"trailer") + 7 : data.rindex(b"startxref")]))

    def _read(self, data: bytes, number: int, start: int) -> int:
        end = data.index(b"endobj", start)
        head = re.compile(rb"stream\r?\n").search(data, start, end)
        (self._objects[number],) = objects(tokens(data[start : head.start() if head else end]))
        if head:
            length = self._objects[number]["Length"]
            self._streams[number] = data[head.end() : head.end() + length]
            end = data.index(b"endobj", head.end() + length)
        return end

    def resolve(self, value: Any) -> Any:
        """Give the object that is meant, if it is not the object itself."""
        return self._objects[value.number] if isinstance(value, Reference) else value

    def stream(self, reference: Reference) -> bytes:
        data = self._streams[reference.number]
        return zlib.decompress(data) if "Filter" in self._objects[reference.number] else data
