"""What a report says: asked on the terminal, or read from a file, and checked before anything is sealed."""

import datetime as dt
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import click

from obacht_clients.cli import report_dates
from obacht_clients.cli.console import Console, say
from obacht_clients.words import reports as words
from obacht_protocol.encoding import parse_json
from obacht_protocol.errors import EncodingError, ReportError
from obacht_protocol.reports import GROUNDS, KINDS, Ground, Incident, Report, ReportedPerson, Reporter

Typed = dict[str, dict[str, str]]
"""The texts of a report, by part and field."""
PARTS: Final[Mapping[str, Any]] = {
    "person": ReportedPerson,
    "incident": Incident,
    "ground": Ground,
    "reporter": Reporter,
}
MAX_FILE: Final = 256 * 1024
"""Bytes of a file with a report at most."""
_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "birth_date": report_dates.birth_date,
    "time": report_dates.moment,
    "date": report_dates.day,
}
_SEVERAL_LINES: Final = frozenset({"description", "what"})
_CHOSEN: Final = {"incident": ("kind", tuple(KINDS)), "ground": ("kind", GROUNDS)}
_GOOD: Final = {
    "person": {"street": "-", "description": "-"},
    "incident": {"time": "2000-01-01", "place": "-", "kind": "threat", "what": "-"},
    "ground": {"kind": "complaint"},
    "reporter": {"office": "-", "name": "-", "phone": "-"},
}
"""For each part what no check objects to, so that one field can be judged before the others are there."""


def read(console: Console, file: Path) -> Typed:
    """Read a report from a TOML or JSON file, or from standard input where that is named ``-``.

    Raises:
        click.UsageError: It cannot be read, or holds anything else than texts in their places.
    """
    try:
        data = sys.stdin.buffer.read(MAX_FILE + 1) if str(file) == "-" else _head_of(file)
    except OSError as error:
        raise click.UsageError(console.text("report-file")) from error
    allowed = ", ".join(f"{part}.{field.name}" for part, kind in PARTS.items() for field in fields(kind))
    try:
        return _parse(data)
    except ValueError as error:
        raise click.UsageError(console.text("report-form", allowed)) from error


def ask(console: Console) -> Typed:
    """Ask for a report on the terminal, field by field; each is checked as it comes."""
    say([console.text("report-intro")])
    typed: Typed = {}
    for part in PARTS:
        say(["", console.text(f"report-about-{part}")])
        typed[part] = _ask_part(console, part)
    if not typed["ground"]:
        del typed["ground"]
    return typed


def make(typed: Typed, now: int) -> Report:
    """Make the report.

    Args:
        typed: Its texts, dates as people write them.
        now: Unix seconds.

    Raises:
        ReportError: A field is wrong, or missing.
    """
    parts = {part: _part(part, typed.get(part, {})) for part in PARTS if part != "ground" or typed.get(part)}
    return Report(**parts, written=now).check(_today(now))


def _part(part: str, typed: Mapping[str, str]) -> Any:  # noqa: ANN401 - one of the parts' types
    missing = {name: "" for name in _GOOD[part] if name not in typed}
    return PARTS[part](**missing | {name: _form_of(name, text) for name, text in typed.items()})


def _form_of(name: str, text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\t", " ").replace("\u00a0", " ").strip()
    return _READERS[name](plain) if name in _READERS and plain else plain


def _today(now: int) -> dt.date:
    return dt.datetime.fromtimestamp(now).astimezone().date()


def _head_of(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_FILE + 1)


def _parse(data: bytes) -> Typed:
    """Take the texts from JSON, which begins with a brace, or TOML, which cannot; ``ValueError`` for anything else."""
    if len(data) > MAX_FILE:
        raise ValueError("too long")
    try:
        value = parse_json(data) if data.lstrip().startswith(b"{") else tomllib.loads(data.decode("utf-8-sig"))
    except EncodingError as error:
        raise ValueError("JSON") from error
    if not isinstance(value, dict) or not value.keys() <= PARTS.keys():
        raise ValueError("part")
    return {part: _texts(part, content) for part, content in value.items()}


def _texts(part: str, content: object) -> dict[str, str]:
    known = {field.name for field in fields(PARTS[part])}
    if not isinstance(content, dict) or not content.keys() <= known:
        raise ValueError("field")
    return {name: _text(value) for name, value in content.items()}


def _text(value: object) -> str:
    """Give a text; TOML has dates and numbers of its own, as for a postcode."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if type(value) is int or isinstance(value, str):
        return str(value)
    raise ValueError("type")


def _ask_part(console: Console, part: str) -> dict[str, str]:
    while True:
        typed: dict[str, str] = {}
        for field in fields(PARTS[part]):
            if part in _CHOSEN and field.name == _CHOSEN[part][0]:
                chosen = _choose(console, part)
                if chosen is None:
                    return {}
                typed[field.name] = chosen
            else:
                typed[field.name] = _ask_field(console, part, field.name)
        try:
            _part(part, typed)
        except ReportError as error:  # each field is well, but nobody is named
            say([words.refused(error, console.language)], err=True)
        else:
            return typed


def _choose(console: Console, part: str) -> str | None:
    """Let somebody choose by number; 0 stands for none where there may be none."""
    options = _CHOSEN[part][1]
    least = int(part != "ground")
    if not least:
        say([f"0: {console.text('report-ground-none')}"])
    shown = "kind" if part == "incident" else part
    say(f"{number}: {console.text(f'report-{shown}-{option}')}" for number, option in enumerate(options, 1))
    label = words.label(shown, console.language)
    default = 0 if not least else None
    number = int(click.prompt(label, type=click.IntRange(least, len(options)), default=default))
    return options[number - 1] if number else None


def _ask_field(console: Console, part: str, name: str) -> str:
    label = console.text(f"report-{name}")
    while True:
        text = _lines(label) if name in _SEVERAL_LINES else str(click.prompt(label, default="", show_default=False))
        try:
            _part(part, _GOOD[part] | {name: text})
            _not_later(name, text, _today(console.clock()))
        except ReportError as error:
            say([words.reason(error, console.language)], err=True)
        else:
            return text


def _not_later(name: str, text: str, today: dt.date) -> None:
    if name in _READERS and text.strip() and _form_of(name, text)[:10] > today.isoformat():
        raise ReportError("future", name)


def _lines(label: str) -> str:
    """Read lines up to an empty one; an editor would leave them in a file."""
    say([label])
    lines: list[str] = []
    while line := str(click.prompt("", default="", show_default=False, prompt_suffix="> ")):
        lines.append(line)
    return "\n".join(lines)
