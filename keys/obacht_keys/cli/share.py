"""``obacht-keys share accept | inspect``: take a share in, and say what everybody may know of it."""

from pathlib import Path

import click

from obacht_keys.cli.context import ask, cost_of, existing_file, in_words, lock_option, passphrase_file
from obacht_keys.custody import Custody, PublicFacts, TransportKey
from obacht_keys.errors import CeremonyError
from obacht_keys.log import opening
from obacht_keys.settings import Home, Settings
from obacht_protocol.encoding import base64url
from obacht_protocol.transcript import Card, Transcript
from obacht_service import files, passphrases


@click.group()
def share() -> None:
    """Take a key share in, or look at its public facts."""


@share.command()
@click.argument("transcript_file", metavar="TRANSCRIPT.JSON", type=existing_file)
@click.argument("sealed_file", metavar="SHARE.SEALED", type=existing_file)
@lock_option
@passphrase_file
@click.pass_obj
def accept(home: Home, *, transcript_file: Path, sealed_file: Path, lock: str, passphrase_file: Path | None) -> None:
    """Open this office's sealed share, check it against the transcript, and lock it. Nothing is overwritten."""
    take_in(home, transcript_file, sealed_file, lock=lock, passphrase_file=passphrase_file)


@share.command()
@click.argument("file", metavar="SHARE.LOCKED", type=existing_file)
@passphrase_file
def inspect(file: Path, passphrase_file: Path | None) -> None:
    """Show what everybody may know of a locked share, and nothing else."""
    with in_words():
        facts = Custody.unlock(files.read(file), passphrases.read(passphrase_file, ask)).facts
    _tell(facts)


def take_in(home: Home, transcript_file: Path, sealed_file: Path, *, lock: str, passphrase_file: Path | None) -> None:
    """Take a sealed share in, and tell what came of it."""
    with in_words():
        settings = Settings.load(home)
        cost = cost_of(lock, settings.deployment)
        transcript = Transcript.parse(files.read(transcript_file))
        passphrase = passphrases.read(passphrase_file, ask)
        transport = TransportKey.unlock(files.read(home.transport), passphrase)
        custody = transport.open(files.read(sealed_file), transcript)
        _check_ours(settings, Card.parse(files.read(home.card)), transport, transcript)
        path = home.share_of(transcript.epoch)
        known = path.exists()
        if not known:
            words = f"epoch {transcript.epoch}, SHA-256 of the transcript {transcript.digest.hex()}"
            opening.record(home, "share-accepted", words)
            files.write_new(path, custody.lock(passphrase, cost))
        elif Custody.unlock(files.read(path), passphrase).facts != custody.facts:
            raise CeremonyError(f"{path} holds another share of this epoch, and is never overwritten")
    click.echo(f"{path} holds this share already; nothing was changed." if known else f"Took the share in: {path}")
    _tell(custody.facts)
    click.echo("Compare this with the other offices. Back the file up, and destroy the sealed one.")
    click.echo(f"SHA-256 of the transcript {transcript.digest.hex()}")


def _check_ours(settings: Settings, card: Card, transport: TransportKey, transcript: Transcript) -> None:
    (seat,) = (office for office in transcript.offices if office.transport_key == transport.public)
    if (transcript.deployment, seat.url) != (settings.deployment, settings.origin):
        raise CeremonyError("the ceremony names another deployment or another address than this office's settings")
    if seat.log != card.log:
        raise CeremonyError("the ceremony names another log of questions than this office's own")


def _tell(facts: PublicFacts) -> None:
    click.echo(f"Deployment    {facts.deployment}")
    click.echo(f"Epoch         {facts.epoch}")
    click.echo(f"Office        {facts.index}")
    click.echo(f"Needed        {facts.threshold}")
    click.echo(f"Public key    {base64url(facts.public_key)}")
    click.echo(f"Public share  {base64url(facts.public_share)}")
