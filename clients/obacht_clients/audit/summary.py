"""A descriptor in words, line by line, and what changed against the one before."""

import datetime as dt
from collections.abc import Iterator

from obacht_clients.words.language import Language
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.encoding import base64url


def facts(descriptor: Descriptor, language: Language) -> dict[str, str]:
    """Give what a descriptor says: a label for each fact, and the fact.

    Nothing is left out, so that two descriptors with the same facts are the same but for version and previous hash.
    """
    return dict(_facts(descriptor, language))


def changes(before: Descriptor, after: Descriptor, language: Language) -> list[str]:
    """Say fact by fact what changed."""
    old, new, nothing = facts(before, language), facts(after, language), language.texts["fact-nothing"]
    return [
        language.texts["fact-change"].format(label, old.get(label, nothing), new.get(label, nothing))
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    ]


def _facts(descriptor: Descriptor, language: Language) -> Iterator[tuple[str, str]]:
    texts = language.texts

    def moment(seconds: int) -> str:
        return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime(texts["date"] + " %H:%M UTC")

    yield texts["fact-deployment"], descriptor.deployment
    yield texts["fact-version"], str(descriptor.version)
    yield texts["fact-issued"], moment(descriptor.issued)
    yield texts["fact-expires"], moment(descriptor.expires)
    yield texts["fact-previous"], descriptor.previous.hex()
    yield texts["fact-office"], str(descriptor.office)
    yield texts["fact-auditor"], str(descriptor.auditor)
    yield texts["fact-matcher"], descriptor.matcher
    yield texts["fact-head"], str(descriptor.head)
    yield texts["fact-publisher"], base64url(descriptor.publisher)
    yield texts["fact-report"], descriptor.report.hex() or texts["fact-nothing"]
    yield texts["fact-reports"], descriptor.reports or texts["fact-nothing"]
    for office in descriptor.offices:
        log = office.log or texts["fact-no-log"]
        yield texts["fact-key-office"].format(office.index), f"{office.name}, {office.url}, {log}"
    for epoch in descriptor.epochs:
        label = texts["fact-epoch"].format(epoch.number)
        yield f"{label}, {texts['fact-needed']}", f"{epoch.threshold} / {len(epoch.shares)}"
        yield f"{label}, {texts['fact-time']}", f"{moment(epoch.begins)} - {moment(epoch.ends)}"
        yield f"{label}, {texts['fact-key']}", epoch.public_key.hex()
        for index, share in sorted(epoch.shares.items()):
            yield f"{label}, {texts['fact-share'].format(index)}", share.hex()
        rule = f"{epoch.stretch}, {epoch.matching}, {epoch.strong}, {epoch.possible}"
        yield f"{label}, {texts['fact-rule']}", rule
    for contact in descriptor.contacts:
        parts = (contact.office, contact.phone, contact.mail, contact.hours, contact.after_hours)
        yield texts["fact-contact"].format(contact.number), ", ".join(part for part in parts if part)
    for purpose in descriptor.purposes:
        yield texts["fact-purpose"].format(purpose.id), purpose.label
    canary = descriptor.canary
    yield texts["fact-canary"], f"{canary.given_names} {canary.family_name}, {canary.birth_date}"
    for receipt in descriptor.receipts:
        yield texts["fact-receipts"].format(receipt.month), receipt.public_key.hex()
    for path, digest in sorted(descriptor.web.items()):
        yield texts["fact-web"].format(path), digest.hex()
