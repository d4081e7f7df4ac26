"""``obacht-keys witness add | list | remove``: who watches that the log only grows."""

import re

import click

from obacht_keys.cli.context import opened_registry
from obacht_keys.log import opening
from obacht_keys.settings import Home
from obacht_keys.watchers import Watcher, Watchers
from obacht_protocol.checkpoints import WitnessKey
from obacht_protocol.errors import NoteError

_URL = re.compile(r"(https://[a-z0-9.-]+|http://(127\.0\.0\.1|localhost|\[::1\]))(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


@click.group()
def witness() -> None:
    """Say who watches that the log only grows."""


@witness.command()
@click.argument("url")
@click.argument("vkey")
@click.pass_obj
def add(home: Home, url: str, vkey: str) -> None:
    """Have every checkpoint cosigned by the witness at URL, whose key is VKEY. It must know the log's key."""
    if not _URL.fullmatch(url):
        raise click.ClickException("A witness is at https://host[:port][/path] (http only on this machine).")
    try:
        watcher = Watcher(WitnessKey.parse(vkey.strip()), url.rstrip("/"))
    except NoteError as error:
        raise click.ClickException(
            "A witness's key has the form name+hash+base64, and is one for cosignatures."
        ) from error
    with opened_registry(home) as registry:
        opening.record(home, "witness-added", f"{watcher.key} at {watcher.url}")
        Watchers(registry).add(watcher)
    click.echo(f"{watcher.key.name} is asked from now on, and at every start.")


@witness.command("list")
@click.pass_obj
def list_(home: Home) -> None:
    """List the witnesses."""
    with opened_registry(home) as registry:
        for watcher in Watchers(registry).all():
            click.echo(f"{watcher.key.name}  {watcher.url}  {watcher.key}")


@witness.command()
@click.argument("name")
@click.pass_obj
def remove(home: Home, name: str) -> None:
    """Ask a witness no more."""
    with opened_registry(home) as registry:
        Watchers(registry).find(name)
        opening.record(home, "witness-removed", name)
        Watchers(registry).remove(name)
    click.echo(f"{name} is asked no more.")
