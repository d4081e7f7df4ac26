"""``obacht-office device add | list | revoke``: with which devices departments may report."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import click

from obacht_enrollment.cli.context import Context
from obacht_enrollment.inbox import devices
from obacht_enrollment.inbox.device_store import DeviceStore
from obacht_enrollment.office import open_store

_HYPHENS = {"ignore_unknown_options": True}
"""Keys and ids of devices may begin with a hyphen."""


@click.group()
def device() -> None:
    """Geräte der Dienststellen, von denen Meldungen kommen. / Departments' devices that reports are taken from."""


@device.command("add", context_settings=_HYPHENS)
@click.argument("department")
@click.argument("public_key")
@click.option(
    "--label", required=True, help="Wo es steht, für Menschen; kein Name. / Where it is, for people; no name."
)
@click.pass_obj
def add(context: Context, department: str, public_key: str, label: str) -> None:
    """Nimmt Meldungen von einem Gerät an. / Take reports from a device, by the key that it shows itself."""
    with _devices(context) as listed:
        row = devices.add(listed, department, public_key, label, context.clock())
    context.say(f"{row.id} darf für {row.department} melden.", f"{row.id} may report for {row.department}.")


@device.command("list")
@click.pass_obj
def list_(context: Context) -> None:
    """Zeigt die Geräte, auch die gesperrten. / List the devices, the revoked ones too."""
    with _devices(context) as listed:
        rows = listed.all()
    for row in rows:
        added, revoked = _day(row.added), _day(row.revoked)
        german = f"gesperrt {revoked}" if row.revoked else "in Gebrauch"
        english = f"revoked {revoked}" if row.revoked else "in use"
        context.say(
            f"{row.id}  {row.department}  {row.label}  eingetragen {added}  {german}",
            f"{row.id}  {row.department}  {row.label}  added {added}  {english}",
        )


@device.command("revoke", context_settings=_HYPHENS)
@click.argument("device_id")
@click.pass_obj
def revoke(context: Context, device_id: str) -> None:
    """Nimmt von einem Gerät nichts mehr an, endgültig. / Take nothing more from a device, for good."""
    with _devices(context) as listed:
        row = listed.revoke(device_id, context.clock())
    context.say(
        f"Von {row.id} ({row.department}) wird nichts mehr angenommen.",
        f"Nothing more is taken from {row.id} ({row.department}).",
    )


@contextmanager
def _devices(context: Context) -> Iterator[DeviceStore]:
    with context.in_words(), open_store(context.home) as store:
        yield DeviceStore(store.database)


def _day(moment: int) -> str:
    return dt.datetime.fromtimestamp(moment).astimezone().strftime("%d.%m.%Y")
