"""``obacht-office publish``: enrol who is missing, build the register, put it in force."""

import asyncio
from pathlib import Path

import click

from obacht_enrollment import publication
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.outside import Outside
from obacht_enrollment.publication import Published


@click.command()
@click.option("--dry-run", is_flag=True, help="Nur bauen, nichts senden. / Build it and send nothing.")
@passphrase_option
@click.pass_obj
def publish(context: Context, dry_run: bool, passphrase_file: Path | None) -> None:
    """Veröffentlicht alle gültigen Einträge. / Publish all valid records."""

    def enrolled(done: int, remaining: int) -> None:
        if done + remaining:
            context.progress(
                f"eingetragen: {done}, noch offen: {remaining}", f"enrolled: {done}, remaining: {remaining}"
            )

    def step(name: str, count: int) -> None:
        texts = {
            "build": (f"baue das Register aus {count} Einträgen", f"building the register of {count} records"),
            "send": (f"sende {count} Zeilen", f"sending {count} rows"),
        }
        context.progress(*texts[name])

    with context.office(passphrase_file) as office:

        async def walk() -> Published:
            async with Outside.open(office.keys.publisher.seed, office.settings.matcher, context.clock) as outside:
                return await publication.publish(office, outside, context.clock, enrolled=enrolled, step=step)

        result = publication.trial(office, context.clock) if dry_run else asyncio.run(walk())
    rows = result.register.bucket_rows << result.register.bits
    if dry_run:
        context.say(
            f"Probe: {result.records} Einträge, {result.real_rows} echte von {rows} Zeilen; "
            f"{result.missing} noch nicht eingetragen.",
            f"Trial: {result.records} records, {result.real_rows} real of {rows} rows; "
            f"{result.missing} not enrolled yet.",
        )
    else:
        context.say(
            f"Register {result.sequence} ist veröffentlicht: {result.records} Einträge, {result.real_rows} echte "
            f"von {rows} Zeilen.",
            f"Register {result.sequence} is published: {result.records} records, {result.real_rows} real "
            f"of {rows} rows.",
        )
