"""``obacht-keys quota show | set``: about how many persons departments may ask."""

import click

from obacht_keys.cli.context import opened_registry
from obacht_keys.limits import Limits
from obacht_keys.log import opening
from obacht_keys.log.quotas import DEPARTMENT, DEPLOYMENT, DEVICE, URGENT
from obacht_keys.registry import DEPARTMENT as ASKS
from obacht_keys.registry import MAX_LIMIT
from obacht_keys.settings import Home

_persons = click.IntRange(0, MAX_LIMIT)


@click.group()
def quota() -> None:
    """Say about how many persons may be asked, in moving windows."""


@quota.command()
@click.pass_obj
def show(home: Home) -> None:
    """Show the limits of a user, for each department."""
    with opened_registry(home) as registry:
        click.echo(_line("every department without limits of its own", registry.limits()))
        for department in registry.departments():
            if department.kind == ASKS and department.limits != department.deployment:
                click.echo(_line(department.name, department.limits))
    click.echo(
        f"A device may ask {DEVICE} times, a department {DEPARTMENT} times, all together {DEPLOYMENT} times that."
    )
    click.echo(f"Over that, {URGENT} persons a day for each user, urgently and with a reason.")


@quota.command("set")
@click.argument("department", required=False)
@click.option("--user-day", type=_persons, help="Persons within 24 hours, in questions about one.")
@click.option("--user-burst", type=_persons, help="Persons within ten minutes, in questions about one.")
@click.option("--list-day", type=_persons, help="Persons within 24 hours, in lists.")
@click.pass_obj
def set_(
    home: Home, department: str | None, *, user_day: int | None, user_burst: int | None, list_day: int | None
) -> None:
    """Change a user's limits in a department; without one, in all that have none of their own, and for all together."""
    given = {"user_day": user_day, "user_burst": user_burst, "list_day": list_day}
    changes = {name: limit for name, limit in given.items() if limit is not None}
    if not changes:
        raise click.ClickException("Name at least one limit.")
    with opened_registry(home) as registry:
        before = registry.limits() if department is None else registry.department(department).limits
        limits = before._replace(**changes)
        line = _line(department or "every department without limits of its own", limits)
        opening.record(home, "quota-changed", line)
        registry.set_limits(limits, department)
    click.echo(f"In force from now on, and on the log: {line}")


def _line(whose: str, limits: Limits) -> str:
    return f"{whose}: {limits.user_day} in 24 hours, {limits.user_burst} in ten minutes, {limits.list_day} in lists"
