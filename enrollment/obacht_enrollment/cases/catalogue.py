"""The fixed lists: kinds of incidents after the Aachen model, and precautions for each level, in two languages.

The Aachen model (Aachener Modell, Unfallkasse NRW and police of Aachen) grades conflicts at counters from 0 to 3. Only
its levels 2 and 3 may be recorded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list.

    Attributes:
        id: Stands in documents and never changes its meaning.
        levels: An incident's own level; the levels at which a precaution may be chosen.
        german: In words.
        english: The same.
    """

    id: str
    levels: tuple[int, ...]
    german: str
    english: str


def _by_id(*items: Item) -> Mapping[str, Item]:
    return {item.id: item for item in items}


KINDS: Final = _by_id(
    Item("damage", (2,), "Sachbeschädigung", "damage to property"),
    Item("violence", (2,), "körperliche Gewalt", "bodily violence"),
    Item("threat", (2,), "Bedrohung", "threat"),
    Item("coercion", (2,), "Nötigung", "coercion"),
    Item("weapon", (3,), "Einsatz von Waffe oder Werkzeug", "use of a weapon or tool"),
    Item("bomb-threat", (3,), "Bombendrohung", "bomb threat"),
    Item("amok", (3,), "Amoktat oder ihre Androhung", "rampage, or threat of one"),
    Item("hostage", (3,), "Geiselnahme", "taking of hostages"),
    Item("robbery", (3,), "Überfall", "robbery"),
)
"""What happened. The level of a case is at most that of its gravest incident."""

PRECAUTIONS: Final = _by_id(
    Item("two-persons", (2, 3), "Gespräch nur zu zweit", "talk to them only with a colleague"),
    Item("escape-route", (2, 3), "Fluchtweg freihalten, Tür offen lassen", "keep the way out free and the door open"),
    Item("alarm", (2, 3), "Alarmknopf bereithalten", "keep the alarm button at hand"),
    Item("tell-colleagues", (2, 3), "Kolleginnen und Kollegen vorher unterrichten", "tell colleagues beforehand"),
    Item("clear-desk", (2, 3), "Gegenstände vom Tisch räumen", "clear the desk of objects"),
    Item("counter", (2, 3), "Termin nur am Schalter mit Trennscheibe", "meet only at a counter with a screen"),
    Item("call-first", (2, 3), "vor dem Kontakt die Sicherheitsstelle anrufen", "call the safety office beforehand"),
    Item("security", (3,), "Sicherheitsdienst im Raum oder vor der Tür", "security staff in the room or at the door"),
    Item("no-visit", (3,), "kein Hausbesuch", "no visit at home"),
    Item("police", (3,), "Hausbesuch nur mit Ordnungsdienst oder Polizei", "visit only with police or public order"),
    Item("in-writing", (3,), "Vorsprache nur nach schriftlicher Zusage", "admit only after written consent"),
)
"""What staff are told to do, by the level of the case."""
