"""What a line says of a case: its fields read, checked by the rules of cases, and held against the street list."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from obacht_enrollment.cases.content import Content, Ground, Name, Place
from obacht_enrollment.cases.dates import UNKNOWN, Birth
from obacht_enrollment.cases.obstacles import MISSING, Obstacle, obstacles
from obacht_enrollment.cases.obstacles import Rules as CaseRules
from obacht_enrollment.cases.states import Origin
from obacht_enrollment.imports import columns, dates, house_numbers
from obacht_enrollment.imports.faults import FieldError
from obacht_enrollment.imports.lines import Fault, Line
from obacht_enrollment.streets.index import StreetIndex
from obacht_protocol import addresses
from obacht_protocol.errors import IdentityError

_T = TypeVar("_T")
_LEVEL: Final = re.compile("(?:stufe|level)? ?([23])", re.IGNORECASE)
_GROUNDS: Final[Mapping[str, str]] = {
    "hausverbot": "house-ban",
    "house ban": "house-ban",
    "strafanzeige": "complaint",
    "anzeige": "complaint",
    "criminal complaint": "complaint",
    "complaint": "complaint",
    "strafantrag": "application",
    "application for prosecution": "application",
    "application": "application",
}
_BETWEEN_ALIASES: Final = re.compile("[|;]")
_NO_STREETS: Final = StreetIndex(())
_SUPPOSED: Final = Birth(1950)
_COLUMNS: Final[Mapping[str, str]] = {
    "name": columns.FAMILY_NAME,
    "name.family_name": columns.FAMILY_NAME,
    "name.given_names": columns.GIVEN_NAMES,
    "name.birth_name": columns.BIRTH_NAME,
    "aliases.family_name": columns.ALIAS,
    "aliases.given_names": columns.ALIAS,
    "birth": columns.BIRTH_DATE,
    "birth.year": columns.BIRTH_DATE,
    "age_reason": columns.BIRTH_DATE,
    "places.postcode": columns.POSTCODE,
    "places.street": columns.STREET,
    "places.house_number": columns.HOUSE_NUMBER,
    "ground.kind": columns.GROUND,
    "ground.file_number": columns.FILE_NUMBER,
    "ground.day": columns.GROUND_DAY,
    "level": columns.LEVEL,
    "contact": columns.CONTACT,
    "review": columns.REVIEW,
    "end": columns.VALID_UNTIL,
}
"""The column in which something in the document of a case stands."""
_ITEM: Final = re.compile(r"\.\d+")
_CHOSEN_LATER: Final = Obstacle("review", MISSING)
"""The day of the review: where a line names none, it is chosen when the line is taken in."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a line is measured by.

    Attributes:
        of_cases: What a case is measured by, and the time.
        default_contact: Number of the contact of a line that names none.
    """

    of_cases: CaseRules
    default_contact: int


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What a line says, checked. It does not show its content when printed.

    Attributes:
        line: Number of the line.
        content: Of a case.
    """

    line: int
    content: Content

    def canonical(self) -> bytes:
        """Give the bytes that are equal for equal lines, however a street is abbreviated in them."""
        places = (replace(place, street=addresses.street(place.street)) for place in self.content.places)
        return replace(self.content, places=tuple(places)).encode()


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """What came of a line.

    Attributes:
        line: The line.
        entry: What it says; None if it is faulty.
        faults: What is wrong with it.
        doubts: What may be wrong, and keeps nobody from taking it in: a street that is not on the list.
    """

    line: Line
    entry: Entry | None
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()


def check(line: Line, rules: Rules, streets: StreetIndex = _NO_STREETS) -> Checked:
    """Read a line, and find all that is wrong with it."""
    if line.faults:
        return Checked(line, None, line.faults)
    reader = _Reader(line)
    content = reader.content(rules.default_contact, streets)
    told = {fault.field for fault in reader.faults}
    if "" not in told:
        # without a year nobody is published by name, and then nobody would look at the names
        supposed = replace(content, birth=_SUPPOSED) if columns.BIRTH_DATE in told else content
        for obstacle in obstacles(supposed, rules.of_cases, Origin.IMPORT):
            column = _COLUMNS[_ITEM.sub("", obstacle.field)]
            if column not in told and obstacle != _CHOSEN_LATER:
                reader.fault(column, "empty" if obstacle.code == MISSING else obstacle.code)
    faults = tuple(reader.faults)
    return Checked(line, None if faults else Entry(line.number, content), faults, tuple(reader.doubts))


class _Reader:
    """Reads the fields of one line, and goes on where one is wrong, so that all faults are told at once."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.faults: dict[Fault, None] = {}
        self.doubts: list[Fault] = []

    def content(self, default_contact: int, streets: StreetIndex) -> Content:
        has_person = any(map(self._text, columns.OF_PERSON))
        has_address = any(map(self._text, (columns.POSTCODE, columns.STREET, columns.HOUSE_NUMBER)))
        if not has_person and not has_address:
            self.fault("", "neither")
        return Content(
            name=self._name() if has_person else Name(),
            aliases=self._read(columns.ALIAS, _aliases, ()),
            birth=self._required(columns.BIRTH_DATE, dates.birth, UNKNOWN) if has_person else UNKNOWN,
            places=self._places(streets, publish=not has_person) if has_address else (),
            ground=Ground(
                kind=self._required(columns.GROUND, _ground, ""),
                file_number=self._required(columns.FILE_NUMBER, str, ""),
                day=self._read(columns.GROUND_DAY, dates.day, None),
            ),
            level=self._required(columns.LEVEL, _level, 0),
            level_reason=self._text(columns.LEVEL_REASON),
            contact=self._read(columns.CONTACT, _contact, default_contact),
            review=self._read(columns.REVIEW, dates.day, None),
            end=self._required(columns.VALID_UNTIL, dates.day, None),
            remarks=self._text(columns.REMARKS),
        )

    def fault(self, column: str, code: str) -> None:
        self.faults[Fault(self._line.number, column, code)] = None

    def _doubt(self, column: str, code: str) -> None:
        self.doubts.append(Fault(self._line.number, column, code))

    def _text(self, column: str) -> str:
        return self._line.fields.get(column, "")

    def _read(self, column: str, read: Callable[[str], _T], default: _T) -> _T:
        text = self._text(column)
        try:
            return read(text) if text else default
        except FieldError as error:
            self.fault(column, error.code)
            return default

    def _required(self, column: str, read: Callable[[str], _T], default: _T) -> _T:
        if not self._text(column):
            self.fault(column, "empty")
        return self._read(column, read, default)

    def _name(self) -> Name:
        family_name = self._required(columns.FAMILY_NAME, str, "")
        return Name(family_name, self._text(columns.GIVEN_NAMES), self._text(columns.BIRTH_NAME))

    def _places(self, streets: StreetIndex, *, publish: bool) -> tuple[Place, ...]:
        """Read the address: of a person it is kept as it stands, and only doubted where it cannot be read."""
        tell = self.fault if publish else self._doubt
        street, postcode = self._text(columns.STREET), self._text(columns.POSTCODE)
        if street:
            resolved = streets.resolve(street, postcode)
            street, postcode = resolved.street, resolved.postcode
            if resolved.doubt:
                self._doubt(columns.STREET, resolved.doubt)
        try:
            addresses.postcode(postcode)
        except IdentityError as error:
            tell(columns.POSTCODE, error.code)
        text = self._text(columns.HOUSE_NUMBER)
        try:
            numbers = house_numbers.read(text, self._text(columns.SIDE))
        except FieldError as error:
            tell(columns.SIDE if error.code == "side_word" else columns.HOUSE_NUMBER, error.code)
            numbers = [(text, "all")]
        return tuple(Place(postcode, street, number, side, publish) for number, side in numbers)


def _aliases(text: str) -> tuple[Name, ...]:
    """Read other names, divided by ``|`` or ``;``: each a family name, with given names behind a comma."""
    names = []
    for part in filter(None, map(str.strip, _BETWEEN_ALIASES.split(text))):
        family_name, comma, given_names = (one.strip() for one in part.partition(","))
        if not family_name or (not comma and " " in family_name):
            raise FieldError("alias_comma")
        names.append(Name(family_name, given_names))
    return tuple(dict.fromkeys(names))


def _level(text: str) -> int:
    match = _LEVEL.fullmatch(text)
    if not match:
        raise FieldError("level")
    return int(match[1])


def _contact(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text)):
        raise FieldError("contact")
    return int(text)


def _ground(text: str) -> str:
    kind = _GROUNDS.get(" ".join(text.lower().split()))
    if kind is None:
        raise FieldError("ground")
    return kind
