"""``obacht-office restore``: an office out of a backup, or a test of whether that works."""

import datetime as dt
from pathlib import Path

import click

from obacht_enrollment import restoring
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.errors import SettingsError


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Eine andere office.toml als die der Sicherung, etwa mit einer anderen Datenbank. "
    "/ Another office.toml than the backup's, with another database for instance.",
)
@click.option(
    "--test",
    "only_test",
    is_flag=True,
    help="Nur prüfen: auspacken, aufschließen, alles öffnen, wieder wegräumen. "
    "/ Only test it: unpack, unlock, open everything, and clear away.",
)
@passphrase_option
@click.pass_obj
def restore(
    context: Context, file: Path, settings_file: Path | None, *, only_test: bool, passphrase_file: Path | None
) -> None:
    """Stellt aus einer Sicherung wieder her, in einen leeren Ordner. / Restore a backup into an empty folder."""
    with context.in_words():
        if only_test:
            passphrase = context.passphrase(passphrase_file)
            manifest, count = restoring.try_out(context.home, file, passphrase, context.clock())
        else:
            manifest = restoring.restore(file, context.folder, _read(settings_file))
    day = dt.datetime.fromtimestamp(manifest.made).astimezone().strftime("%d.%m.%Y %H:%M")
    if only_test:
        context.say(
            f"Die Sicherung vom {day} taugt: {count} Vorgänge und Einträge lassen sich öffnen.",
            f"The backup of {day} is good: {count} cases and records open.",
        )
        return
    context.say(
        f"Wiederhergestellt in {context.folder}, wie es am {day} war. Nun den Dienst starten (obacht-office serve); "
        "er veröffentlicht, was seither fehlt.",
        f"Restored into {context.folder}, as it was on {day}. Now start the service (obacht-office serve); it "
        "publishes what is missing since.",
    )
    context.say(
        "Die bisherige Stelle darf nicht weiterlaufen: Zwei Dienste würden einander ablösen.",
        "The office it came from must not go on: two services would replace each other's registers.",
    )


def _read(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("file-read", path=file) from error
