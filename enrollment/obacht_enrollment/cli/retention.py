"""``obacht-office retention run``: end and erase what has had its time, for cron where no service runs."""

from pathlib import Path

import click

from obacht_enrollment.cases import retaining
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.inbox import service as inbox


@click.group()
def retention() -> None:
    """Fristen der Fälle und Meldungen. / How long cases and reports stay."""


@retention.command("run")
@passphrase_option
@click.pass_obj
def run(context: Context, passphrase_file: Path | None) -> None:
    """Beendet und löscht, was fällig ist; der Dienst tut das von selbst. / End and erase what is due."""
    with context.office(passphrase_file) as office:
        done = retaining.run(office, context.clock())
        reports = inbox.erase_old(office, context.clock())
    context.say(
        f"{done.expired} abgelaufen, {done.dismissed} aufgegeben, {done.anonymised} anonymisiert, "
        f"{done.papers} Anträge und Anrufe ohne Fall und {reports} Meldungen gelöscht.",
        f"{done.expired} expired, {done.dismissed} given up, {done.anonymised} anonymised, "
        f"{done.papers} requests and calls without a case and {reports} reports erased.",
    )
    if done.damaged:
        context.progress(
            f"{done.damaged} davon ließen sich nicht öffnen; die Datenbank mit der Sicherung vergleichen.",
            f"{done.damaged} of these did not open; compare the database with the backup.",
        )
        raise SystemExit(1)
