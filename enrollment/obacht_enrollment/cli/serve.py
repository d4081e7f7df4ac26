"""``obacht-office serve``: keep the register alive until told to stop."""

from pathlib import Path

import click

from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_service import logs


@click.command()
@click.option("--host", help="Wo der Dienst lauscht, wenn nicht wie in office.toml. / Where to listen.")
@click.option("--port", type=click.IntRange(0, 65_535), help="Ebenso der Port. / The same for the port.")
@passphrase_option
@click.pass_obj
def serve(context: Context, host: str | None, port: int | None, passphrase_file: Path | None) -> None:
    """Erneuert den Registerkopf stündlich. / Renew the register's head every hour, and publish when an entry ends."""
    # imported here, because no other verb needs them, and they are a third of what its start would take
    from obacht_enrollment.http import create_app  # noqa: PLC0415
    from obacht_service import run  # noqa: PLC0415

    with context.office(passphrase_file) as office:
        address, _, number = office.settings.listen.rpartition(":")
        logs.configure()
        run.serve(
            lambda: create_app(office, context.clock),
            host or address.strip("[]"),
            int(number) if port is None else port,
        )
