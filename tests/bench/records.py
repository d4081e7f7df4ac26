"""Records in an office's database: people by the thousand, without asking a key office about each."""

import dataclasses
import datetime as dt
import itertools
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from bench.parties import NAME, listed
from obacht_enrollment import epochs, ledger
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import Role, User
from obacht_enrollment.cases import intake
from obacht_enrollment.cases.content import Content, Ground, Name
from obacht_enrollment.cases.dates import Birth, day_of
from obacht_enrollment.cases.transaction import writing
from obacht_enrollment.errors import AccountError
from obacht_enrollment.office import Office
from obacht_enrollment.records import match_keys
from obacht_enrollment.settings import new_settings
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.identity import Person
from obacht_protocol.locks import CHEAPEST
from obacht_protocol.rows import PRK_LENGTH

_TWO_YEARS: Final = 2 * 365 * 86_400


def new_office(folder: Path) -> Office:
    """Make an office without records, unlocked."""
    matcher = "http://127.0.0.1:1"  # nothing is sent there
    settings = new_settings(deployment=NAME, matcher=matcher, office="bench", phone="1", stretch="CHEAPEST")
    return Office.create(folder, b"an invented passphrase", settings, CHEAPEST)


class Invented(NamedTuple):
    """A person, and how many match keys, and so rows, she has."""

    person: Person
    keys: int


def many() -> Iterator[Invented]:
    """Give the demo's people again and again, each time born on another day."""
    known = [(person, len(match_keys(person, NAME))) for person in listed()]
    for days in itertools.count(1):
        for person, keys in known:
            born = person.birth_date - dt.timedelta(days=days)  # type: ignore[operator] # none is a year alone
            yield Invented(dataclasses.replace(person, birth_date=born), keys)


def take_in(office: Office, persons: Iterable[Person]) -> None:
    """Take people in as an import does, and approve them; they are not yet enrolled."""
    now = int(time.time())
    number = len(intake.known(office)) + 1
    importer, approver = (user(office, role) for role in (Role.CASE_WORKER, Role.APPROVER))
    with writing(office, now) as transaction:
        entries = (_entry(place, person, now) for place, person in enumerate(persons, number))
        intake.take_in(transaction, importer, entries, number)
    done = intake.approve(office, approver, number, now)
    if done.left or done.waiting:
        raise AssertionError("not all people are in force")


def user(office: Office, role: Role) -> User:
    try:
        return users.find(office, role)
    except AccountError:
        return users.add(office, None, login=role, name="bench", roles=[role], now=int(time.time())).user


def _entry(number: int, person: Person, now: int) -> tuple[Content, bytes]:
    born = person.birth_date
    content = Content(
        name=Name(person.family_name, person.given_names, person.birth_name),
        birth=Birth(born.year, born.month, born.day),  # type: ignore[union-attr] # none is a year alone
        ground=Ground("complaint", f"B {number}"),
        level=2,
        contact=1,
        end=day_of(now + _TWO_YEARS),
    )
    return content, number.to_bytes(32, "big")


def fill(office: Office, descriptor: Descriptor, rows: int) -> None:
    """Take people in who stand for exactly this many rows, each enrolled with random keys in place of derived ones."""
    epoch_id = epochs.identify(descriptor.deployment, descriptor.epoch)
    chosen = _standing_for(rows)
    take_in(office, [person for person, _ in chosen])
    there = office.store.not_enrolled(epoch_id, int(time.time()))
    prks = {
        row.number: ledger.seal_prks(office.vault, row, epoch_id, [os.urandom(PRK_LENGTH) for _ in range(keys)])
        for row, (_, keys) in zip(there, chosen, strict=True)
    }
    office.store.add_enrolments(descriptor.epoch.number, epoch_id, prks)


def _standing_for(rows: int) -> list[Invented]:
    chosen = []
    for person, keys in many():
        chosen.append(Invented(person, min(keys, rows)))
        rows -= min(keys, rows)
        if not rows:
            break
    return chosen
