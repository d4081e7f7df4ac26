"""Every reason has words, in every language, and the words keep their promises."""

import inspect
import re
from dataclasses import replace

import pytest

from obacht_clients.answers import (
    AddressMatch,
    Answer,
    Entry,
    Finding,
    NoCheck,
    NoEntry,
    OfficeWarning,
    PersonMatch,
    PossibleEntry,
)
from obacht_clients.errors import REASONS, REFUSALS, ClientError
from obacht_clients.words import LANGUAGES, Language, refused_identity, sentences, why
from obacht_protocol import addresses, identity
from obacht_protocol.descriptor import Contact
from obacht_protocol.errors import IdentityError
from obacht_protocol.problems import PROBLEMS

GERMAN, ENGLISH = LANGUAGES["de"], LANGUAGES["en"]
CONTACT = Contact(1, "Sicherheitsstelle", "0221 0", "mail@example.org", "Mo-Fr 8-16", "110")
TEXT_CODES = {"empty", "too_long", "control", "digits", "script", "symbol", "no_letters"}
CODES = {
    "family_name": TEXT_CODES | {"too_many_keys"},
    "given_names": TEXT_CODES | {"too_many_keys"},
    "birth_name": TEXT_CODES,
    "street": TEXT_CODES,
    "birth_date": {"empty", "format", "no_such_day", "before_1900", "future"},
    "postcode": {"empty", "format"},
    "house_number": {"empty", "format", "range", "side", "too_many_keys"},
}
OF_RECEIPTS = {
    "family_name": {"together"},
    "street": {"together"},
    "reference": {"too_long"},
    "reason": {"too_long"},
}


def shown(answer: Answer, language: Language = GERMAN) -> str:
    return "\n".join(sentences.of(answer, language))


def finding(level: int = 3) -> dict[str, object]:
    return {
        "level": level, "tier": "strong", "contact": CONTACT, "valid_until": 1_800_000_000,
        "reference": "0123456789abcdef", "matched": PersonMatch("exact", "sound"),
    }  # fmt: skip


ENTRY = Entry(**finding(), several=True, others=(Finding(**finding(2)),))  # type: ignore[arg-type] # as above
POSSIBLE = PossibleEntry(**finding() | {"tier": "possible", "matched": AddressMatch("sound")})  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_reason_has_words_of_its_own(language: Language) -> None:
    assert language.reasons.keys() == REASONS
    assert language.refusals.keys() == PROBLEMS.keys()
    for reason in REASONS | REFUSALS:
        assert why(reason, language).endswith((".", ")"))
    assert len(set(language.reasons.values())) == len(REASONS)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_refused_field_has_words(language: Language) -> None:
    for field, codes in [*CODES.items(), *OF_RECEIPTS.items()]:
        for code in codes:
            text = refused_identity(IdentityError(field, code), language)
            assert text.startswith(language.fields[field] + ": ")


def test_the_codes_are_those_that_the_protocol_names() -> None:
    documented = set(re.findall(r"``([a-z_0-9]+)``", identity.__doc__ or ""))
    raised = {
        code
        for module in (identity, addresses)
        for code in re.findall(r'IdentityError\([^)]*"([a-z_0-9]+)"\)', inspect.getsource(module))
    }
    assert documented | raised == {code for codes in CODES.values() for code in codes}


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    assert GERMAN.texts.keys() == ENGLISH.texts.keys()
    assert GERMAN.identity.keys() == ENGLISH.identity.keys()
    assert GERMAN.fields.keys() == ENGLISH.fields.keys() == CODES.keys() | OF_RECEIPTS.keys()
    for name, text in GERMAN.texts.items():
        assert text.count("{}") == ENGLISH.texts[name].count("{}"), name


def test_a_reason_without_words_cannot_be_raised() -> None:
    with pytest.raises(AssertionError):
        ClientError("whatever")


def test_no_entry_is_no_all_clear() -> None:
    assert "Das ist keine Entwarnung." in shown(NoEntry())
    assert "This is no all-clear." in shown(NoEntry(), ENGLISH)


def test_an_entry_says_what_to_do_whom_to_call_and_what_matched() -> None:
    text = shown(ENTRY)
    for part in ("Eintrag, Stufe 3", "Nicht allein aufsuchen.", "0221 0", "110", "0123 4567 89ab cdef",
                 "Geburtsdatum genau, Name nach Klang", "15.01.2027", "mehrere", "Identität klären",
                 "Kein Grund, Leistungen abzulehnen", "Außerdem: Eintrag, Stufe 2"):  # fmt: skip
        assert part in text


def test_the_words_hang_on_the_level_alone() -> None:
    lower = Entry(**finding(2))  # type: ignore[arg-type] # as above
    assert "Nicht allein aufsuchen" not in shown(lower)
    assert "Vor dem Kontakt anrufen." in shown(lower)


def test_a_possible_entry_asks_for_a_call() -> None:
    assert "Ähnliche Angaben. Bitte anrufen." in shown(POSSIBLE)
    assert "Straße nach Klang" in shown(POSSIBLE)


def test_no_check_says_why_and_whom_to_call_and_cannot_be_taken_for_no_entry() -> None:
    for reason in REASONS | REFUSALS:
        text = shown(NoCheck(reason, CONTACT))
        assert text.startswith("(x) Keine Prüfung erfolgt\n")
        assert "0221 0" in text
        assert "Kein Eintrag" not in text
    assert "anrufen:" not in shown(NoCheck("home-missing"))


def test_every_answer_begins_with_a_sign_that_any_terminal_has() -> None:
    firsts = [shown(answer)[:3] for answer in (ENTRY, POSSIBLE, NoEntry(), NoCheck("clock"))]
    assert firsts == ["(!)", "(?)", "(-)", "(x)"]
    for answer in (ENTRY, POSSIBLE, NoEntry(), NoCheck("clock", CONTACT)):
        for language in LANGUAGES.values():
            assert shown(answer, language).encode("cp1252")
            assert not set("✓✔☑✅") & set(shown(answer, language))


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_an_office_that_did_not_do_its_part_is_named_under_every_answer(language: Language) -> None:
    for code in REASONS | REFUSALS:
        warning = OfficeWarning(code, "Landkreis")
        for answer in (NoEntry((warning,)), NoCheck("clock", CONTACT, (warning,)), replace(ENTRY, warnings=(warning,))):
            *before, last = sentences.of(answer, language)
            assert "Landkreis" in last
            assert before == sentences.of(replace(answer, warnings=()), language)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("office-proof", "falsch geantwortet"), ("office-answer", "falsch geantwortet"),
        ("office-log", "falsch geantwortet"), ("office-slow", "zu langsam"), ("timeout", "zu langsam"),
        ("refused-device", "abgewiesen"), ("clock", "abgewiesen"), ("refused", "abgewiesen"),
        ("unreachable", "nicht erreichbar"), ("tls", "nicht erreichbar"),
    ],
)  # fmt: skip
def test_what_an_office_did_is_said_in_its_own_words(code: str, said: str) -> None:
    assert said in shown(NoEntry((OfficeWarning(code, "Landkreis"),)))
