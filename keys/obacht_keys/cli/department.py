"""``obacht-keys department add | list | disable``: which departments may ask."""

import click

from obacht_keys.cli.context import opened_registry
from obacht_keys.registry import AUDITOR, DEPARTMENT, OFFICE
from obacht_keys.settings import Home


@click.group()
def department() -> None:
    """Say which departments may ask."""


@department.command("add")
@click.argument("name")
@click.option("--office", "kind", flag_value=OFFICE, help="It is the safety office, which enrols and does not ask.")
@click.option("--auditor", "kind", flag_value=AUDITOR, help="It is an auditor, who reads the log's details.")
@click.pass_obj
def add(home: Home, name: str, kind: str | None) -> None:
    """Add a department, or enable it again."""
    with opened_registry(home) as registry:
        added = registry.add_department(name, kind or DEPARTMENT)
    what = {OFFICE: "enrol", AUDITOR: "read the log's details"}.get(added.kind, "ask")
    click.echo(f"{added.name} ({added.kind}) may {what} with the devices that are added to it.")


@department.command("list")
@click.pass_obj
def list_(home: Home) -> None:
    """List the departments."""
    with opened_registry(home) as registry:
        for found in registry.departments():
            click.echo(f"{found.name}  {found.kind}  {'enabled' if found.enabled else 'disabled'}")


@department.command("disable")
@click.argument("name")
@click.pass_obj
def disable(home: Home, name: str) -> None:
    """Refuse all devices of a department from now on."""
    with opened_registry(home) as registry:
        found = registry.disable_department(name)
    click.echo(f"{found.name} is refused from now on.")
