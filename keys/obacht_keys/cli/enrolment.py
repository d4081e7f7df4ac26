"""``obacht-keys enrolment release | show``: how many match keys the safety office may enrol."""

import click

from obacht_keys.cli.context import in_words, opened_registry
from obacht_keys.log import opening
from obacht_keys.settings import Home

_EPOCH = click.IntRange(1, 2**32 - 1)


@click.group()
def enrolment() -> None:
    """Say how many match keys the safety office may enrol; a stolen office key opens no more than these."""


@enrolment.command()
@click.argument("keys", type=click.IntRange(1, 100_000_000))
@click.option("--epoch", type=_EPOCH, required=True, help="For which epoch.")
@click.pass_obj
def release(home: Home, keys: int, *, epoch: int) -> None:
    """Release so many match keys more: about 8 for each person on record."""
    with opened_registry(home) as registry:
        words = f"{keys} match keys more for epoch {epoch}, {registry.released(epoch) + keys} in all"
        opening.record(home, "enrolment-released", words)
        registry.release(epoch, keys)
    click.echo(f"Released from now on, and on the log: {words}.")


@enrolment.command()
@click.option("--epoch", type=_EPOCH, required=True, help="Of which epoch.")
@click.pass_obj
def show(home: Home, *, epoch: int) -> None:
    """Show how many match keys were released, and how many of them are used."""
    with opened_registry(home) as registry:
        released = registry.released(epoch)
    with in_words(), opening.reach(home) as call:
        used = call("enrolled").get(epoch, 0)
    click.echo(f"Epoch {epoch}: {used} of {released} match keys are used.")
