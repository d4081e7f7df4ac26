"""Words that are like a given one are found by the letters they share, and none is missed for that."""

import jellyfish
from hypothesis import given
from hypothesis import strategies as st

from obacht_enrollment.cases.spelling import CLOSE, LEAST, NEAR, Words
from obacht_protocol.phonetics import cologne

WORDS = st.text("abemr ", min_size=1, max_size=9)


def compared_with_each(word: str, others: set[str]) -> dict[str, tuple[float, bool]]:
    found = {}
    for other in others:
        degree = jellyfish.jaro_winkler_similarity(word, other)
        slips = jellyfish.damerau_levenshtein_distance(word, other) <= (2 if min(len(word), len(other)) > 5 else 1)
        same_sound = cologne(word) == cologne(other) != "-"
        is_close = degree >= CLOSE or (degree >= LEAST and (slips or same_sound))
        if is_close or degree >= NEAR:
            found[other] = (degree, is_close)
    return found


@given(words=st.lists(WORDS, max_size=40), gone=st.integers(0, 40), asked=WORDS)
def test_the_same_words_are_found_as_by_comparing_with_each(words: list[str], gone: int, asked: str) -> None:
    kept = Words()
    for word in words:
        kept.add(word)
    for word in words[:gone]:
        kept.discard(word)
    for word in words[: gone // 2]:
        kept.add(word)
    there = set(words[gone:] + words[: gone // 2])
    for word in (asked, *words):
        found = {other: (likeness.degree, likeness.is_close) for other, likeness in kept.like(word).items()}
        assert found == compared_with_each(word, there)


def test_sound_counts_where_letters_do_not_suffice() -> None:
    words = Words()
    for word in ("maier", "mara"):
        words.add(word)
    assert {word: likeness.is_close for word, likeness in words.like("meyer").items()} == {"maier": True}
