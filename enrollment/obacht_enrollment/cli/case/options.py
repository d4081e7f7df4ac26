"""What several verbs about cases take: versions, reasons, days, and a document."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, BinaryIO, Final

import click

from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import reading
from obacht_enrollment.cases.content import Content
from obacht_enrollment.office import Office

MAX_DOCUMENT: Final = 1024 * 1024
_GERMAN: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")

version_option: Callable[[Any], Any] = click.option(
    "--version",
    type=int,
    help="Welche Fassung gesehen wurde; sonst die jetzige. / Which version was seen; otherwise the present one.",
)
reason_option: Callable[[Any], Any] = click.option("--reason", required=True, help="Warum. / Why.")
document_option: Callable[[Any], Any] = click.option(
    "--file",
    "file",
    type=click.File("rb"),
    required=True,
    help="Der Fall als JSON; - ist die Standardeingabe. / The case as JSON; - is the standard input.",
)


class Day(click.ParamType[dt.date]):
    """A day, ``31.12.2027`` or ``2027-12-31``."""

    name = "TT.MM.JJJJ"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:  # noqa: ANN401
        """Read a day."""
        if isinstance(value, dt.date):
            return value
        match = _GERMAN.fullmatch(value)
        try:
            return dt.date(int(match[3]), int(match[2]), int(match[1])) if match else dt.date.fromisoformat(value)
        except ValueError:
            self.fail("TT.MM.JJJJ", param, ctx)


def version_seen(office: Office, user: User, number: int, version: int | None) -> int:
    """Give the version that somebody named, or the present one."""
    return reading.summary(office, user, number).version if version is None else version


def read_document(file: BinaryIO) -> Content:
    """Read the document of a case; ``CaseError`` if it is none."""
    return Content.parse(file.read(MAX_DOCUMENT))
