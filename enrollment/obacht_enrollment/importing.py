"""Taking in a file of records: every line is checked, and either all are taken in or none."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from obacht_enrollment import columns, ledger
from obacht_enrollment.columns import Fault, Line
from obacht_enrollment.records import LEVELS, MAX_YEARS, Place, Record, Subject, match_keys
from obacht_enrollment.store import Store
from obacht_enrollment.vault import Vault
from obacht_protocol.addresses import Side
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person, parse_birth_date

_COLUMN_OF: Final = {
    "family_name": columns.FAMILY_NAME,
    "given_names": columns.GIVEN_NAMES,
    "birth_name": columns.BIRTH_NAME,
    "birth_date": columns.BIRTH_DATE,
    "postcode": columns.POSTCODE,
    "street": columns.STREET,
    "house_number": columns.HOUSE_NUMBER,
}
_SIDES: Final[Mapping[str, Side]] = {
    "": "all",
    "alle": "all",
    "all": "all",
    "gerade": "even",
    "even": "even",
    "ungerade": "odd",
    "odd": "odd",
}
_GROUNDS: Final = {"hausverbot": "house-ban", "strafanzeige": "complaint", "strafantrag": "application"}
_DATE: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
# German days end at 22 hours UTC in summer. In winter that is an hour early, but it needs no table of time zones, and
# shows as the same date on a machine that runs on UTC.
_LAST_SECOND: Final = dt.time(21, 59, 59, tzinfo=dt.UTC)
_T = TypeVar("_T")


class _LineError(Exception):
    """A field of a line is wrong; it never leaves this module."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(field, code)
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file.

    Attributes:
        new: Records taken in.
        known: Records that were there already.
        faults: What is wrong, by line; then nothing was taken in.
    """

    new: int
    known: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a line is measured by.

    Attributes:
        deployment: Id of the deployment.
        contacts: Numbers of the contacts.
        default_contact: Of a line that names none.
        now: Unix seconds.
    """

    deployment: str
    contacts: Collection[int]
    default_contact: int
    now: int

    @property
    def today(self) -> dt.date:
        """The day at ``now``, in UTC."""
        return dt.datetime.fromtimestamp(self.now, dt.UTC).date()


def take_in(data: bytes, rules: Rules, vault: Vault, store: Store) -> Imported:
    """Take in a whole file in one transaction, or nothing of it.

    Args:
        data: The file.
        rules: What its lines are measured by.
        vault: Seals the records.
        store: Keeps them.

    Raises:
        ImportFileError: It is no table of records at all.
        StoreError: The records cannot be written.
    """
    records, faults = check(data, rules)
    if faults:
        return Imported(0, 0, tuple(faults))
    new, known = store.add_records(ledger.seal(vault, record, taken_in=rules.now) for record in records)
    return Imported(new, known, ())


def check(data: bytes, rules: Rules) -> tuple[list[Record], list[Fault]]:
    """Read a file and check every line; ``ImportFileError`` if it is no table of records at all."""
    lines, faults = columns.read(data)
    records = []
    for line in lines:
        wrong: list[Fault] = []
        record = _record(line, rules, wrong)
        if record is None:
            faults += wrong
        else:
            records.append(record)
    return records, sorted(faults, key=lambda fault: fault.line)


def _record(line: Line, rules: Rules, faults: list[Fault]) -> Record | None:
    """Make the record of a line, or add every fault that can be told at once."""
    level = _try(line, faults, _level)
    contact = _try(line, faults, lambda line: _contact(line, rules))
    valid_until = _try(line, faults, lambda line: _valid_until(line, rules))
    ground = _try(line, faults, _ground)
    file_number = _try(line, faults, lambda line: _required(line, columns.FILE_NUMBER))
    subject = _try(line, faults, lambda line: _subject(line, rules))
    if level is None or contact is None or valid_until is None or not ground or not file_number or subject is None:
        return None
    return Record(subject, level, contact, valid_until, ground, file_number)


def _try(line: Line, faults: list[Fault], read: Callable[[Line], _T]) -> _T | None:
    try:
        return read(line)
    except _LineError as error:
        faults.append(Fault(line.number, error.field, error.code))
    except IdentityError as error:
        faults.append(Fault(line.number, _COLUMN_OF[error.field], error.code))
    return None


def _required(line: Line, column: str) -> str:
    text = line.fields.get(column, "")
    if not text:
        raise _LineError(column, "empty")
    return text


def _level(line: Line) -> int:
    text = _required(line, columns.LEVEL)
    if text not in {str(level) for level in LEVELS}:
        raise _LineError(columns.LEVEL, "level")
    return int(text)


def _contact(line: Line, rules: Rules) -> int:
    text = line.fields.get(columns.CONTACT, "")
    if not text:
        return rules.default_contact
    if text not in {str(number) for number in rules.contacts}:
        raise _LineError(columns.CONTACT, "contact")
    return int(text)


def _valid_until(line: Line, rules: Rules) -> int:
    """Give the end of the day that is named, so that a record counts on its last day."""
    match = _DATE.fullmatch(_required(line, columns.VALID_UNTIL))
    if not match:
        raise _LineError(columns.VALID_UNTIL, "format")
    try:
        day = dt.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        raise _LineError(columns.VALID_UNTIL, "no_such_day") from None
    end = int(dt.datetime.combine(day, _LAST_SECOND).timestamp())
    if end <= rules.now:
        raise _LineError(columns.VALID_UNTIL, "past")
    # in tuples 29 February has an anniversary in every year
    if (day.year - MAX_YEARS, day.month, day.day) > (rules.today.year, rules.today.month, rules.today.day):
        raise _LineError(columns.VALID_UNTIL, "too_far")
    return end


def _ground(line: Line) -> str:
    text = _required(line, columns.GROUND).lower()
    if text not in _GROUNDS:
        raise _LineError(columns.GROUND, "ground")
    return _GROUNDS[text]


def _subject(line: Line, rules: Rules) -> Subject:
    person = any(line.fields.get(column) for column in columns.OF_PERSON)
    address = any(line.fields.get(column) for column in columns.OF_ADDRESS)
    if person == address:
        raise _LineError("", "both" if person else "neither")
    subject = _person(line, rules) if person else _place(line)
    match_keys(subject, rules.deployment)
    return subject


def _person(line: Line, rules: Rules) -> Person:
    date = parse_birth_date(_required(line, columns.BIRTH_DATE), rules.today)
    return Person(
        family_name=_required(line, columns.FAMILY_NAME),
        given_names=line.fields.get(columns.GIVEN_NAMES, ""),
        birth_date=date,
        birth_name=line.fields.get(columns.BIRTH_NAME, ""),
    )


def _place(line: Line) -> Place:
    side = line.fields.get(columns.SIDE, "").lower()
    if side not in _SIDES:
        raise _LineError(columns.SIDE, "side_word")
    address = Address(
        postcode=line.fields.get(columns.POSTCODE, ""),
        street=line.fields.get(columns.STREET, ""),
        house_number=line.fields.get(columns.HOUSE_NUMBER, ""),
    )
    return Place(address, _SIDES[side])
