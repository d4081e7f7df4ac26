"""Other forms of a given name: nicknames, and what the same name is in the other languages of a German town.

The table is no part of the matching version. Keys are made of the typed name alone, so it finds no row; where the
family name has found one, it lets Hans be compared as Johannes. Clients may differ in it.
"""

from importlib import resources
from typing import Final

from obacht_protocol import names


def _read() -> dict[str, list[tuple[str, ...]]]:
    text = resources.files("obacht_clients").joinpath("given_names.txt").read_text(encoding="utf-8")
    groups_of: dict[str, list[tuple[str, ...]]] = {}
    for line in text.replace("\n  ", " ").splitlines():
        group = () if line.startswith("#") else tuple(line.split())
        for name in group:
            groups_of.setdefault(name, []).append(group)
    return groups_of


_GROUPS_OF: Final = _read()


def other_forms(given_names: str) -> list[str]:
    """Give the other forms of all ``given_names``, and of the parts of those with a hyphen.

    Args:
        given_names: As typed, separated by spaces.

    Returns:
        Folded names, none twice and none that was typed; empty where the table has none.
    """
    units = names.given_units(given_names)
    typed = dict.fromkeys([*("".join(unit) for unit in units), *(part for unit in units for part in unit)])
    forms = dict.fromkeys(form for name in typed for group in _GROUPS_OF.get(name, ()) for form in group)
    return [form for form in forms if form not in typed]
