"""How far something is that takes long: on a terminal one line that changes, elsewhere a line now and then."""

import sys
from typing import Final

import click

from obacht_enrollment.cli.context import Context

_EVERY: Final = 10_000


class Progress:
    """Tells how far it is, apart from the results."""

    def __init__(self, context: Context) -> None:
        """Take the reader's language from the context."""
        self._context = context
        self._is_watched = sys.stderr.isatty()
        self._told = 0
        self._is_open = False

    def tell(self, count: int, german: str, english: str) -> None:
        """Tell how far it is.

        Args:
            count: What was counted so far; where nobody watches, it is told after every 10,000.
            german: The line to show.
            english: The same.
        """
        if self._is_watched:
            click.echo("\r" + (german if self._context.language == "de" else english), nl=False, err=True)
            self._is_open = True
        elif count >= self._told + _EVERY:
            self._told = count
            self._context.progress(german, english)

    def end(self) -> None:
        """End the line that changes, so that what follows stands in the next one."""
        if self._is_open:
            click.echo(err=True)
        self._is_open, self._told = False, 0
