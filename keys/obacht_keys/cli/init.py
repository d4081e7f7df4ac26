"""``obacht-keys init``: make an office."""

from pathlib import Path

import click

from obacht_keys.cli.context import ask_twice, cost_of, in_words, lock_option, passphrase_file
from obacht_keys.custody import TransportKey
from obacht_keys.log import opening
from obacht_keys.log.key import LogKey, log_name
from obacht_keys.registry import Registry
from obacht_keys.settings import Home, Settings
from obacht_protocol.encoding import base64url
from obacht_protocol.transcript import Card
from obacht_service import files, passphrases


@click.command()
@click.option("--deployment", required=True, help="Id of the deployment: a-z, 0-9, dot, hyphen.")
@click.option("--origin", required=True, help="Where clients find this office, as https://keys.example.org")
@click.option("--name", required=True, help="The office's name, for people.")
@lock_option
@passphrase_file
@click.pass_obj
def init(home: Home, *, deployment: str, origin: str, name: str, lock: str, passphrase_file: Path | None) -> None:
    """Make an office, its transport key, and its log of questions. What is there is never overwritten."""
    cost = cost_of(lock, deployment)
    with in_words():
        settings = Settings(deployment, origin, name)
        files.private_folder(home.folder)
        for path in (home.settings, home.transport, home.log_key, home.log, home.card):
            if path.exists():
                raise click.ClickException(f"{path} exists already and is never overwritten.")
        passphrase = passphrases.read(passphrase_file, ask_twice, new=True)
        transport = TransportKey.generate()
        log_key = LogKey.generate(log_name(origin, deployment))
        files.write_new(home.transport, transport.lock(passphrase, cost))
        files.write_new(home.log_key, log_key.lock(passphrase, cost))
        files.write_new(home.settings, settings.encode())
        Registry(home.registry).close()
        opening.make(home, f"{name}, {origin}")
        vkey = str(log_key.verify_key)
        files.write_new(home.card, Card(deployment, name, origin, transport.public, log=vkey).encode())
    click.echo(f"Made in {home.folder}: back it up, and keep the passphrase elsewhere.")
    click.echo(f"Give {home.card} to whoever deals the key, and tell them the transport key yourself, so that they can")
    click.echo(f"compare it: {base64url(transport.public)}")
    click.echo(f"Tell the auditor and every witness the key of this office's log: {vkey}")
