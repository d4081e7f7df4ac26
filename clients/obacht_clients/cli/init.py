"""``obacht init``: pin the two roots of trust, make a device key, fetch the first descriptor."""

import asyncio
import json

import click

from obacht_clients.cli.console import Console, say
from obacht_clients.errors import ClientError
from obacht_clients.setting_up import set_up
from obacht_protocol.descriptor import check_deployment, check_origin
from obacht_protocol.encoding import base64url
from obacht_protocol.errors import ProtocolError
from obacht_protocol.notes import VerifyKey


class _VerifyKeyType(click.ParamType[VerifyKey]):
    name = "vkey"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> VerifyKey:
        try:
            return VerifyKey.parse(value)
        except ProtocolError as error:
            self.fail(str(error), param, ctx)


def _origin(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        return check_origin(value.removesuffix("/"))
    except ProtocolError as error:
        raise click.BadParameter(str(error)) from error


def _deployment(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        return check_deployment(value) if value else ""
    except ProtocolError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.option("--matcher", required=True, callback=_origin, help="Origin of the matcher, https://host[:port].")
@click.option("--office-key", required=True, type=_VerifyKeyType(), help="Verify key of the office, to be pinned.")
@click.option("--auditor-key", required=True, type=_VerifyKeyType(), help="Verify key of the auditor, to be pinned.")
@click.option("--deployment", default="", callback=_deployment, help="Id that the deployment must have.")
@click.option("--proxy", default="", help="URL of a proxy to go through; never taken from the environment.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def init(
    console: Console,
    *,
    matcher: str,
    office_key: VerifyKey,
    auditor_key: VerifyKey,
    deployment: str,
    proxy: str,
    as_json: bool,
) -> None:
    """Set this client up, and print what the key offices need to register its device.

    The two keys must come by another way than the network. Exit codes: 0 done, 1 refused (and why), 2 usage.
    """
    setting_up = set_up(
        console.home,
        matcher,
        office_key,
        auditor_key,
        clock=console.clock,
        deployment=deployment,
        proxy=proxy,
        network=console.network,
    )
    try:
        client = asyncio.run(setting_up)
    except ClientError as error:
        console.fail(error)
    name, key, device = client.descriptor.deployment, base64url(client.device.public_key), client.device.id
    if as_json:
        click.echo(json.dumps({"deployment": name, "public_key": key, "device": device}))
        return
    say([
        console.text("init-done", name, console.home),
        console.text("init-device"),
        console.text("init-device-key", key),
        console.text("init-device-id", device),
        *([console.text("init-reports")] if client.descriptor.reports else []),
    ])  # fmt: skip
