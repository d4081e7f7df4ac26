"""``obacht audit witness``: cosign the checkpoints of the key offices' logs."""

from collections.abc import Mapping
from pathlib import Path

import click

from obacht_clients.audit import keyfile
from obacht_clients.audit.witness_server import WitnessServer
from obacht_clients.cli.auditor import (
    descriptor_option,
    key_file_option,
    key_path,
    passphrase_option,
    read_descriptor,
    read_passphrase,
)
from obacht_clients.cli.console import Console, say
from obacht_clients.errors import AuditError, ClientError
from obacht_clients.witnessing import Witness, logs_of
from obacht_protocol.notes import VerifyKey

SEEN = "witness.sqlite"


def _address(_: click.Context, __: click.Parameter, value: str) -> tuple[str, int]:
    host, _colon, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65_535:
        raise click.BadParameter("HOST:PORT")
    return host.strip("[]"), int(port)


@click.command()
@click.option("--listen", default="127.0.0.1:8506", show_default=True, callback=_address, help="HOST:PORT.")
@click.option("--key", "only_key", is_flag=True, help="Print the witness's key, making one if there is none, and end.")
@descriptor_option
@key_file_option
@passphrase_option
@click.pass_obj
def witness(
    console: Console,
    *,
    listen: tuple[str, int],
    only_key: bool,
    descriptor: Path | None,
    key_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Answer as a witness (C2SP tlog-witness) for the logs in the descriptor, until Ctrl-C.

    Key offices take the witness with: obacht-keys witness add http://HOST:PORT KEY. Exit codes: 0 ended, 1 refused (and
    why), 2 usage.
    """
    try:
        name = f"{keyfile.public_half(key_path(console, key_file)).name}/witness"
        signer = keyfile.witness(console.home / keyfile.WITNESS, name, read_passphrase(console, passphrase_file))
        say([str(signer.key)])
        if only_key:
            return
        server = _server(console, listen, Witness(console.home / SEEN, signer), descriptor, key_file)
    except ClientError as error:
        console.fail(error)
    say([console.text("witness-listens", *server.server_address[:2])], err=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:  # the one way to end it; whatever else does finds all that was cosigned on the disk
        server.server_close()


def _server(
    console: Console, listen: tuple[str, int], seen: Witness, descriptor: Path | None, key_file: Path | None
) -> WitnessServer:
    def logs() -> Mapping[str, VerifyKey]:
        return logs_of(read_descriptor(console, descriptor, key_file))

    logs()
    try:
        return WitnessServer(listen, seen, logs, console.clock)
    except OSError as error:
        raise AuditError("witness-address") from error
