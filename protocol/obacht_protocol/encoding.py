"""The few encodings on which everything else rests: integers, length prefixes, base64url, canonical JSON."""

import binascii
import json
from collections.abc import Iterable
from typing import Any, Final

from obacht_protocol.errors import EncodingError

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_+/=", b"+/   ")  # what is no base64url becomes what is no base64 either
_PADDING: Final = (b"", b"===", b"==", b"=")
_LAST: Final = ("", "", "AQgw", "AEIMQUYcgkosw048")
"""The last characters of which no bit is spare, by how many characters stand behind the last whole four."""
_MAX_JSON_INTEGER: Final = 2**53 - 1


def u16(value: int) -> bytes:
    """Encode ``value`` (0 to 65,535) as 2 bytes, big endian; ``EncodingError`` if it does not fit."""
    return _unsigned(value, 2)


def u32(value: int) -> bytes:
    """Encode ``value`` (0 to 2^32 - 1) as 4 bytes, big endian; ``EncodingError`` if it does not fit."""
    return _unsigned(value, 4)


def u64(value: int) -> bytes:
    """Encode ``value`` (0 to 2^64 - 1) as 8 bytes, big endian; ``EncodingError`` if it does not fit."""
    return _unsigned(value, 8)


def _unsigned(value: int, length: int) -> bytes:
    try:
        return value.to_bytes(length, "big")
    except OverflowError as error:
        raise EncodingError(f"an integer does not fit into {length} bytes") from error


def prefixed(fields: Iterable[bytes], width: int = 2) -> bytes:
    """Join ``fields``, each behind its length in ``width`` bytes, so that no two lists of fields give the same bytes.

    Raises:
        EncodingError: A field is too long for that; with 2 bytes, longer than 65,535 bytes.
    """
    parts: list[bytes] = []
    try:
        for field in fields:
            parts += (len(field).to_bytes(width, "big"), field)
    except OverflowError as error:
        raise EncodingError(f"the length of a field does not fit into {width} bytes") from error
    return b"".join(parts)


def unprefixed(data: bytes, width: int = 2) -> list[bytes]:
    """Take apart fields that stand behind their lengths, each of ``width`` bytes, as :func:`prefixed` joins them.

    Raises:
        EncodingError: A length does not fit the bytes.
    """
    fields = []
    place = 0
    while place < len(data):
        begin = place + width
        place = begin + int.from_bytes(data[place:begin], "big")
        if place > len(data) or begin > len(data):
            raise EncodingError("a field is longer than what is there")
        fields.append(data[begin:place])
    return fields


def base64url(data: bytes) -> str:
    """Encode ``data`` as base64url without padding (RFC 4648, section 5)."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def unbase64url(text: object, length: int | None = None) -> bytes:
    """Decode base64url without padding, accepting only the one encoding that :func:`base64url` gives.

    Args:
        text: What a message holds in the place of the bytes; anything but a ``str`` is refused.
        length: The number of bytes that must come out, or None for any.

    Raises:
        EncodingError: Another alphabet, padding, spare bits that are not zero, or another length.
    """
    if not isinstance(text, str):
        raise EncodingError("not base64url without padding")
    spare = len(text) % 4
    try:
        data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + _PADDING[spare], strict_mode=True)
    except ValueError as error:  # another character, or one too many
        raise EncodingError("not base64url without padding") from error
    if spare and text[-1] not in _LAST[spare]:  # its lowest bits are bits of nothing
        raise EncodingError("not the canonical base64url of its bytes")
    if length is not None and len(data) != length:
        raise EncodingError(f"not {length} bytes long")
    return data


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Encode as the one JSON text of ``value``: UTF-8, keys sorted, no white space, integers only.

    Within these bounds (keys of ASCII, integers of at most 53 bits, no fractions) the result is that of RFC 8785.

    Raises:
        EncodingError: A fraction, a large integer, a key that is not ASCII, or a type that JSON does not have.
    """
    try:
        _refuse_unportable(value)
        return _ENCODE(value).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise EncodingError("a text is not Unicode, or JSON is nested too deeply") from error


def parse_json(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Decode JSON (UTF-8) strictly: no key twice, no fraction, no NaN, no integer beyond 53 bits.

    Raises:
        EncodingError: The bytes are not such a text.
    """
    try:
        value = _DECODE(data.decode())
    except (ValueError, RecursionError) as error:
        raise EncodingError("not strict JSON") from error
    return value


def parse_canonical_json(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Decode JSON that must be in the form of :func:`canonical_json`; ``EncodingError`` otherwise."""
    value = parse_json(data)
    if canonical_json(value) != data:
        raise EncodingError("not canonical JSON")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise EncodingError("a JSON object names a key twice")
    return result


def _refuse(_: str) -> Any:  # noqa: ANN401 - never returns
    raise EncodingError("only integers are allowed as numbers")


def _integer(text: str) -> int:
    if len(text) > len(str(-_MAX_JSON_INTEGER)) or abs(int(text)) > _MAX_JSON_INTEGER:
        raise EncodingError("an integer has more than 53 bits")
    return int(text)


def _refuse_unportable(value: Any) -> None:  # noqa: ANN401 - any JSON value
    match value:
        case str() | None | bool():
            return
        case int() if abs(value) <= _MAX_JSON_INTEGER:
            return
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise EncodingError("a JSON key must be ASCII text")
                if type(item) is not str:
                    _refuse_unportable(item)
        case list() | tuple():
            for item in value:
                if type(item) is not str:
                    _refuse_unportable(item)
        case _:
            raise EncodingError("JSON here holds text, integers of at most 53 bits, lists and objects only")


_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_DECODE: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse, parse_int=_integer
).decode
