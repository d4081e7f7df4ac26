"""``obacht-keys serve``: answer questions."""

from pathlib import Path

import click

from obacht_keys.cli.context import ask, in_words, passphrase_file
from obacht_keys.http import create_app
from obacht_keys.settings import Home, Settings
from obacht_keys.shares import Shares
from obacht_service import logs, passphrases, run


@click.command()
@click.option("--host", help="Where to listen, if not at the origin's host.")
@click.option("--port", type=click.IntRange(0, 65535), help="The same for the port.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes; one per core.")
@passphrase_file
@click.pass_obj
def serve(home: Home, *, host: str | None, port: int | None, workers: int, passphrase_file: Path | None) -> None:
    """Answer questions until told to stop (SIGTERM, or Ctrl-C)."""
    with in_words():
        settings = Settings.load(home)
        address = run.listen_address(settings.origin, host, port)
        # Every process takes the unlocked shares over from this one's memory.
        shares = Shares.unlock(home.shares, settings.deployment, passphrases.read(passphrase_file, ask))
        logs.configure()
        run.serve(lambda: create_app(home, settings, shares), *address, workers=workers)
