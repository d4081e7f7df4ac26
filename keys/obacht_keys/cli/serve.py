"""``obacht-keys serve``: answer questions."""

from pathlib import Path

import click

from obacht_keys.cli.context import ask, in_words, passphrase_file
from obacht_keys.log.key import LogKey, log_name
from obacht_keys.registry import Registry
from obacht_keys.settings import Home, Settings
from obacht_keys.shares import Shares
from obacht_service import files, logs, passphrases


@click.command()
@click.option("--host", help="Where to listen, if not at the origin's host.")
@click.option("--port", type=click.IntRange(0, 65535), help="The same for the port.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes; one per core.")
@click.option(
    "--metrics-port", type=click.IntRange(0, 65535), help="Where on this machine to give counts: GET /metrics."
)
@passphrase_file
@click.pass_obj
def serve(
    home: Home,
    *,
    host: str | None,
    port: int | None,
    workers: int,
    metrics_port: int | None,
    passphrase_file: Path | None,
) -> None:
    """Answer questions until told to stop (SIGTERM, or Ctrl-C)."""
    # Half a second that no other command needs to spend on servers.
    from obacht_keys.http import create_app  # noqa: PLC0415
    from obacht_keys.log import opening, writer  # noqa: PLC0415
    from obacht_keys.log.metrics import Metrics  # noqa: PLC0415
    from obacht_keys.log.witnesses import Witnessing  # noqa: PLC0415
    from obacht_service import run  # noqa: PLC0415

    with in_words():
        settings = Settings.load(home)
        address = run.listen_address(settings.origin, host, port)
        paths = home.shares
        # Every process takes the unlocked keys over from this one's memory.
        passphrase = passphrases.read(passphrase_file, ask)
        shares = Shares.unlock(paths, settings.deployment, passphrase)
        name = log_name(settings.origin, settings.deployment)
        key = LogKey.unlock(name, files.read(home.log_key), passphrase)
        logs.configure()
        opened = opening.prepare(home, key)
        for words in opened.unheard:
            click.echo(f"{words}; the log was not compared with what it has seen.", err=True)
        chores: tuple[writer.Chore, ...] = (Witnessing(lambda: Registry(home.registry)),)
        if metrics_port is not None:
            chores = (*chores, Metrics(metrics_port))
        try:
            run.serve(
                lambda: create_app(home, settings, shares),
                *address,
                workers=workers,
                companion=lambda parent: writer.run(
                    lambda: opening.open_desk(home, key), chores, opened.listener, parent
                ),
            )
        finally:
            home.log_socket.unlink(missing_ok=True)
