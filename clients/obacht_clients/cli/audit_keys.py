"""``obacht audit keys make | list | destroy``: the keys to which clients seal receipts, one for every month."""

from pathlib import Path

import click

from obacht_clients.audit import keyfile, looks, months
from obacht_clients.audit.months import Months
from obacht_clients.cli.auditor import (
    key_file_option,
    key_path,
    last_path,
    look_log,
    passphrase_option,
    read_descriptor,
    read_passphrase,
)
from obacht_clients.cli.console import Console, say
from obacht_clients.errors import ClientError
from obacht_clients.receipts import month_of


@click.group()
def keys() -> None:
    """The keys for receipts, one for every month."""


@keys.command("make")
@click.option("--from", "first", required=True, metavar="YYYY-MM", help="The first month.")
@click.option("--months", "count", type=click.IntRange(1, months.MOST), default=14, show_default=True, help="How many.")
@key_file_option
@passphrase_option
@click.pass_obj
def make(console: Console, *, first: str, count: int, key_file: Path | None, passphrase_file: Path | None) -> None:
    """Make keys ahead, locked by the auditor's passphrase; the safety office takes receipt-keys.json into a descriptor.

    Exit codes: 0 done, 1 refused (and why), 2 usage.
    """
    try:
        gone = look_log(console, key_file).read().destroyed
        passphrase = read_passphrase(console, passphrase_file)
        # so that no key is ever locked by a passphrase that was mistyped
        keyfile.unlock(key_path(console, key_file), passphrase)
        made = Months(console.home).make(first, count, passphrase, gone)
    except ClientError as error:
        console.fail(error)
    say([console.text("keys-made", count, made[0].month, made[-1].month, console.home / months.PUBLIC)])


@keys.command("list")
@key_file_option
@click.pass_obj
def list_keys(console: Console, *, key_file: Path | None) -> None:
    """List the keys, and whether the descriptor signed last names them. Exit codes: 0 done, 1 refused, 2 usage."""
    try:
        there = Months(console.home).keys()
        gone = look_log(console, key_file).read().destroyed
        signed = last_path(console, key_file).exists()
        named = read_descriptor(console, None, key_file).receipts if signed else ()
    except ClientError as error:
        console.fail(error)
    now = month_of(console.clock())
    for key in there:
        state = "keys-now" if key.month == now else "keys-past" if key.month < now else "keys-ahead"
        known = console.text("keys-named" if key in named else "keys-unnamed")
        say([f"{key.month}  {key.public_key.hex()}  {console.text(state)}, {known}"])
    say(f"{month}  {console.text('keys-destroyed')}" for month in sorted(gone - {key.month for key in there}))


@keys.command("destroy")
@click.option("--before", required=True, metavar="YYYY-MM", help="The first month whose key stays.")
@key_file_option
@passphrase_option
@click.pass_obj
def destroy(console: Console, *, before: str, key_file: Path | None, passphrase_file: Path | None) -> None:
    """Destroy keys at the end of their receipts' time: nobody can open those any more. It goes on the auditor's log.

    Copies in backups must be destroyed too. Exit codes: 0 done, 1 refused (and why), 2 usage.
    """
    own = Months(console.home)
    try:
        over = own.before(before)
        if over:
            root = keyfile.unlock(key_path(console, key_file), read_passphrase(console, passphrase_file))
            # On record first: what is destroyed and not written down would look like a key that was lost.
            facts = {"kind": looks.DESTROYED, "time": console.clock(), "months": over}
            look_log(console, key_file).append(facts, [root])
            own.destroy(over)
    except ClientError as error:
        console.fail(error)
    say([console.text("keys-gone", len(over), ", ".join(over))] if over else [console.text("keys-none")])
