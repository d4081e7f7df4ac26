"""What a case says, in sections as its page shows them."""

from dataclasses import dataclass
from typing import Any

from obacht_enrollment.cases import fields
from obacht_enrollment.cases.catalogue import PRECAUTIONS
from obacht_enrollment.cases.content import Content
from obacht_enrollment.pages import case_words
from obacht_enrollment.pages.visits import Visit


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One thing that is known.

    Attributes:
        label: What it is called.
        lines: What is known.
    """

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """A section.

    Attributes:
        name: Of the section.
        title: Its heading.
        rows: What is known; empty if nothing is.
    """

    name: str
    title: str
    rows: tuple[Row, ...]


def facts(visit: Visit, content: Content) -> list[Facts]:
    """Give all sections of a document but the notice, which its page shows by itself."""
    document = fields.to_json(content)
    plain = _Plain(visit, document)
    named = [plain.row("name.given_names"), plain.row("name.family_name"), plain.row("name.birth_name")]
    return [
        _section(
            visit,
            "person",
            *named,
            Row(visit.text("part.names"), tuple(_name(visit, alias) for alias in document["aliases"])),
            plain.row("birth"),
            plain.row("age_reason"),
            Row(visit.text("part.addresses"), tuple(_place(visit, place) for place in document["places"])),
        ),
        *(
            _section(visit, "incidents", *_Plain(visit, incident, "incidents.").rows(), number=number)
            for number, incident in enumerate(document["incidents"], 1)
        ),
        _section(visit, "ground", *_Plain(visit, document["ground"], "ground.").rows()),
        _section(
            visit,
            "level",
            plain.row("level"),
            plain.row("level_reason"),
            Row(
                case_words.label(visit, "precautions"),
                tuple(case_words.item(PRECAUTIONS, one, visit.language) for one in content.precautions),
            ),
        ),
        _section(visit, "rest", plain.row("review"), plain.row("end"), plain.row("contact"), plain.row("remarks")),
    ]


def title(content: Content) -> str:
    """Give the name of the person, or the address, by which staff speak of a case; empty if it has neither."""
    name = " ".join(filter(None, (content.name.given_names, content.name.family_name)))
    if name or not content.places:
        return name
    place = content.places[0]
    return " ".join(filter(None, (place.street, place.house_number)))


@dataclass(frozen=True, slots=True, repr=False)
class _Plain:
    """Fields that are told one by one."""

    visit: Visit
    document: dict[str, Any]
    place: str = ""

    def row(self, field: str) -> Row:
        content: Any = self.document
        for name in field.split("."):
            content = content[name]
        told = case_words.value(self.visit, f"{self.place}{field}", content)
        return Row(case_words.label(self.visit, f"{self.place}{field}"), (told,) if told else ())

    def rows(self) -> list[Row]:
        return [self.row(field) for field in self.document]


def _section(visit: Visit, name: str, *rows: Row, number: int = 0) -> Facts:
    heading = visit.text("part.incidents", number=number) if number else visit.text(f"section.{name}")
    return Facts(f"{name}-{number}" if number else name, heading, tuple(row for row in rows if row.lines))


def _name(visit: Visit, name: dict[str, str]) -> str:
    born = visit.text("cases.born", name=name["birth_name"]) if name["birth_name"] else ""
    return " ".join(filter(None, (name["given_names"], name["family_name"], born)))


def _place(visit: Visit, place: dict[str, Any]) -> str:
    street = " ".join(filter(None, (place["street"], place["house_number"])))
    side = case_words.value(visit, "places.side", place["side"]) if place["side"] != "all" else ""
    published = visit.text("cases.published") if place["publish"] else visit.text("cases.unpublished")
    doubt = visit.desk.streets.index().resolve(place["street"], place["postcode"]).doubt if place["street"] else ""
    told = ", ".join(filter(None, (street, side, place["postcode"])))
    warning = visit.text(f"doubt.{doubt}") if doubt else ""
    return " – ".join(filter(None, (told, published, warning)))
