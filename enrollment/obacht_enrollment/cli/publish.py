"""``obacht-office publish``: enrol who is missing, build the register, put it in force; then see to the next epoch."""

import asyncio
from pathlib import Path

import click

from obacht_clients.answers import OfficeWarning
from obacht_clients.words import LANGUAGES, sentences
from obacht_enrollment import publication, rotation
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.office import Office
from obacht_enrollment.outside import Outside
from obacht_enrollment.publication import Published


@click.command()
@click.option("--dry-run", is_flag=True, help="Nur bauen, nichts senden. / Build it and send nothing.")
@passphrase_option
@click.pass_obj
def publish(context: Context, dry_run: bool, passphrase_file: Path | None) -> None:
    """Veröffentlicht alle gültigen Einträge. / Publish all valid records."""
    with context.office(passphrase_file) as office:
        if dry_run:
            _tell_trial(context, publication.trial(office, context.clock))
        else:
            asyncio.run(_publish(context, office))


async def _publish(context: Context, office: Office) -> None:
    async with Outside.open(office.keys.publisher.seed, office.settings.matcher, context.clock) as outside:
        await _put_in_force(context, office, outside)
        descriptor, _ = publication.current_descriptor(office, context.clock())
        if not rotation.awaiting(office.store, descriptor, context.clock()):
            return
        told = _Told(context)
        if await rotation.prepare(
            office, outside, descriptor, context.clock, enrolled=told.enrolled_for, warned=told.warned
        ):
            await _put_in_force(context, office, outside)
        else:
            context.say(
                "Für die nächste Epoche trägt der Dienst schon ein; wie weit er ist: obacht-office epochs",
                "The service enrols for the next epoch already; how far it is: obacht-office epochs",
            )


async def _put_in_force(context: Context, office: Office, outside: Outside) -> None:
    told = _Told(context)
    done = await publication.publish(
        office, outside, context.clock, enrolled=told.enrolled, step=told.step, warned=told.warned
    )
    rows = done.register.bucket_rows << done.register.bits
    context.say(
        f"Register {done.sequence} ist veröffentlicht: {done.records} Einträge, {done.real_rows} echte "
        f"von {rows} Zeilen, Epoche {done.epoch}.",
        f"Register {done.sequence} is published: {done.records} records, {done.real_rows} real "
        f"of {rows} rows, epoch {done.epoch}.",
    )


def _tell_trial(context: Context, result: Published) -> None:
    rows = result.register.bucket_rows << result.register.bits
    context.say(
        f"Probe: {result.records} Einträge, {result.real_rows} echte von {rows} Zeilen; "
        f"{result.missing} noch nicht eingetragen.",
        f"Trial: {result.records} records, {result.real_rows} real of {rows} rows; {result.missing} not enrolled yet.",
    )


class _Told:
    """What a publication tells while it goes on, in the reader's language."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def enrolled(self, done: int, remaining: int) -> None:
        if done + remaining:
            self._context.progress(
                f"eingetragen: {done}, noch offen: {remaining}", f"enrolled: {done}, remaining: {remaining}"
            )

    def enrolled_for(self, epoch: int, done: int, remaining: int) -> None:
        if done + remaining:
            self._context.progress(
                f"für Epoche {epoch} eingetragen: {done}, noch offen: {remaining}",
                f"enrolled for epoch {epoch}: {done}, remaining: {remaining}",
            )

    def step(self, name: str, count: int) -> None:
        texts = {
            "build": (f"baue das Register aus {count} Einträgen", f"building the register of {count} records"),
            "send": (f"sende {count} Zeilen", f"sending {count} rows"),
        }
        self._context.progress(*texts[name])

    def warned(self, _: int, warning: OfficeWarning) -> None:
        text = sentences.conduct(warning, LANGUAGES[self._context.language])
        self._context.progress(text, text)
