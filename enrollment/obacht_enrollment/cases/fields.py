"""The documents of a case as JSON and back: dataclasses, read strictly by the types of their fields.

A field that is absent gets its default, so that documents written before it was thought of can still be read; one that
is unknown is refused.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from obacht_enrollment.errors import CaseError

MAX_TEXT: Final = 20_000
"""Characters of a text."""
MAX_ITEMS: Final = 200
"""Items of a list."""
_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORBIDDEN: Final = {"Cc", "Cs", "Zl", "Zp"}
_LINE_BREAKS: Final = {"\n", "\t"}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Reader:
    name: str
    read: Callable[[object, str], Any]


def to_json(value: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Turn a document, or a part of one, into what :func:`obacht_protocol.encoding.canonical_json` takes."""
    match value:
        case None | bool() | int() | str():
            return value
        case dt.date():
            return value.isoformat()
        case tuple():
            return [to_json(item) for item in value]
        case _:
            return {name: to_json(getattr(value, name)) for name in _names(value.__class__)}


def from_json(kind: type[_T], value: object, place: str = "") -> _T:
    """Read a document.

    Args:
        kind: A dataclass of texts, integers, truth values, days, None, other such dataclasses, and tuples of these;
            every field has a default.
        value: A parsed JSON value.
        place: Where it stands, for the error.

    Raises:
        CaseError: ``content``, with the field's place (as in ``aliases.0.family_name``): it is unknown, or its value
            is of another type or form.
    """
    readers = _readers(kind)  # type: ignore[arg-type]  # a class is hashable
    if not isinstance(value, Mapping):
        raise CaseError("content", field=place)
    unknown = sorted(map(str, value.keys() - readers.keys()))
    if unknown:
        raise CaseError("content", field=_within(place, unknown[0][:40] if unknown[0].isidentifier() else "?"))
    return kind(**{name: readers[name].read(value[name], _within(place, name)) for name in value})


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind))


@cache
def _readers(kind: type) -> dict[str, _Reader]:
    return {name: _Reader(name, _reader(hint)) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> Callable[[object, str], Any]:  # noqa: ANN401 - any type
    if is_dataclass(hint):
        return lambda value, place: from_json(hint, value, place)  # type: ignore[arg-type]  # a type, not an instance
    if get_origin(hint) is tuple:
        return _tuple_reader(_reader(get_args(hint)[0]))
    if NoneType in get_args(hint):
        (other,) = set(get_args(hint)) - {NoneType}
        read = _reader(other)
        return lambda value, place: None if value is None else read(value, place)
    return _SIMPLE[hint]


def _tuple_reader(read: Callable[[object, str], Any]) -> Callable[[object, str], Any]:
    def read_all(value: object, place: str) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise CaseError("content", field=place)
        return tuple(read(item, _within(place, str(index))) for index, item in enumerate(value))

    return read_all


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise CaseError("content", field=place)
    if value.isascii() and value.isprintable():
        return value
    if any(unicodedata.category(sign) in _FORBIDDEN and sign not in _LINE_BREAKS for sign in value):
        raise CaseError("content", field=place)
    return unicodedata.normalize("NFC", value)


def _whole(value: object, place: str) -> int:
    if type(value) is not int:
        raise CaseError("content", field=place)
    return value


def _truth(value: object, place: str) -> bool:
    if type(value) is not bool:
        raise CaseError("content", field=place)
    return value


def _day(value: object, place: str) -> dt.date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    raise CaseError("content", field=place)


_SIMPLE: Final[Mapping[Any, Callable[[object, str], Any]]] = {str: _text, int: _whole, bool: _truth, dt.date: _day}


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
