"""``obacht audit device``: the auditor's own device, which key offices let read their logs' entries."""

import click

from obacht_clients.cli.console import Console, say
from obacht_clients.device import DeviceKey
from obacht_clients.errors import ClientError
from obacht_clients.home import make_folder
from obacht_protocol.encoding import base64url

FILE = "audit-device.key"


@click.command()
@click.pass_obj
def device(console: Console) -> None:
    """Print the public key of the auditor's device, making one if there is none: every key office registers it.

    Exit codes: 0 done, 1 refused (and why), 2 usage.
    """
    try:
        make_folder(console.home)
        key = DeviceKey.load_or_create(console.home / FILE)
    except ClientError as error:
        console.fail(error)
    public = base64url(key.public_key)
    say([
        console.text("audit-device"),
        f"  obacht-keys department add {console.text('audit-department')} --auditor",
        f"  obacht-keys device add {console.text('audit-department')} {public} --label obacht-audit",
        public,
    ])  # fmt: skip
