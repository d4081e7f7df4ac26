"""Strategies for invented people, shared by the tests of matching."""

import datetime as dt

from hypothesis import strategies as st

from obacht_protocol.identity import FIRST_DAY, LAST_DAY, Person

_SYLLABLES = st.sampled_from(
    ["mü", "ler", "schmi", "dt", "wol", "fen", "yıl", "dız", "ko", "wal", "czyk", "ngu", "yễn", "đor", "vić", "ph", "x",
     "an", "na", "le", "na", "hein", "rich", "o", "tto", "ç", "elik", "ha", "h", "ec", "graf", "al", "von", "dr"]
)  # fmt: skip
WORDS = st.lists(_SYLLABLES, min_size=1, max_size=4).map(lambda parts: "".join(parts).capitalize())
"""One word of a name, sometimes a particle or a title."""

HYPHENED = st.lists(WORDS, min_size=1, max_size=2).map("-".join)
_BEFORE = st.sampled_from(["", "", "von ", "van der ", "Dr. ", "Prof. Dr. ", "Graf ", "al-", "Freiherr von "])
FAMILY_NAMES = st.tuples(_BEFORE, st.lists(HYPHENED, min_size=1, max_size=2).map(" ".join)).map("".join)
GIVEN_NAMES = st.lists(HYPHENED, min_size=1, max_size=3).map(" ".join)
DATES = st.dates(FIRST_DAY, LAST_DAY)
YEARS = st.integers(FIRST_DAY.year, LAST_DAY.year)


def people(dates: st.SearchStrategy[dt.date | int] = DATES | YEARS) -> st.SearchStrategy[Person]:
    """People with names of all forms, some without a given name, some with a birth name."""
    return st.builds(
        Person,
        family_name=FAMILY_NAMES,
        given_names=st.just("") | GIVEN_NAMES,
        birth_date=dates,
        birth_name=st.just("") | FAMILY_NAMES,
    )
