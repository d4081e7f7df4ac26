"""``obacht-office list``: the records, or whose row bore a case reference."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import click

from obacht_enrollment import epochs, rotation, words
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.errors import PublishingError
from obacht_enrollment.home import Home
from obacht_enrollment.lookup import find_case, read_reference
from obacht_enrollment.office import Office, descriptor_in_force, open_store
from obacht_enrollment.store import Store
from obacht_enrollment.tables import RecordRow


@click.command("list")
@click.option("--reference", help="Wessen Kennung ist das? Braucht die Passphrase. / Whose case reference is this?")
@passphrase_option
@click.pass_obj
def list_(context: Context, reference: str | None, passphrase_file: Path | None) -> None:
    """Zeigt, was veröffentlicht wird: Nummer, Fall, Stufe, gültig bis, Stand. / Show what is published."""
    if reference is None:
        with context.in_words(), open_store(context.home) as store:
            _show(context, store.records(), _enrolled(context.home, store))
            _show_rotation(context, store)
        return
    with context.office(passphrase_file) as office:
        rows = _of_reference(context, office, reference)
        _show(context, rows, _enrolled(office.home, office.store))


def _show_rotation(context: Context, store: Store) -> None:
    """Tell how far the next epoch is, while there is one."""
    found = descriptor_in_force(context.home)
    if found and len(found[0].epochs) > 1:
        for standing in rotation.standings(store, found[0], context.clock()):
            click.echo(words.standing(standing, context.language))


def _of_reference(context: Context, office: Office, reference: str) -> list[RecordRow]:
    case = find_case(office, read_reference(reference))
    if case is None:
        raise PublishingError("reference-unknown")
    sequence = case.publication.sequence
    context.say(f"Aus Register {sequence}:", f"From register {sequence}:")
    return case.records


def _enrolled(home: Home, store: Store) -> frozenset[int]:
    """Give the numbers of the records enrolled for the epoch published, or for the one to be published first."""
    latest = store.latest_publication()
    if latest is not None:
        return store.enrolled_numbers(latest.epoch_id)
    found = descriptor_in_force(home)
    if found is None:
        return frozenset()
    return store.enrolled_numbers(epochs.identify(found[0].deployment, epochs.in_order(found[0])[-1]))


def _show(context: Context, rows: Iterable[RecordRow], enrolled: frozenset[int]) -> None:
    context.say(
        "Nummer    Fall  Art     Stufe  gültig bis  Stand",
        "Number    Case  Kind    Level  Valid until State",
    )
    now = context.clock()
    kinds = {"person": ("Person", "person"), "address": ("Adresse", "address")}
    for row in rows:
        kind = kinds[row.kind][context.language == "en"]
        state = _state(context, row, enrolled, now)
        day = dt.datetime.fromtimestamp(row.valid_until, dt.UTC).strftime("%d.%m.%Y")
        click.echo(f"{row.number:6}  {row.case or '-':>6}  {kind:7} {row.level:5}  {day}  {state:15}".rstrip())


def _state(context: Context, row: RecordRow, enrolled: frozenset[int], now: int) -> str:
    if row.valid_until <= now:
        german, english = "abgelaufen", "expired"
    elif row.number in enrolled:
        german, english = "eingetragen", "enrolled"
    else:
        german, english = "neu", "new"
    return german if context.language == "de" else english
