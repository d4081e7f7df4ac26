"""``obacht-keys ceremony deal | verify``: share a fresh key among offices offline, and check that it was done so."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from obacht_keys import ceremony as dealer
from obacht_keys.cli.context import existing_file, in_words
from obacht_protocol.encoding import base64url
from obacht_protocol.transcript import Card, Transcript
from obacht_service import files

TRANSCRIPT: Final = "transcript.json"
_FIRST_EPOCH: Final = 1
_USUAL_THRESHOLD: Final = 2


@click.group()
def ceremony() -> None:
    """Share a key among offices, so that none of them holds it alone."""


@ceremony.command()
@click.argument("cards", metavar="OFFICE.JSON...", type=existing_file, nargs=-1, required=True)
@click.option(
    "--threshold",
    type=click.IntRange(1, dealer.MAX_INDEX),
    help="Offices needed. Without it: as in the ceremony before, or else 2.",
)
@click.option(
    "--epoch",
    type=click.IntRange(1, 2**32 - 1),
    help="Number of the epoch. Without it: the one after the ceremony before, or else 1.",
)
@click.option(
    "--previous",
    type=existing_file,
    help="transcript.json of the ceremony before: every office keeps its number, and a new one gets a new number.",
)
@click.option(
    "--index",
    "indices",
    type=click.IntRange(1, dealer.MAX_INDEX),
    multiple=True,
    help="The same by hand: once for each file, in their order. Without both: 1, 2, 3 ...",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A new folder for what is made."
)
def deal(
    cards: tuple[Path, ...],
    *,
    threshold: int | None,
    epoch: int | None,
    previous: Path | None,
    indices: tuple[int, ...],
    out: Path,
) -> None:
    """Make a key and share it among the offices whose files are named. The key itself is kept nowhere."""
    if previous and indices:
        raise click.ClickException("Name --previous or --index, not both.")
    if indices and len(indices) != len(cards):
        raise click.ClickException("Name --index once for each office, or not at all.")
    if out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty; what is there is never overwritten.")
    with in_words():
        named = [Card.parse(files.read(path)) for path in cards]
        before = Transcript.parse(files.read(previous)) if previous else None
        number = epoch or (before.epoch + 1 if before else _FIRST_EPOCH)
        needed = threshold or (before.threshold if before else _USUAL_THRESHOLD)
        numbers = dealer.succeed(before, named, number) if before else indices or range(1, len(cards) + 1)
        offices = dict(zip(_different(numbers), named, strict=True))
        transcript, sealed = dealer.deal(offices, needed=needed, epoch=number)
        files.private_folder(out)
        for index, share in sealed.items():
            files.write_new(out / sealed_name(index), share)
        files.write_new(out / TRANSCRIPT, transcript.encode())
    _tell(transcript)
    click.echo("Compare the transport keys with what the offices say of themselves, by telephone or face to face.")
    for office in transcript.offices:
        click.echo(f"Give {office.name}: {out / TRANSCRIPT} and {out / sealed_name(office.index)}")
    click.echo(f"Give the safety office and the auditor: {out / TRANSCRIPT}")
    click.echo("When every office has taken its share in, destroy the sealed shares here. The key was kept nowhere.")


@ceremony.command()
@click.argument("file", metavar="TRANSCRIPT.JSON", type=existing_file)
def verify(file: Path) -> None:
    """Compute every public share from the commitments, and show what to compare. Anybody can do this."""
    with in_words():
        transcript = Transcript.parse(files.read(file))
    _tell(transcript)
    click.echo("Every public share is what the commitments say. Compare the hash with what the key offices were shown.")


def sealed_name(index: int) -> str:
    """Give the name of the file with an office's sealed share."""
    return f"share-{index}.sealed"


def _different(numbers: Sequence[int]) -> Sequence[int]:
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    if twice:
        raise click.ClickException(f"Two offices cannot both have the number {twice[0]}.")
    return numbers


def _tell(transcript: Transcript) -> None:
    count = len(transcript.offices)
    click.echo(
        f"{transcript.deployment}, epoch {transcript.epoch}: {transcript.threshold} of {count} offices are needed."
    )
    click.echo(f"Public key {base64url(transcript.public_key)}")
    for office in transcript.offices:
        key = base64url(office.transport_key)
        click.echo(f"  {office.index}  {office.name}, {office.url}, transport key {key}")
    click.echo(f"SHA-256 of the transcript {transcript.digest.hex()}")
