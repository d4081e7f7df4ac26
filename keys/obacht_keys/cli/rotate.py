"""``obacht-keys rotate begin | finish``: take the next epoch's share in, and later destroy the one before it."""

from pathlib import Path

import click

from obacht_keys import destruction
from obacht_keys.cli.context import existing_file, in_words, lock_option, passphrase_file
from obacht_keys.cli.share import take_in
from obacht_keys.errors import CeremonyError
from obacht_keys.log import opening
from obacht_keys.settings import Home, Settings
from obacht_keys.trust import Trust
from obacht_protocol.transcript import Transcript
from obacht_service import files


@click.group()
def rotate() -> None:
    """Go over to the next epoch's key, in two steps between which both epochs are answered."""


@rotate.command()
@click.argument("transcript_file", metavar="TRANSCRIPT.JSON", type=existing_file)
@click.argument("sealed_file", metavar="SHARE.SEALED", type=existing_file)
@lock_option
@passphrase_file
@click.pass_obj
def begin(home: Home, *, transcript_file: Path, sealed_file: Path, lock: str, passphrase_file: Path | None) -> None:
    """Take the share of the next epoch in, beside that of the epoch in force."""
    with in_words():
        newest = max(home.shares)
        epoch = Transcript.parse(files.read(transcript_file)).epoch
        if epoch < newest:
            raise CeremonyError(f"epoch {newest} has begun here already; this share is of an epoch before it")
    take_in(home, transcript_file, sealed_file, lock=lock, passphrase_file=passphrase_file)
    click.echo("Now restart the service, which opens every share when it starts: systemctl restart obacht-keys,")
    click.echo("or end it with SIGTERM or Ctrl-C and call obacht-keys serve again. Questions go to the other offices")
    click.echo(
        f"meanwhile. Then it answers for the epochs {', '.join(map(str, home.shares))}; obacht-keys doctor lists them."
    )
    click.echo("Let the safety office enrol everybody anew, about 8 match keys for each person on record, with:")
    click.echo(f"obacht-keys enrolment release KEYS --epoch {epoch}. Tell them when you have done so.")
    click.echo("Once they say that an epoch is over: obacht-keys rotate finish")


@rotate.command()
@click.option("--epoch", type=click.IntRange(1, 2**32 - 1), required=True, help="Whose share to destroy.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def finish(home: Home, *, epoch: int, yes: bool) -> None:
    """Destroy the share of an epoch that is over, for ever, and put that on record."""
    with in_words():
        _check_over(home, epoch)
        if not yes:
            click.echo(f"Registers of epoch {epoch} cannot be asked about without this share any more.")
            click.confirm("Has the safety office said that this epoch is over?", abort=True)
        destruction.destroy(home, epoch, lambda: opening.record(home, "share-destroyed", f"epoch {epoch}"))
    click.echo(f"The share of epoch {epoch} is destroyed here, and that is on the log.")
    click.echo("A running service answers for it no more from now on. Restart it, so that its memory is empty too.")
    click.echo("Now destroy every copy there is elsewhere, and write down that you did:")
    click.echo(f"  backups of {home.share_of(epoch)}")
    click.echo(f"  the sealed share of epoch {epoch} that the dealer gave you: the transport key opens it still")
    click.echo("  snapshots of this disk; on flash memory an overwritten file may live on until the disk is wiped")


def _check_over(home: Home, epoch: int) -> None:
    """Refuse an epoch that the descriptor in force names still: somebody may be asking about its register."""
    found = Trust(home, Settings.load(home).deployment).current()
    if found is not None and epoch in {named.number for named in found.descriptor.epochs}:
        raise CeremonyError(
            f"the descriptor in force names epoch {epoch}; the safety office ends it with: obacht-office descriptor "
            f"draft --drop-epoch {epoch}, and puts the new descriptor in force here too"
        )
