"""Dataclasses as JSON objects and back, strictly: every field there, none besides, each of its own type.

Bytes stand as base64url, verify keys as vkeys, integers as keys of an object as decimal text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from obacht_protocol.encoding import base64url, unbase64url
from obacht_protocol.errors import EncodingError
from obacht_protocol.notes import VerifyKey

MAX_TEXT: Final = 500
"""Characters that a text in such an object has at most."""

_KEY: Final = re.compile("0|[1-9][0-9]{0,9}")
_T = TypeVar("_T")


def to_json(value: Any) -> Any:  # noqa: ANN401 - any part of a dataclass
    """Turn a dataclass, or a part of one, into what :func:`obacht_protocol.encoding.canonical_json` takes."""
    match value:
        case bytes():
            return base64url(value)
        case VerifyKey():
            return str(value)
        case Mapping():
            return {str(key): to_json(item) for key, item in value.items()}
        case list() | tuple():
            return [to_json(item) for item in value]
        case str() | int():
            return value
        case _:
            return {part.name: to_json(getattr(value, part.name)) for part in fields(value)}


def from_json(kind: type[_T], value: object) -> _T:
    """Make a dataclass of a JSON object, by the types of its fields.

    Args:
        kind: A dataclass of ``int``, ``str``, ``bytes``, :class:`~obacht_protocol.notes.VerifyKey`, other such
            dataclasses, and sequences and mappings of them.
        value: A parsed JSON value.

    Raises:
        EncodingError: A field is missing, unknown, or of another type or form; or what ``kind`` itself raises.
    """
    types = _types(kind)  # type: ignore[arg-type]  # a class is hashable
    if not isinstance(value, dict) or value.keys() != types.keys():
        raise EncodingError("a field is missing or unknown")
    return kind(**{name: _read(hint, value[name]) for name, hint in types.items()})


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Any) -> Any:  # noqa: ANN401, PLR0911 - one return for every type there is
    if hint is bytes:
        return unbase64url(value)
    if is_dataclass(hint) and hint is not VerifyKey:
        return from_json(hint, value)  # type: ignore[arg-type]  # a dataclass's type, not an instance
    if get_origin(hint) is Sequence and isinstance(value, list):
        return [_read(get_args(hint)[0], item) for item in value]
    if get_origin(hint) is Mapping and isinstance(value, dict):
        key, item = get_args(hint)
        return {_read_key(key, name): _read(item, part) for name, part in value.items()}
    if hint is int and type(value) is int:
        return value
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        if hint is str:
            return value
        if hint is VerifyKey:
            return VerifyKey.parse(value)
    raise EncodingError("a field is of another type, or too long")


def _read_key(hint: type, name: str) -> str | int:
    if hint is str and len(name) <= MAX_TEXT:
        return name
    if not _KEY.fullmatch(name):
        raise EncodingError("a key is of another type, or too long")
    return int(name)
