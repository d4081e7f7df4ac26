"""Forms as browsers send them, with files, all of it in memory."""

import tempfile
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.pages.forms import URLENCODED, Upload, parse
from obacht_service.errors import RefusalError

BOUNDARY = "----boundary7MA4"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def part(head: str, data: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"


def whole(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def test_fields_and_files_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file would hold what is personal")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, never)
    data = bytes(range(256)) * 20_000
    form = parse(
        MULTIPART,
        whole(
            part('name="text"', "  Größe ".encode()),
            part('name="box"', b"a"),
            part('name="box"', b"b"),
            part('name="file"; filename="Import März.csv"', data),
            part('name="empty"; filename=""', b""),
        ),
    )
    assert form.text("text") == "Größe"
    assert form.secret("text") == "  Größe "
    assert list(form.all("box")) == ["a", "b"]
    assert form.file("file") == Upload("Import März.csv", data)
    assert form.file("empty") is form.file("nothing") is None
    assert form.text("nothing") == ""


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=20))
def test_whatever_is_typed_arrives(fields: dict[str, str]) -> None:
    form = parse(URLENCODED, urlencode(fields).encode())
    assert {name: form.secret(name) for name in fields} == fields


@given(st.binary(max_size=300))
def test_nonsense_is_a_form_or_refused(body: bytes) -> None:
    for kind in (URLENCODED, MULTIPART, "multipart/form-data", "text/plain", ""):
        with suppress(RefusalError):  # and nothing else
            parse(kind, body)
