"""What is typed into the form of a case: kept as it was typed, and read into what a case says."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Final

from obacht_enrollment.cases import fields
from obacht_enrollment.cases.content import Content, Notice
from obacht_enrollment.cases.obstacles import MISSING, Obstacle
from obacht_enrollment.errors import CaseError
from obacht_enrollment.pages.forms import Form

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "aliases": ("family_name", "given_names", "birth_name"),
    "places": ("postcode", "street", "house_number", "side", "publish"),
    "incidents": ("day", "time", "place", "kind", "what", "reporter"),
}
"""What there may be several of, and the fields of each."""
_NAME: Final = PARTS["aliases"]
_FIELDS: Final = (
    *(f"name.{name}" for name in _NAME),
    *(f"birth.{name}" for name in ("day", "month", "year")),
    *(f"ground.{name}" for name in ("kind", "file_number", "day", "by_body")),
    *("age_reason", "level", "level_reason", "contact", "review", "end", "remarks"),
)
_TICKED: Final = "yes"
_ALWAYS_THERE: Final = frozenset({"side", "publish"})
"""What says nothing of a part by itself."""
_PART: Final = re.compile(rf"({'|'.join(PARTS)})\.([0-9]{{1,3}})\.([a-z_]+)")
_DAY: Final = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})|([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})")
_CENTURY: Final = 2000


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """A form as it was typed.

    Attributes:
        fields: By their place in the document, as ``ground.file_number``.
        parts: Aliases, places and incidents, each with its fields.
        precautions: Ids of those that were ticked.
        reason: Why an active case is changed.
    """

    fields: Mapping[str, str]
    parts: Mapping[str, tuple[Mapping[str, str], ...]]
    precautions: tuple[str, ...] = ()
    reason: str = ""

    @classmethod
    def read(cls, form: Form) -> "Typed":
        """Take a form."""
        found: dict[str, dict[int, dict[str, str]]] = {name: {} for name in PARTS}
        for name in form.fields:
            match = _PART.fullmatch(name)
            if match and match[3] in PARTS[match[1]]:
                found[match[1]].setdefault(int(match[2]), {})[match[3]] = form.text(name)
        parts = {
            name: tuple({**empty_part(name), **items[index]} for index in sorted(items))
            for name, items in found.items()
        }
        return cls(
            {name: form.text(name) for name in _FIELDS}, parts, tuple(form.all("precautions")), form.text("reason")
        )

    @classmethod
    def of(cls, content: Content) -> "Typed":
        """Write a document as somebody would have typed it."""
        parts = {
            name: tuple({field: _typed(getattr(item, field)) for field in of_part} for item in getattr(content, name))
            for name, of_part in PARTS.items()
        }
        return cls({name: _typed(attrgetter(name)(content)) for name in _FIELDS}, parts, content.precautions)

    def at(self, field: str) -> str:
        """Give what was typed into a field, as ``ground.file_number`` or ``incidents.0.day``."""
        outer, *inner = field.split(".")
        return self.parts[outer][int(inner[0])][inner[1]] if outer in PARTS else self.fields[field]

    def filled(self) -> "Typed":
        """Give the form without the parts in which nothing was typed."""
        parts = {name: tuple(item for item in items if _says_something(item)) for name, items in self.parts.items()}
        return replace(self, parts=parts)

    def with_part(self, name: str) -> "Typed":
        """Give the form with another part of this name, in which nothing is typed."""
        return replace(self, parts={**self.parts, name: (*self.parts[name], empty_part(name))})

    def without_part(self, name: str, index: int) -> "Typed":
        """Give the form without one of its parts."""
        return replace(self, parts={**self.parts, name: self.parts[name][:index] + self.parts[name][index + 1 :]})

    def content(self, notice: Notice) -> Content:
        """Read what the case is to say.

        Args:
            notice: What it says of the letter to the person, which is no matter of this form.

        Raises:
            CaseError: ``obstacles``, with all that cannot be read.
        """
        faults: list[Obstacle] = []
        document = self._document(faults)
        if faults:
            raise CaseError("obstacles", found=faults, ground=self.fields["ground.kind"])
        try:
            return replace(fields.from_json(Content, document), notice=notice)
        except CaseError as error:
            birth = error.code == "birth"
            fault = Obstacle("birth", "no_such_day") if birth else Obstacle(str(error.details["field"]), "control")
            raise CaseError("obstacles", found=[fault], ground=self.fields["ground.kind"]) from error

    def _document(self, faults: list[Obstacle]) -> dict[str, Any]:
        typed = self.fields
        return {
            "name": {name: typed[f"name.{name}"] for name in _NAME},
            "aliases": [dict(alias) for alias in self.parts["aliases"]],
            "birth": {name: _number(typed[f"birth.{name}"], "birth", faults) for name in ("day", "month", "year")},
            "age_reason": typed["age_reason"],
            "places": [{**place, "publish": bool(place["publish"])} for place in self.parts["places"]],
            "incidents": [
                {
                    **incident,
                    "day": _day(incident["day"], f"incidents.{index}.day", faults),
                    "time": _time(incident["time"]),
                    "what": _lines(incident["what"]),
                }
                for index, incident in enumerate(self.parts["incidents"])
            ],
            "ground": {
                "kind": typed["ground.kind"],
                "file_number": typed["ground.file_number"],
                "day": _day(typed["ground.day"], "ground.day", faults),
                "by_body": bool(typed["ground.by_body"]),
            },
            "level": _number(typed["level"], "level", faults) or 0,
            "level_reason": _lines(typed["level_reason"]),
            "precautions": list(self.precautions),
            "contact": _number(typed["contact"], "contact", faults) or 0,
            "review": _day(typed["review"], "review", faults),
            "end": _day(typed["end"], "end", faults),
            "remarks": _lines(typed["remarks"]),
        }


def empty_part(name: str) -> Mapping[str, str]:
    """Give a part in which nothing is typed."""
    return dict.fromkeys(PARTS[name], "") | ({"side": "all"} if name == "places" else {})


def required_day(text: str, field: str) -> dt.date:
    """Read a day, as 24.12.2026 or 24.12.26.

    Raises:
        CaseError: ``obstacles``: that is none, or it is missing.
    """
    faults: list[Obstacle] = []
    day = _day(text, field, faults)
    if day is None:
        raise CaseError("obstacles", found=faults or [Obstacle(field, MISSING)], ground="")
    return dt.date.fromisoformat(day)


def write_day(day: dt.date | None) -> str:
    """Write a day as it is typed."""
    return f"{day:%d.%m.%Y}" if day else ""


def _says_something(part: Mapping[str, str]) -> bool:
    return any(text for field, text in part.items() if field not in _ALWAYS_THERE)


def _typed(value: object) -> str:
    match value:
        case None | False | 0:
            return ""
        case True:
            return _TICKED
        case dt.date():
            return write_day(value)
        case _:
            return str(value)


def _number(text: str, field: str, faults: list[Obstacle]) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= len("2026")):
        if Obstacle(field, "format") not in faults:
            faults.append(Obstacle(field, "format"))
        return None
    return int(text)


def _day(text: str, field: str, faults: list[Obstacle]) -> str | None:
    if not text:
        return None
    match = _DAY.fullmatch(text)
    if match is None:
        faults.append(Obstacle(field, "format"))
        return None
    day, month, year = (int(part) for part in (match.group(1, 2, 3) if match[1] else match.group(6, 5, 4)))
    try:
        return dt.date(year + _CENTURY if year < 100 else year, month, day).isoformat()
    except ValueError:
        faults.append(Obstacle(field, "no_such_day"))
        return None


def _time(text: str) -> str:
    match = _TIME.fullmatch(text)
    return f"{int(match[1]):02}:{match[2]}" if match else text


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
