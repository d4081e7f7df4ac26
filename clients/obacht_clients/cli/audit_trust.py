"""``obacht audit trust``: which devices are the safety office's, and whose cosignatures are verified."""

import click

from obacht_clients.audit.known import Known
from obacht_clients.cli.console import Console, say
from obacht_clients.errors import ClientError
from obacht_protocol.checkpoints import WitnessKey
from obacht_protocol.devices import device_id
from obacht_protocol.encoding import base64url, unbase64url
from obacht_protocol.errors import EncodingError, NoteError


def _publishers(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[bytes]:
    try:
        return [unbase64url(value, 32) for value in values]
    except EncodingError as error:
        raise click.BadParameter("43 x A-Z a-z 0-9 - _") from error


def _witnesses(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[WitnessKey]:
    try:
        return [WitnessKey.parse(value) for value in values]
    except NoteError as error:
        raise click.BadParameter("name+hash+base64") from error


@click.command()
@click.option(
    "--publisher",
    "publishers",
    multiple=True,
    callback=_publishers,
    help="Public key (base64url) of a device that was the safety office's before this folder knew the office.",
)
@click.option(
    "--witness-key", "witnesses", multiple=True, callback=_witnesses, help="Key of a witness, such as the office's."
)
@click.pass_obj
def trust(console: Console, *, publishers: list[bytes], witnesses: list[WitnessKey]) -> None:
    """Remember keys that no descriptor has named to this folder, and list all that it knows.

    Publishers of descriptors that were signed or used here are known already, and so is the auditor's own witness.
    Whoever removes a file in the folders publishers and witnesses takes its key out. Exit codes: 0 done, 1 refused (and
    why), 2 usage.
    """
    known = Known(console.home)
    try:
        for publisher in publishers:
            known.add_publisher(publisher)
        for witness in witnesses:
            known.add_witness(witness)
        devices = sorted(f"{device_id(key)}  {base64url(key)}" for key in known.publishers())
        keys = [str(key) for key in known.witnesses()]
    except ClientError as error:
        console.fail(error)
    nothing = console.text("fact-nothing")
    say([console.text("trust-publishers"), *(f"  {line}" for line in devices or [nothing])])
    say([console.text("trust-witnesses"), *(f"  {line}" for line in keys or [nothing])])
