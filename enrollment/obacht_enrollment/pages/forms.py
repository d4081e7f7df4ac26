"""What a browser sent along: fields and files, all in memory, since a temporary file would hold what is personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field as Part
from python_multipart.multipart import File, FormParser, parse_options_header

from obacht_service.errors import RefusalError

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
_MOST_FIELDS: Final = 500
_MOST_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent along.

    Attributes:
        name: As the browser calls it.
        data: All of it.
    """

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """The fields and files of a form; whatever is missing is empty."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Give a field as it was typed, without blanks at its ends."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """Give a field exactly as it was typed: a password may begin with a blank."""
        values = self.fields.get(name, ())
        return values[0] if values else ""

    def number(self, name: str) -> int:
        """Give a field that holds a whole number; 0 where it holds none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0

    def all(self, name: str) -> Sequence[str]:
        """Give all values of a field: which boxes were ticked."""
        return self.fields.get(name, ())

    def file(self, name: str) -> Upload | None:
        """Give a file; None if there is none, or an empty one."""
        upload = self.files.get(name)
        return upload if upload and upload.data else None


def parse(content_type: str, body: bytes) -> Form:
    """Take a form apart; ``RefusalError`` (``media-type``) if it is none, or malformed."""
    kind, options = parse_options_header(content_type)
    try:
        if kind == URLENCODED.encode():
            return _urlencoded(body)
        if kind == MULTIPART.encode():
            return _multipart(options.get(b"boundary", b""), body)
    except (ValueError, FormParserError) as error:
        raise RefusalError("media-type") from error
    raise RefusalError("media-type")


def _urlencoded(body: bytes) -> Form:
    fields: dict[str, list[str]] = {}
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return Form(fields)


def _multipart(boundary: bytes, body: bytes) -> Form:
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}

    def take_field(part: Part) -> None:
        fields.setdefault((part.field_name or b"").decode(), []).append((part.value or b"").decode())

    def take_file(part: File) -> None:
        part.file_object.seek(0)
        name = (part.file_name or b"").decode()
        files[(part.field_name or b"").decode()] = Upload(name, part.file_object.read())

    limits = {"MAX_MEMORY_FILE_SIZE": len(body) + 1, "MAX_FIELDS": _MOST_FIELDS, "MAX_FIELD_SIZE": len(body) + 1}
    parser = FormParser(MULTIPART, take_field, take_file, boundary=boundary, config=limits)
    parser.write(body)
    parser.finalize()
    return Form(fields, files)
