"""The demo's questions, and what must come of them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from obacht_clients.answers import State
from obacht_demo.people import Invented
from obacht_protocol.identity import Address, Person


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the demo.

    Attributes:
        title: What it shows, in German and English.
        typed: What is typed, for people.
        about: What is typed, for the client.
        expected: The states that may come out. Where names only sound alike, or the birth date is only near, chance
            in the sketch decides between "entry" and "possible entry"; both find the person.
        level: The level that must come out, where there is one.
        keys_stopped: How many of the key offices are stopped meanwhile.
    """

    title: tuple[str, str]
    typed: str
    about: Person | Address
    expected: frozenset[State]
    level: int | None = None
    keys_stopped: int = 0


_FOUND: Final = frozenset({State.ENTRY, State.POSSIBLE_ENTRY})
_MEYER: Final = dt.date(1971, 5, 14)


def questions(listed_address: Invented) -> list[Question]:
    """Give the questions in their order; the one about an address is about ``listed_address``."""
    number = listed_address.house_number.partition("-")[0].rstrip("abc ")
    street = listed_address.street.replace("Straße", "Str.")
    address = Address(listed_address.postcode, street, number)
    person = _typed("{0.family_name}, {0.given_names}, {0.birth_date:%d.%m.%Y}")
    place = _typed("{0.street} {0.house_number}, {0.postcode}")
    return [
        _question(
            ("1. genau geschrieben", "1. spelled exactly"), person, Person("Meyer", "Jörg Peter", _MEYER), level=3
        ),
        _question(
            ("2. falsch gehört", "2. heard wrongly"),
            person,
            Person("Maier", "Jörg", _MEYER),
            states=_FOUND,
            level=3,
        ),
        _question(
            ("3. Felder vertauscht", "3. fields swapped"),
            person,
            Person("Hüseyin", "Yildiz", dt.date(1988, 1, 1)),
            level=2,
        ),
        _question(
            ("4. Tag und Monat vertauscht", "4. day and month swapped"),
            person,
            Person("Müller-Lüdenscheidt", "Anna-Lena", dt.date(1984, 7, 3)),
            states=_FOUND,
            level=2,
        ),
        _question(
            ("5. unbekannt", "5. a stranger"),
            person,
            Person("Niemand", "Nora", dt.date(1990, 2, 3)),
            states=frozenset({State.NO_ENTRY}),
        ),
        _question(("6. eine Anschrift", "6. an address"), place, address, level=listed_address.level),
        _question(
            ("7. eine von drei Schlüsselstellen steht still", "7. one of three key offices is down"),
            person,
            Person("Meyer", "Jörg Peter", _MEYER),
            level=3,
            keys_stopped=1,
        ),
        _question(
            ("8. zwei von drei Schlüsselstellen stehen still", "8. two of three key offices are down"),
            person,
            Person("Meyer", "Jörg Peter", _MEYER),
            states=frozenset({State.NO_CHECK}),
            keys_stopped=2,
        ),
    ]


def _typed(form: str) -> Callable[[object], str]:
    return form.format


def _question(
    title: tuple[str, str],
    typed: Callable[[object], str],
    about: Person | Address,
    *,
    states: frozenset[State] = frozenset({State.ENTRY}),
    level: int | None = None,
    keys_stopped: int = 0,
) -> Question:
    return Question(title, typed(about), about, states, level, keys_stopped)
