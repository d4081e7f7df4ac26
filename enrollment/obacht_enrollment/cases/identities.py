"""From a case to those who are published for it: one subject for each name and each address."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from obacht_enrollment.cases.content import Content, Place
from obacht_enrollment.records import Place as PublishedPlace
from obacht_enrollment.records import Subject, match_keys
from obacht_protocol.addresses import Side
from obacht_protocol.errors import IdentityError
from obacht_protocol.identity import Address, Person

SIDES: Final[dict[str, Side]] = {"all": "all", "even": "even", "odd": "odd"}
"""What an address may say of the side of the street."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Something that is to be published and cannot be matched.

    Attributes:
        field: Its place in the document, as in ``aliases.0.family_name``.
        code: Why, as :class:`obacht_protocol.errors.IdentityError` says it.
    """

    field: str
    code: str


def subjects(content: Content) -> list[Subject]:
    """Give everybody and everything that a case publishes, without repetition; what cannot be matched is left out.

    A birth date of which only the year is known, or the year and the month, is published as the year. Without a year
    nobody is published by name.
    """
    return list(dict.fromkeys(subject for _, subject in _tried(content) if not isinstance(subject, IdentityError)))


def unfit(content: Content, deployment: str) -> list[Unfit]:
    """Say what of a case is to be published and cannot be matched.

    Args:
        content: Of the case.
        deployment: Id of the deployment, which stands in match keys.
    """
    found = []
    for place, subject in _tried(content):
        try:
            if isinstance(subject, IdentityError):
                raise subject
            match_keys(subject, deployment)
        except IdentityError as error:
            found.append(Unfit("birth" if error.field == "birth_date" else f"{place}.{error.field}", error.code))
    return found


def _tried(content: Content) -> Iterator[tuple[str, Subject | IdentityError]]:
    for place, read in _to_publish(content):
        try:
            yield place, read()
        except IdentityError as error:
            yield place, error


def _to_publish(content: Content) -> Iterator[tuple[str, Callable[[], Subject]]]:
    birth = content.birth
    if birth.year is not None:
        date = dt.date(birth.year, birth.month, birth.day) if birth.month and birth.day else birth.year
        for place, name in (("name", content.name), *_numbered("aliases", content.aliases)):
            if name or place != "name":
                yield place, partial(Person, name.family_name, name.given_names, date, name.birth_name)
    for place, part in _numbered("places", content.places):
        if part.publish:
            yield place, partial(_address, part)


def _numbered(field: str, items: Iterable[_T]) -> list[tuple[str, _T]]:
    return [(f"{field}.{index}", item) for index, item in enumerate(items)]


def _address(place: Place) -> PublishedPlace:
    if place.side not in SIDES:
        raise IdentityError("house_number", "side")
    return PublishedPlace(Address(place.postcode, place.street, place.house_number), SIDES[place.side])
