"""How several rows become one answer, and what a program reads of it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from obacht_clients.answers import (
    AddressMatch,
    Entry,
    Finding,
    NoCheck,
    NoEntry,
    OfficeWarning,
    PersonMatch,
    PossibleEntry,
    State,
    decide,
    to_json,
)
from obacht_protocol.descriptor import Contact

HERE, THERE = Contact(1, "Sicherheitsstelle", "0221 1"), Contact(2, "Ordnungsamt", "0221 2")
EXACT = PersonMatch("exact", "exact")


def found(**changes: object) -> Finding:
    fields: dict[str, object] = {
        "level": 3, "tier": "strong", "contact": HERE, "valid_until": 9, "reference": "00" * 8, "matched": EXACT,
    }  # fmt: skip
    return Finding(**fields | changes)  # type: ignore[arg-type] # as each test names them


FINDINGS = st.lists(
    st.builds(
        found,
        level=st.integers(2, 4),
        tier=st.sampled_from(["strong", "possible"]),
        contact=st.sampled_from([HERE, THERE]),
        valid_until=st.integers(1, 2),
        reference=st.binary(min_size=8, max_size=8).map(bytes.hex),
        matched=st.builds(
            PersonMatch, st.sampled_from(["exact", "near", "year"]), st.sampled_from(["exact", "sound", "similar"])
        )
        | st.builds(AddressMatch, st.sampled_from(["exact", "building", "sound"])),
    )
)


def test_there_are_exactly_four_states() -> None:
    assert [state.value for state in State] == ["entry", "possible entry", "no entry", "no check was made"]
    assert {kind.state for kind in (Entry, PossibleEntry, NoEntry, NoCheck)} == set(State)


def test_nothing_found_is_no_entry() -> None:
    assert decide([]) == NoEntry()


def test_rows_of_one_record_collapse_into_the_best_match() -> None:
    rows = [
        found(matched=PersonMatch("near", "sound"), tier="possible", reference="aa" * 8),
        found(reference="bb" * 8),
        found(matched=PersonMatch("exact", "sound"), reference="cc" * 8),
    ]
    answer = decide(rows)
    assert isinstance(answer, Entry)
    assert (answer.reference, answer.matched, answer.others) == ("bb" * 8, EXACT, ())


@pytest.mark.parametrize("change", [{"level": 2}, {"contact": THERE}, {"valid_until": 10}])
def test_rows_that_differ_are_all_told(change: dict[str, object]) -> None:
    answer = decide([found(), found(**change)])
    assert isinstance(answer, Entry)
    assert len(answer.others) == 1


def test_the_state_comes_from_the_best_tier_and_not_from_the_highest_level() -> None:
    answer = decide([found(level=4, tier="possible"), found(level=2), found(level=3)])
    assert isinstance(answer, Entry)
    assert [answer.level, *(other.level for other in answer.others)] == [3, 2, 4]
    assert [other.tier for other in answer.others] == ["strong", "possible"]


@given(FINDINGS)
def test_nothing_that_was_found_is_ever_lost(findings: list[Finding]) -> None:
    answer = decide(findings)
    if isinstance(answer, NoEntry):
        assert not findings
        return
    told = [answer, *answer.others]
    kinds = [(finding.level, finding.contact, finding.valid_until) for finding in told]
    assert len(kinds) == len(set(kinds))
    assert set(kinds) == {(finding.level, finding.contact, finding.valid_until) for finding in findings}
    strong = [finding for finding in findings if finding.tier == "strong"]
    assert isinstance(answer, Entry if strong else PossibleEntry)
    assert answer.level == max(finding.level for finding in strong or findings)


@given(FINDINGS)
def test_the_order_of_the_rows_tells_nothing(findings: list[Finding]) -> None:
    def told(answer: Entry | PossibleEntry | NoEntry) -> object:
        return None if isinstance(answer, NoEntry) else (type(answer), answer.level, answer.tier)

    assert told(decide(findings)) == told(decide(findings[::-1]))


def test_a_program_reads_the_same() -> None:
    assert to_json(NoEntry()) == {"state": "no entry", "warnings": []}
    no_check: dict[str, object] = {"state": "no check was made", "reason": "clock", "contact": None, "warnings": []}
    assert to_json(NoCheck("clock")) == no_check | {"again": None}
    assert to_json(NoCheck("refused-quota", again=1_800_000_000)) == no_check | {
        "reason": "refused-quota", "again": 1_800_000_000
    }  # fmt: skip
    slow = OfficeWarning("office-slow", "IT")
    for told in (NoEntry((slow,)), NoCheck("clock", None, (slow,)), replace(decide([found()]), warnings=(slow,))):
        assert to_json(told)["warnings"] == [{"code": "office-slow", "office": "IT"}]
    contact = {"office": "Sicherheitsstelle", "phone": "0221 1", "mail": "", "hours": "", "after_hours": ""}
    assert to_json(NoCheck("clock", HERE))["contact"] == contact
    answer = decide([found(), found(level=2, matched=AddressMatch("sound"), tier="possible")])
    read = json.loads(json.dumps(to_json(answer)))
    assert read["state"] == "entry"
    assert read["contact"] == contact
    assert read["matched"] == {"birth_date": "exact", "names": "exact"}
    assert [other["matched"] for other in read["others"]] == [{"address": "sound"}]


def test_answers_cannot_be_changed() -> None:
    answer = decide([found()])
    with pytest.raises(AttributeError):
        answer.level = 1  # type: ignore[misc,union-attr] # that it is refused is the point
    assert replace(found(), level=2).level == 2
