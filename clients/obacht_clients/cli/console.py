"""What all verbs share: where the home is, which language is spoken, and how words reach a terminal."""

import io
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import click
import httpx2

from obacht_clients.department import system_clock
from obacht_clients.errors import ClientError
from obacht_clients.home import default_home
from obacht_clients.transport import Clock
from obacht_clients.words import LANGUAGES, Language, why


@dataclass(frozen=True, slots=True)
class Console:
    """The settings of one run.

    Attributes:
        home: Folder of the client.
        language: Whose words are shown.
        clock: Unix seconds.
        network: Stands in for the network in tests.
    """

    home: Path = field(default_factory=default_home)
    language: Language = LANGUAGES["de"]
    clock: Clock = system_clock
    network: httpx2.AsyncBaseTransport | None = None

    def text(self, name: str, *values: object) -> str:
        """Give a text of the language, with its values."""
        return self.language.texts[name].format(*values)

    def fail(self, error: ClientError) -> NoReturn:
        """Say why something failed, and end with exit code 1."""
        say([self.text("failed", why(error.reason, self.language))], err=True)
        sys.exit(1)


def say(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines. Signs that would steer the terminal come from other parties' texts; they are shown as ``?``."""
    for line in lines:
        click.echo("".join(sign if sign.isprintable() else "?" for sign in line), err=err)


def prepare_output() -> None:
    """Let a terminal without a sign show ``?`` rather than end the program: Windows has such, and ``LANG=C``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def is_interactive() -> bool:
    """Tell whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
