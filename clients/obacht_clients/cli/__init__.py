"""The command ``obacht``: one file per verb."""

import sys

from obacht_protocol.errors import LibraryError


def main() -> None:
    """Run the command; without libsodium there is no check either, and that must not look like another failure."""
    try:
        from obacht_clients.cli.commands import obacht  # noqa: PLC0415 - its import is what can fail
    except LibraryError as error:
        sys.stderr.write(f"(x) No check was made / Keine Prüfung erfolgt: {error}\n")
        sys.exit(20)
    obacht()
