"""The words of a name: titles and particles set aside, given names kept apart, hyphens understood.

Every word list here is part of the matching version.
"""

import re
from typing import Final

from obacht_protocol.folding import fold
from obacht_protocol.phonetics import code


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Dropped wherever they stand.
TITLES: Final = _words("dr drs dres prof professor professorin pd dipl ing mag lic")
# Dropped only right after a title or after one another: alone they can be names (Phil, Med, initials).
TITLE_ENDINGS: Final = _words(
    "h c e hc eh mult habil med dent vet phil jur iur rer nat pol oec theol ing agr sc techn biol psych math chem phys "
    "univ fh kfm inform paed soz verw"
)
# Dropped only as a word of its own between spaces: "Herzog-Müller" bears two family names.
NOBILITY: Final = _words(
    "freiherr freifrau freiin frhr graf graefin fuerst fuerstin prinz prinzessin herzog herzogin baron baronin "
    "baronesse ritter edler edle"
)
# Left out of family names, because one clerk writes them and another does not.
PARTICLES: Final = _words(
    "von van vom der den de dem des zu zum zur al el ul ben bin ibn abu da di del della delle dello dei degli dos das "
    "do du la le las los ten ter te op het af av und y geb geborene geborener"
)

_AROUND_HYPHENS: Final = re.compile(" *-[ -]*")
_BETWEEN_UNITS: Final = re.compile("[ ,;/()&]+")
_TOKEN: Final = re.compile("[a-z]+")


def family_parts(text: str) -> list[str]:
    """Give the tokens of a family name without titles and particles, in order; never empty for a checked name.

    If nothing would be left, what counts is the last word of nobility (the family name Graf), else all particles (the
    family name Le), else the last title.
    """
    tokens = _sorted_tokens(text)
    for kind in ("name", "nobility", "particle", "title"):
        found = [token for _, token, its_kind in tokens if its_kind == kind]
        if found:
            return found[-1:] if kind in {"nobility", "title"} else found
    return []


def with_particles(text: str) -> str:
    """Join a family name's parts and particles, in order: "von der Heide" to ``vonderheide``."""
    parts = set(family_parts(text))
    return "".join(token for _, token, kind in _sorted_tokens(text) if token in parts or kind == "particle")


def given_units(text: str) -> list[list[str]]:
    """Give the given names of ``text``, each as the list of its hyphen parts: "Karl-Heinz Otto" has two units.

    Units end at spaces, commas, semicolons, slashes, brackets and ``&``; spaces around a hyphen do not count. Titles
    and nobility are dropped unless nothing would be left: then the last word of nobility, else the last title, is the
    one unit. A text without letters has no units.
    """
    tokens = _sorted_tokens(text)
    units: dict[int, list[str]] = {}
    for unit, token, kind in tokens:
        if kind in {"name", "particle"}:
            units.setdefault(unit, []).append(token)
    left_over = [token for _, token, kind in tokens if kind == "nobility"] or [token for _, token, _ in tokens]
    return list(units.values()) or [[token] for token in left_over[-1:]]


def given_code(letters: str) -> str:
    """Code the letters of a given name; a final c is heard as k (Dominic, Dominik), which in -vić it is not."""
    return code(letters[:-1] + "k" if letters.endswith("c") else letters)


def _sorted_tokens(text: str) -> list[tuple[int, str, str]]:
    """Give (number of the unit, token, kind), the kind being ``name``, ``particle``, ``nobility`` or ``title``."""
    result = []
    after_title = False
    folded = _AROUND_HYPHENS.sub("-", fold(text).replace("'", ""))
    for number, unit in enumerate(_BETWEEN_UNITS.split(folded)):
        tokens = _TOKEN.findall(unit)
        for token in tokens:
            after_title = token in TITLES or (after_title and token in TITLE_ENDINGS)
            if after_title:
                kind = "title"
            elif token in NOBILITY and len(tokens) == 1:
                kind = "nobility"
            else:
                kind = "particle" if token in PARTICLES else "name"
            result.append((number, token, kind))
    return result
