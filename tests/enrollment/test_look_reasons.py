"""A reason for a look is kept by its name: whatever it is called later, it is told from own words."""

import pytest

from obacht_enrollment.cases import look_reasons
from obacht_enrollment.cases.look_reasons import WORDS, LookReason


@pytest.mark.parametrize("reason", LookReason)
def test_a_usual_reason_is_known_again_whatever_it_is_called(
    reason: LookReason, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = look_reasons.write(reason, "Jobcenter")
    monkeypatch.setitem(WORDS, reason, ("Neues Wort", "New word"))
    assert look_reasons.kind(kept) is reason
    own = reason is LookReason.OTHER
    assert look_reasons.told(kept, "de") == ("Jobcenter" if own else "Neues Wort: Jobcenter")
    assert look_reasons.told(look_reasons.write(reason), "en") == "New word"


def test_a_usual_reason_may_be_named_alone() -> None:
    assert (look_reasons.kind("work"), look_reasons.told("work", "de")) == (LookReason.WORK, "Bearbeitung")


@pytest.mark.parametrize("words", ["Bearbeitung", "strange\x1fwords", ""])
def test_own_words_are_no_usual_reason(words: str) -> None:
    assert look_reasons.kind(words) is LookReason.OTHER
    assert words.rpartition("\x1f")[2] in look_reasons.told(words, "de")
