"""``obacht-keys device add | list | revoke``: with which devices departments may ask."""

import time

import click

from obacht_keys.cli.context import HYPHENS, opened_registry
from obacht_keys.settings import Home
from obacht_protocol.encoding import unbase64url
from obacht_protocol.errors import EncodingError


@click.group()
def device() -> None:
    """Say with which devices departments may ask."""


@device.command("add", context_settings=HYPHENS)
@click.argument("department_name", metavar="DEPARTMENT")
@click.argument("public_key")
@click.option("--label", required=True, help="What it is, for people.")
@click.pass_obj
def add(home: Home, department_name: str, public_key: str, label: str) -> None:
    """Add a device by its public key (base64url), as the device shows it."""
    try:
        key = unbase64url(public_key, 32)
    except EncodingError as error:
        raise click.ClickException("A public key is 32 bytes in base64url, 43 letters.") from error
    with opened_registry(home) as registry:
        added = registry.add_device(department_name, key, label)
    click.echo(f"{added.id} may ask for {added.department.name}.")


@device.command("list")
@click.pass_obj
def list_(home: Home) -> None:
    """List the devices, the revoked ones too."""
    with opened_registry(home) as registry:
        for found in registry.devices():
            state = "in use" if found.revoked is None else f"revoked {_day(found.revoked)}"
            click.echo(f"{found.id}  {found.department.name}  {found.label}  added {_day(found.created)}  {state}")


@device.command("revoke", context_settings=HYPHENS)
@click.argument("device_id")
@click.pass_obj
def revoke(home: Home, device_id: str) -> None:
    """Refuse a device from now on, for good."""
    with opened_registry(home) as registry:
        found = registry.revoke_device(device_id)
    click.echo(f"{found.id} of {found.department.name} is refused from now on.")


def _day(moment: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment))
