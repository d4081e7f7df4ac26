"""Invented people and addresses for the demo: every combination is made up, from lists written for this purpose."""

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass
from typing import Final

COUNT: Final = 300
ADDRESSES: Final = 6
_SEED: Final = 20_260_101

# Family names and given names of one origin stand together, so that the invented people sound like a German town.
_ORIGINS: Final[tuple[tuple[int, str, str], ...]] = (
    (
        40,
        (
            "Meyer Schmitz Krüger Weiß Großmann Bäcker Fößel Hölderbusch Kirchhoff Lautenschläger Nüßlein Pfeiffer "
            "Quast Rübsamen Schäfer Tönnies Uhlenbrock Vogelsang Wachtmeister Zöllner Dörrenbächer Eichmüller "
            "Jürgensen Ostermann Lüdenscheidt Brömmelhaus Hagenkötter Mühlbauer Strößner Wirtz"
        ),
        (
            "Anna-Lena Jörg Käthe Matthias Franz-Josef Günther Heike Ingeborg Jürgen Karl-Heinz Lieselotte Malte "
            "Norbert Petra Rüdiger Sabine Thomas Ute Volker Wiebke Björn Elfriede Christoph Dominik Jacqueline Marie "
            "Sören Zoë"
        ),
    ),
    (
        14,
        "Yıldız Öztürk Çelik Şahin Güneş Aydın Koç Doğan Kılıç Demirtaş Arslanoğlu Ünal Özdemir Karakuş",
        "Hüseyin Ayşe Mehmet Gülşen İbrahim Fatma Çağla Ömer Şükriye Yusuf Emine Oğuzhan Zeynep Işıl",
    ),
    (
        10,
        "Kowalczyk Wiśniewski Szczepański Wójcik Nowakowska Dąbrowski Głowacki Żurawski Świerczek Łukaszewicz",
        "Krzysztof Małgorzata Zbigniew Agnieszka Łukasz Grażyna Wojciech Bożena Stanisław Joanna",
    ),
    (
        8,
        "Petrović Jovanović Hadžić Marković Kovačević Šimić Đorđević Begić",
        "Zoran Jasmina Goran Snežana Dražen Amira Nenad Željka",
    ),
    (
        8,
        "al-Hassan Abdelrahman Ben-Youssef El-Khatib Haddad Mansour Bint-Saleh Nasser",
        "Ahmad Layla Mohammed Fatima Karim Noor Yousef Samira",
    ),
    (6, "Nguyễn Trần Phạm Lê Đặng Võ", "Thị-Lan Văn-Minh Hương Quang Thảo Đức"),
    (
        6,
        "García-López da-Silva Gonçalves Fernández Muñoz dos-Santos",
        "José-María Conceição Íñigo Lucía João Begoña",
    ),
    (4, "Breschnew Iwanowa Tschernyschow Sokolow", "Wladimir Ljudmila Sergej Jekaterina"),
    (4, "Dvořák Nováková Křížek Šťastný", "Jiří Božena Ondřej Zdeňka"),
)
_FORMS: Final = ("{0}",) * 12 + ("von {0}", "von der {0}", "Freiherr von {0}", "{0}-{1}", "Dr. {0}", "zu {0}")
_STREETS: Final = (
    "Venloer Straße",
    "Am Alten Markt",
    "Straße des 17. Juni",
    "St.-Anna-Weg",
    "Gr. Budengasse",
    "Dr.-Käthe-Paulus-Str.",
)
_GROUNDS: Final = ("Hausverbot", "Strafanzeige", "Strafantrag")

HEADER: Final = (
    "Familienname",
    "Vornamen",
    "Geburtsname",
    "Geburtsdatum",
    "PLZ",
    "Straße",
    "Hausnummer",
    "Seite",
    "Stufe",
    "Kontakt",
    "Gültig bis",
    "Grund",
    "Aktenzeichen",
)


@dataclass(frozen=True, slots=True)
class Invented:
    """One line of the office's CSV file: a person, or an address."""

    family_name: str = ""
    given_names: str = ""
    birth_name: str = ""
    birth_date: str = ""
    postcode: str = ""
    street: str = ""
    house_number: str = ""
    side: str = ""
    level: int = 2


#: People whom the demo's questions are about.
KNOWN: Final = (
    Invented("Meyer", "Jörg Peter", birth_date="14.05.1971", level=3),
    Invented("Yıldız", "Hüseyin", birth_date="01.01.1988"),
    Invented("Müller-Lüdenscheidt", "Anna-Lena Marie", "Schäfer", "07.03.1984"),
    Invented("Kowalczyk", "Krzysztof", birth_date="1992"),
)


def people(today: dt.date) -> list[Invented]:
    """Invent :data:`COUNT` people, the known ones first, and then :data:`ADDRESSES` addresses; the same every time."""
    source = random.Random(_SEED)  # noqa: S311 - invents names, not keys
    seen = {(known.family_name, known.given_names) for known in KNOWN}
    result = list(KNOWN)
    while len(result) < COUNT:
        invented = _person(source, today)
        if (invented.family_name, invented.given_names) not in seen:
            seen.add((invented.family_name, invented.given_names))
            result.append(invented)
    return [*result, *(_address(source, number) for number in range(ADDRESSES))]


def as_csv(invented: list[Invented], today: dt.date) -> str:
    """Write the CSV file that the safety office imports; every entry ends within two years of ``today``."""
    source = random.Random(_SEED)  # noqa: S311 - invents dates, not keys
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    for number, one in enumerate(invented, start=1):
        ends = today + dt.timedelta(days=source.randrange(200, 700))
        ground = source.choice(_GROUNDS)
        identity = (one.family_name, one.given_names, one.birth_name, one.birth_date)
        place = (one.postcode, one.street, one.house_number, one.side)
        writer.writerow((*identity, *place, one.level, 1, f"{ends:%d.%m.%Y}", ground, f"DEMO {number:04d}/26"))
    return text.getvalue()


def _person(source: random.Random, today: dt.date) -> Invented:
    weights, families, givens = zip(*_ORIGINS, strict=True)
    place = source.choices(range(len(weights)), weights)[0]
    names = [name.replace("da-", "da ").replace("dos-", "dos ") for name in families[place].split()]
    family, other = source.sample(names, 2)
    form = source.choice(_FORMS) if place == 0 else "{0}"
    given = " ".join(source.sample(givens[place].split(), source.choices((1, 2, 3), (80, 17, 3))[0]))
    birth = today - dt.timedelta(days=source.randrange(18 * 366, 80 * 365))
    return Invented(
        family_name=form.format(family, other),
        given_names=given,
        birth_name=source.choice(names) if source.random() < 0.08 else "",
        # of whom only the year is known must be of age whenever in it they were born
        birth_date=f"{birth.year - 1}" if source.random() < 0.03 else f"{birth:%d.%m.%Y}",
        level=3 if source.random() < 0.12 else 2,
    )


def _address(source: random.Random, number: int) -> Invented:
    house = source.randrange(1, 120)
    forms = (f"{house}", f"{house}a-c", f"{house}-{house + 6}", f"{house} b")
    house_number = forms[number % len(forms)]
    side = ("even" if house % 2 == 0 else "odd") if "-" in house_number and "a" not in house_number else ""
    return Invented(
        postcode=f"{source.randrange(50_667, 50_997)}",
        street=_STREETS[number % len(_STREETS)],
        house_number=house_number,
        side={"even": "gerade", "odd": "ungerade", "": ""}[side],
        level=2,
    )
