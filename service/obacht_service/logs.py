"""Logging that cannot carry an identity: JSON lines made of named fields, each of which admits only harmless values.

A field is admitted by its name and its form. Foreign libraries' records are reduced to where they came from, and
exceptions to their types and places: their texts, arguments and local variables may hold anything.
"""

import json
import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Final

from obacht_protocol.problems import PROBLEMS

_LOGGER: Final = logging.getLogger("obacht")
_FIELDS: Final = "obacht_fields"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_WORD: Final = re.compile(r"[a-z]+(?:[-_][a-z]+){0,4}")
_ROUTE: Final = re.compile(r"(?:/(?:[a-z0-9.]+|\{[a-z]+\}))+")
_MAX: Final = 2**53
_HIDDEN: Final = "?"
_ENCODE: Final = json.JSONEncoder(separators=(",", ":")).encode


def _number(value: object) -> bool:
    return type(value) is int and -_MAX < value < _MAX


def _word(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 40 and _WORD.fullmatch(value) is not None


_ADMITTED: Final[Mapping[str, Callable[[object], bool]]] = {
    "method": lambda value: value in _METHODS,
    "route": lambda value: isinstance(value, str) and _ROUTE.fullmatch(value) is not None,
    "code": lambda value: value in PROBLEMS,
    "check": _word,
    "party": _word,
    "reason": _word,
} | dict.fromkeys(
    ("status", "us", "count", "rows", "sequence", "version", "epoch", "office", "port", "remaining", "seconds"), _number
)


def event(name: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log that something happened.

    Args:
        name: What happened, in lower-case words joined by hyphens; a literal in the code, never data.
        level: A level of :mod:`logging`.
        fields: Facts under admitted names. A value that its name does not admit is written as ``?``.

    Raises:
        ValueError: A name is not admitted: a mistake in the code, never in the data.
    """
    if _LOGGER.isEnabledFor(level):
        _emit(level, _admitted(name, fields))


def failure(name: str, error: BaseException, **fields: object) -> None:
    """Log that something failed, with the types of ``error`` and of what caused it, and where it was raised."""
    _emit(logging.ERROR, _admitted(name, fields) | _describe(error))


def _emit(level: int, fields: dict[str, object]) -> None:
    # Logger.log would look for the caller's file and line, which nobody reads and which takes most of its time.
    record = logging.LogRecord(_LOGGER.name, level, "", 0, "", (), None)
    setattr(record, _FIELDS, fields)
    _LOGGER.handle(record)


def _admitted(name: str, fields: Mapping[str, object]) -> dict[str, object]:
    if not _word(name) or not fields.keys() <= _ADMITTED.keys():
        raise ValueError("only admitted names may be logged")
    return {"event": name} | {key: value if _ADMITTED[key](value) else _HIDDEN for key, value in fields.items()}


def configure(level: int = logging.INFO) -> None:
    """Send everything that this process logs to standard error as JSON lines, and nothing anywhere else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _LOGGER.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True
    # which thread, process and task it was stands in no line
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.raiseExceptions = False  # otherwise a record that cannot be written is quoted on standard error
    logging.captureWarnings(capture=True)  # a warning's text may quote data
    sys.excepthook = _uncaught
    threading.excepthook = lambda arguments: failure("thread-died", arguments.exc_value or SystemExit())
    sys.unraisablehook = lambda arguments: failure("unraisable", arguments.exc_value or SystemExit())


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] | None = getattr(record, _FIELDS, None)
        if fields is None:
            fields = {"event": "library", "place": f"{record.module}:{record.lineno}"}
            if record.exc_info and record.exc_info[1]:
                fields |= _describe(record.exc_info[1])
        return _ENCODE({"time": _moment(int(record.created)), "level": record.levelname.lower(), **fields})


@lru_cache(maxsize=1)
def _moment(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def _uncaught(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    failure("died", error)


def _describe(error: BaseException) -> dict[str, str]:
    types: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(types) < 4:
        types.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return {"error": " from ".join(types), "place": _place(error.__traceback__)}


def _place(traceback: TracebackType | None) -> str:
    """Name the innermost frame, and the innermost one in our own code, by module and line."""
    places, own = [""], ""
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "")
        places.append(f"{module}:{traceback.tb_lineno}")
        if module.startswith("obacht_"):
            own = places[-1]
        traceback = traceback.tb_next
    return places[-1] if own in {"", places[-1]} else f"{own} in {places[-1]}"
