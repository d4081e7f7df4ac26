"""An answer in sentences: an icon of ASCII signs and words, so that no terminal, printer or screen reader loses it."""

import datetime as dt
from collections.abc import Iterator

from obacht_clients.answers import AddressMatch, Answer, Entry, Finding, NoCheck, NoEntry, OfficeWarning, PersonMatch
from obacht_clients.words import why
from obacht_clients.words.language import Language
from obacht_protocol.descriptor import Contact


def of(answer: Answer, language: Language) -> list[str]:
    """Give the lines to show for an answer; there is no green and no tick among them."""
    return [*without_warnings(answer, language), *warnings(answer, language)]


def without_warnings(answer: Answer, language: Language) -> list[str]:
    """Give the same lines without those about key offices: for lists, whose answers all have those in common."""
    texts = language.texts
    match answer:
        case NoEntry():
            return [f"(-) {texts['no-entry']}", texts["advice-none"]]
        case NoCheck(reason, contact, _, again):
            lines = [f"(x) {texts['no-check']}", why(reason, language), *_again(again, language)]
            lines.append(texts["advice-no-check"])
            return lines if contact is None else [*lines, texts["call-if-urgent"].format(_contact(contact, language))]
        case Entry():
            # The same words for everybody of a level.
            advice = texts["advice-3" if answer.level >= 3 else "advice-2"]
            return [f"(!) {texts['entry'].format(answer.level)}", advice, *_details(answer, answer.others, language)]
        case _:
            first = [f"(?) {texts['possible-entry']}", texts["advice-possible"]]
            return [*first, *_details(answer, answer.others, language)]


def _again(moment: int | None, language: Language) -> list[str]:
    """Say from when on asking again makes sense, by the clock on the wall."""
    if moment is None:
        return []
    local = dt.datetime.fromtimestamp(moment + 59).astimezone()  # the minute in which it is surely so
    return [language.texts["again"].format(local.strftime(language.texts["date"]), local.strftime("%H:%M"))]


def warnings(answer: Answer, language: Language) -> list[str]:
    """Name the key offices that did not do their part, each with what it did."""
    return [conduct(warning, language) for warning in answer.warnings]


def conduct(warning: OfficeWarning, language: Language) -> str:
    """Say what a key office did."""
    return language.texts[_conduct(warning)].format(warning.office)


def _conduct(warning: OfficeWarning) -> str:
    match warning.code:
        case "office-answer" | "office-log" | "office-proof":
            return "office-lied"
        case "office-slow" | "timeout":
            return "office-slow"
        case "clock" | "refused":
            return "office-refused"
        case code:
            return "office-refused" if code.startswith("refused-") else "office-down"


def _details(finding: Finding, others: tuple[Finding, ...], language: Language) -> Iterator[str]:
    texts = language.texts
    yield texts["call"].format(_contact(finding.contact, language))
    yield texts["reference"].format(_grouped(finding.reference))
    yield texts["matched"].format(_matched(finding.matched, language))
    yield texts["valid-until"].format(
        dt.datetime.fromtimestamp(finding.valid_until).astimezone().strftime(texts["date"])
    )
    if finding.several:
        yield texts["several"]
    for other in others:
        tier = texts["entry" if other.tier == "strong" else "possible-entry"].partition(",")[0]
        matched = _matched(other.matched, language)
        yield texts["other"].format(tier, other.level, _grouped(other.reference), matched)
    yield texts["caveat"]


def _contact(contact: Contact, language: Language) -> str:
    hours = language.texts["hours"].format(contact.hours) if contact.hours else ""
    after = language.texts["after-hours"].format(contact.after_hours) if contact.after_hours else ""
    return ", ".join(part for part in (contact.office, contact.phone, contact.mail, hours, after) if part)


def _grouped(reference: str) -> str:
    """Put spaces between every four letters: it is read out on the telephone."""
    return " ".join(reference[place : place + 4] for place in range(0, len(reference), 4))


def _matched(matched: PersonMatch | AddressMatch, language: Language) -> str:
    match matched:
        case PersonMatch(birth_date, names):
            return f"{language.texts[f'birth-date-{birth_date}']}, {language.texts[f'names-{names}']}"
        case AddressMatch(address):
            return language.texts[f"address-{address}"]
