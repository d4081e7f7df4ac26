"""What every verb needs: the folder, the language, the passphrase, and failures in words."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from obacht_enrollment import words
from obacht_enrollment.cases import taking_over
from obacht_enrollment.errors import OfficeError
from obacht_enrollment.home import Home
from obacht_enrollment.office import Office
from obacht_enrollment.words import Language
from obacht_protocol.errors import ProtocolError
from obacht_service import passphrases
from obacht_service.errors import ServiceError

DEFAULT_HOME: Final = "/var/lib/obacht-office"

passphrase_option: Callable[[Any], Any] = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Die erste Zeile ist die Passphrase; sonst systemds Credential „passphrase“ oder Eingabe. "
    "/ Its first line is the passphrase; otherwise systemd's credential, or a prompt.",
)


def _now() -> int:
    return int(time.time())


@dataclass(frozen=True, slots=True)
class Context:
    """Where the office is, and in which language its staff reads.

    Attributes:
        folder: The office's folder.
        language: ``de`` or ``en``.
    """

    folder: Path
    language: Language

    @property
    def home(self) -> Home:
        """The office's folder."""
        return Home(self.folder)

    def clock(self) -> int:
        """Give Unix seconds."""
        return _now()

    def say(self, german: str, english: str) -> None:
        """Print one line in the reader's language."""
        click.echo(german if self.language == "de" else english)

    def progress(self, german: str, english: str) -> None:
        """Print one line about what is going on, apart from the results."""
        click.echo(german if self.language == "de" else english, err=True)

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """End with a sentence, not with a traceback."""
        try:
            yield
        except OfficeError as error:
            raise click.ClickException(words.sentence(error, self.language)) from error
        except (ServiceError, ProtocolError) as error:
            raise click.ClickException(str(error)) from error

    @contextmanager
    def office(self, passphrase_file: Path | None) -> Iterator[Office]:
        """Unlock the office for the length of a block."""
        with self.in_words():
            office = Office.open(self.folder, self.passphrase(passphrase_file))
            try:
                taking_over.take_over(office, self.clock())
                yield office
            finally:
                office.close()

    def passphrase(self, file: Path | None, *, new: bool = False, other: bool = False) -> bytes:
        """Get the passphrase; a new one is asked for twice, and called so where there is another one before it."""
        question = "Passphrase der Sicherheitsstelle" if self.language == "de" else "Passphrase of the office"
        if other:
            question = "Neue Passphrase" if self.language == "de" else "New passphrase"

        def ask() -> str:
            return str(click.prompt(question, hide_input=True, confirmation_prompt=new))

        return passphrases.read(file, ask, new=new)
