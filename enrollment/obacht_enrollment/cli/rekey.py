"""``obacht-office rekey``: a new office key and a new passphrase."""

from pathlib import Path

import click

from obacht_enrollment import rekeying
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.home import NEXT_OFFICE_KEY


@click.command()
@click.option(
    "--new-passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Die erste Zeile ist die neue Passphrase; sonst Eingabe. / Its first line is the new one; otherwise a prompt.",
)
@click.option(
    "--abandon",
    is_flag=True,
    help="Einen begonnenen Wechsel fallen lassen, der die Einträge noch nicht erreicht hat. "
    "/ Drop a change that was begun and has not reached the records.",
)
@passphrase_option
@click.pass_obj
def rekey(context: Context, *, new_passphrase_file: Path | None, abandon: bool, passphrase_file: Path | None) -> None:
    """Wechselt Schlüssel und Passphrase der Stelle. / Change the office's key and passphrase.

    Der Dienst muss beendet sein. Unterbrochen, wird beim nächsten Aufruf mit denselben Passphrasen weitergemacht.
    / The service must have ended. Where it is interrupted, the next call with the same passphrases goes on.
    """
    with context.in_words():
        old = context.passphrase(passphrase_file)
        if abandon:
            rekeying.abandon(context.home, old)
            context.say("Fallen gelassen; alles ist wie vorher.", "Dropped; all is as before.")
            return
        going_on = context.home.has(NEXT_OFFICE_KEY)
        new = context.passphrase(new_passphrase_file, new=not going_on, other=True)
        rekeying.rekey(context.home, old, new, context.clock())
    context.say(
        "Gewechselt. Nun den Dienst starten und neu sichern; ältere Sicherungen öffnet nur die alte Passphrase: "
        "vernichten Sie sie.",
        "Changed. Now start the service and make a new backup; older backups open with the old passphrase only: please "
        "destroy them.",
    )
