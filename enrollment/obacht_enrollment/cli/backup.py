"""``obacht-office backup``: everything that belongs to the office, in one file."""

from pathlib import Path

import click

from obacht_enrollment.backing_up import back_up
from obacht_enrollment.cli.context import Context


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(context: Context, file: Path) -> None:
    """Sichert die ganze Stelle in eine Datei, auch im Betrieb. / Back all of the office up into one file.

    Braucht keine Passphrase; alles bleibt so verschlossen, wie es auf der Platte liegt. / Needs no passphrase; all of
    it stays as sealed and locked as it is on the disk.
    """
    with context.in_words():
        made = back_up(context.home, file, context.clock())
    context.say(
        f"Gesichert in {file} (Stand {made.revision}). SHA-256: {made.digest.hex()}",
        f"Backed up into {file} (revision {made.revision}). SHA-256: {made.digest.hex()}",
    )
    context.say(
        f"Ob sie taugt, sagt: obacht-office restore --test {file}",
        f"Whether it is any good, say: obacht-office restore --test {file}",
    )
