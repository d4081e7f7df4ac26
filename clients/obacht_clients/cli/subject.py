"""Whom a check is about: collected from options, standard input or questions on the terminal."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import click

from obacht_clients.cli.console import Console, say
from obacht_protocol.descriptor import Purpose
from obacht_protocol.encoding import parse_json
from obacht_protocol.errors import EncodingError
from obacht_protocol.identity import Address, Person, parse_birth_date

PERSON_FIELDS: Final = ("family_name", "given_names", "birth_date", "birth_name")
ADDRESS_FIELDS: Final = ("postcode", "street", "house_number")
FIELDS: Final = (*PERSON_FIELDS, *ADDRESS_FIELDS, "purpose", "reference", "urgent")
_OPTIONAL: Final = {"birth_name"}
_MAX_INPUT: Final = 64 * 1024

Typed = dict[str, str]


def read_json(console: Console, data: bytes) -> Typed:
    """Read the fields from a JSON object of texts; ``UsageError`` in words if it is anything else."""
    try:
        value = parse_json(data) if len(data) <= _MAX_INPUT else None
    except EncodingError:
        value = None
    if isinstance(value, dict) and value.keys() <= set(FIELDS):
        typed = {name: text for name, text in value.items() if isinstance(text, str)}
        if len(typed) == len(value):
            return typed
    raise click.UsageError(console.text("not-json", ", ".join(FIELDS)))


def ask(console: Console, typed: Typed, purposes: Sequence[Purpose], *, address: bool) -> Typed:
    """Ask on the terminal for what is missing."""
    asked = ADDRESS_FIELDS if address else PERSON_FIELDS
    complete = dict(typed)
    for name in asked:
        if name not in complete:
            complete[name] = _prompt(_label(console, name), optional=name in _OPTIONAL)
    if "purpose" not in complete and len(purposes) > 1:
        say(f"{number}: {purpose.label}" for number, purpose in enumerate(purposes, 1))
        choice = click.prompt(console.text("purpose"), type=click.IntRange(1, len(purposes)))
        complete["purpose"] = purposes[choice - 1].id
    return complete


def require(console: Console, typed: Typed, *, address: bool) -> Typed:
    """Give what was typed if no field is missing; ``UsageError`` that names them otherwise."""
    needed = [name for name in (ADDRESS_FIELDS if address else PERSON_FIELDS) if name not in _OPTIONAL]
    missing = [console.language.fields[name] for name in needed if name not in typed]
    if missing:
        raise click.UsageError(console.text("required", ", ".join(missing)))
    return typed


def choose_purpose(console: Console, typed: Mapping[str, str], purposes: Sequence[Purpose]) -> str:
    """Give the purpose; where the deployment has but one, it need not be named."""
    if "purpose" in typed:
        return typed["purpose"]
    if len(purposes) > 1:
        raise click.UsageError(console.text("choose", ", ".join(f"{known.id} ({known.label})" for known in purposes)))
    return purposes[0].id if purposes else ""


def require_reason(console: Console, reason: str | None) -> str:
    """Give the reason of an urgent question, empty if it is none; ``UsageError`` if it is urgent without a reason."""
    if reason is not None and not reason.strip():
        raise click.UsageError(console.text("urgent-empty"))
    return (reason or "").strip()


def is_address(console: Console, typed: Typed, *, wanted: bool) -> bool:
    """Tell whether an address is meant; ``UsageError`` if it is a mixture."""
    address = wanted or not typed.keys().isdisjoint(ADDRESS_FIELDS)
    if address and not typed.keys().isdisjoint(PERSON_FIELDS):
        raise click.UsageError(console.text("either"))
    return address


def subject_of(typed: Mapping[str, str], today: dt.date, *, address: bool, guess: bool = False) -> Person | Address:
    """Make a person or an address of what was typed; ``IdentityError`` if it cannot be.

    Args:
        typed: The fields.
        today: The current date.
        address: Whether it is an address.
        guess: Whether a name may be in a script whose Latin spelling can only be guessed. Only where finding nothing is
            not told as if there were nothing.
    """
    if address:
        return Address(typed["postcode"], typed["street"], typed["house_number"])
    birth_date = parse_birth_date(typed["birth_date"], today)
    person = Person(typed["family_name"], typed["given_names"], birth_date, typed.get("birth_name", ""))
    return person if guess else person.check_script()


def _label(console: Console, name: str) -> str:
    label = console.language.fields[name]
    if name == "birth_date":
        return console.text("birth-date-hint", label)
    return console.text("optional", label) if name in _OPTIONAL else label


def _prompt(label: str, *, optional: bool) -> str:
    prompt: Callable[..., str] = click.prompt
    return prompt(label, default="", show_default=False) if optional else prompt(label)
