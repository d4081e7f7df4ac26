"""A descriptor is drafted from what is in force, and only two signatures put it there."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from deployment import signing_key
from obacht_enrollment import drafting
from obacht_enrollment.errors import DescriptorDraftError, MatcherError
from obacht_enrollment.home import DRAFT, IN_FORCE, SIGNED
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.ledger import canary_record
from obacht_enrollment.office import descriptor_in_force
from obacht_protocol import group, notes, threshold, transcript
from obacht_protocol.descriptor import Canary, Descriptor
from obacht_protocol.encoding import base64url, canonical_json
from obacht_protocol.transcript import Seat, Transcript
from safety_office import AUDITOR, DAY, KEYS, NOW, Servers, Site, unreachable


def draft(site: Site, held: Transcript | None, **named: Any) -> Descriptor:
    previous = descriptor_in_force(site.office.home)
    keys = PublicKeys(site.office.home)
    return drafting.draft(site.office.settings, keys, held, AUDITOR.verify_key, previous, now=site.now, **named)


def put(site: Site, note: bytes) -> Descriptor:
    return asyncio.run(drafting.put(site.office.home, note, site.outside))


def test_the_first_descriptor_says_what_settings_and_key_office_say(site: Site) -> None:
    descriptor = site.servers.current_descriptor
    assert (descriptor.version, descriptor.previous, descriptor.deployment) == (1, bytes(32), "test-town")
    assert descriptor.offices[0].url == "http://127.0.0.1:8200"
    assert descriptor.epoch.public_key == site.servers.public
    assert descriptor.expires == descriptor.epoch.ends == NOW + 90 * DAY
    assert descriptor.contacts[0].phone == "0221 1"
    assert descriptor.publisher == site.office.keys.publisher.public_key
    assert len(descriptor.report) == 32
    assert (descriptor.office, descriptor.auditor) == (site.office.keys.root.verify_key, AUDITOR.verify_key)


def test_the_next_one_follows_it_and_keeps_the_epoch(site: Site) -> None:
    first = site.servers.descriptor
    site.now += DAY
    site.sign_descriptor()
    second = site.servers.current_descriptor
    assert (second.version, second.previous) == (2, notes.digest(first))
    assert (second.epoch.begins, second.epoch.ends, second.issued) == (NOW, NOW + 90 * DAY, NOW + DAY)


def test_the_next_epoch_stands_beside_the_one_before_and_begins_when_it_is_drafted(site: Site) -> None:
    site.now += DAY
    before = site.descriptor.epochs[0]
    drafted = draft(site, site.servers.ceremony(epoch=2))
    assert drafted.epochs[0] == before
    assert (drafted.epochs[1].number, drafted.epochs[1].begins) == (2, NOW + DAY)
    assert drafted.expires == NOW + DAY + 90 * DAY


def test_epochs_stay_until_they_are_dropped_and_there_are_never_three(site: Site) -> None:
    site.sign_descriptor(epoch=2)
    assert numbers(draft(site, None)) == [1, 2]
    assert numbers(draft(site, None, drop=[1])) == [2]
    assert numbers(draft(site, site.servers.ceremony(epoch=3), drop=[1])) == [2, 3]
    refused: list[tuple[str, int, dict[str, Any]]] = [
        ("epochs-many", 3, {}),
        ("epoch-order", 1, {}),
        ("epoch-unknown", 0, {"drop": [3]}),
        ("epoch-published", 0, {"drop": [1], "published": 1}),
        ("transcript-missing", 0, {"drop": [1, 2]}),
    ]
    for code, epoch, named in refused:
        with pytest.raises(DescriptorDraftError, match=code):
            draft(site, site.servers.ceremony(epoch=epoch) if epoch else None, **named)


def test_two_epochs_name_the_offices_of_both_and_one_only_its_own(site: Site) -> None:
    secret, slope = group.scalar_random(), group.scalar_random()
    shares = threshold.split(secret, 2, [1, 4], [slope])
    seats = [seat(index, share, url=KEYS if index == 1 else "") for index, share in shares.items()]
    second = transcript.make([secret, slope], seats, deployment="test-town", epoch=2)
    drafted = draft(site, second)
    assert [(office.index, office.url) for office in drafted.offices] == [(1, KEYS), (4, "https://keys4.town.example")]
    third = draft(site, second, drop=[1])
    assert [office.index for office in third.offices] == [1, 4]
    alone = transcript.make([secret], [seat(4, secret)], deployment="test-town", epoch=2)
    assert [office.index for office in draft(site, alone).offices] == [1, 4]
    assert [office.index for office in draft(site, alone, drop=[1]).offices] == [4]


def numbers(descriptor: Descriptor) -> list[int]:
    return [epoch.number for epoch in descriptor.epochs]


def seat(index: int, share: bytes, url: str = "") -> Seat:
    return Seat(
        index=index,
        name=f"Stelle {index}",
        url=url or f"https://keys{index}.town.example",
        transport_key=bytes([index]) * 32,
        public_share=group.multiply_base(share),
        sealed=bytes(32),
    )


def test_threshold_and_all_offices_come_from_the_ceremony(site: Site) -> None:
    coefficients = [group.scalar_random(), group.scalar_random()]
    shares = threshold.split(coefficients[0], 2, [1, 3, 4], coefficients[1:])
    seats = [seat(index, share) for index, share in shares.items()]
    drafted = draft(site, transcript.make(coefficients, seats, deployment="test-town", epoch=2), drop=[1])
    assert [(office.index, office.name, office.url) for office in drafted.offices] == [
        (held.index, held.name, held.url) for held in seats
    ]
    assert (drafted.epoch.number, drafted.epoch.threshold) == (2, 2)
    assert drafted.epoch.public_key == group.multiply_base(coefficients[0])
    assert drafted.epoch.shares == {held.index: held.public_share for held in seats}


def test_the_key_of_another_deployment_is_refused(site: Site) -> None:
    with pytest.raises(DescriptorDraftError, match="transcript-deployment"):
        draft(site, site.servers.ceremony("test-elsewhere"))


@pytest.mark.parametrize(
    ("canary", "field"),
    [
        (Canary("", "Hansi", "1980-01-01"), "family_name"),
        (Canary("Wellensittich", "حسن", "1980-01-01"), "given_names"),
        (Canary("Wellensittich", "Hansi", "1880-01-01"), "birth_date"),
    ],
)
def test_a_canary_that_cannot_be_recorded_is_refused(canary: Canary, field: str) -> None:
    with pytest.raises(DescriptorDraftError, match="canary") as caught:
        canary_record(canary, 1)
    assert caught.value.details["field"] == field


def test_a_contact_that_valid_records_name_cannot_go(site: Site) -> None:
    keys, own = PublicKeys(site.office.home), site.office.settings
    with pytest.raises(DescriptorDraftError) as caught:
        drafting.draft(
            own,
            keys,
            site.servers.ceremony(),
            AUDITOR.verify_key,
            None,
            now=site.now,
            contacts_in_use={1: [4], 7: [2, 9]},
        )
    assert caught.value.details == {"contact": 7, "records": "2, 9"}


def test_what_is_no_transcript_or_contradicts_itself_is_refused(servers: Servers) -> None:
    good = servers.ceremony().encode()
    assert drafting.read_transcript(good).encode() == good
    for wrong in (b"", b"[]", b"\xff", good.replace(b'"threshold":1', b'"threshold":2')):
        with pytest.raises(DescriptorDraftError, match="transcript"):
            drafting.read_transcript(wrong)


def test_a_draft_can_be_read_and_changed_by_people(site: Site) -> None:
    drafting.write_draft(site.office.home, draft(site, site.servers.ceremony()))
    text = site.office.home.read(DRAFT).decode()
    assert '\n  "version": 2' in text
    site.office.home.replace(DRAFT, text.replace("0221 1", "0221 2").encode())
    assert drafting.sign(site.office.home, site.office.keys).contacts[0].phone == "0221 2"


def test_only_a_draft_of_our_own_keys_that_follows_is_signed(site: Site) -> None:
    home = site.office.home
    drafted = draft(site, site.servers.ceremony())
    wrong = {
        "descriptor-keys": replace(drafted, head=signing_key("test-town/other").verify_key),
        "descriptor-order": replace(drafted, version=1),
    }
    for code, descriptor in wrong.items():
        drafting.write_draft(home, descriptor)
        with pytest.raises(DescriptorDraftError, match=code):
            drafting.sign(home, site.office.keys)
    for broken in (b"{", b"{}", b'{"type":1}'):
        home.replace(DRAFT, broken)
        with pytest.raises(DescriptorDraftError, match="descriptor-form"):
            drafting.sign(home, site.office.keys)


def test_without_the_auditors_signature_nothing_is_put_in_force(site: Site) -> None:
    drafting.write_draft(site.office.home, draft(site, site.servers.ceremony()))
    drafting.sign(site.office.home, site.office.keys)
    in_force = site.office.home.read(IN_FORCE)
    note = site.office.home.read(SIGNED)
    for wrong in (note, notes.cosign(note, signing_key("test-town/stranger")), b"", note[:-2]):
        with pytest.raises(DescriptorDraftError, match="descriptor-signatures"):
            put(site, wrong)
    assert site.office.home.read(IN_FORCE) == in_force
    assert site.servers.current_descriptor.version == 1


def test_another_auditor_needs_the_signature_of_the_one_before(site: Site) -> None:
    other = signing_key("test-town/new-auditor")
    drafting.write_draft(site.office.home, replace(draft(site, site.servers.ceremony()), auditor=other.verify_key))
    drafting.sign(site.office.home, site.office.keys)
    note = notes.cosign(site.office.home.read(SIGNED), other)
    with pytest.raises(DescriptorDraftError, match="descriptor-signatures"):
        put(site, note)
    assert put(site, notes.cosign(note, AUDITOR)).auditor == other.verify_key


def test_an_older_descriptor_is_not_put_back_in_force(site: Site) -> None:
    first = site.servers.descriptor
    site.sign_descriptor()
    with pytest.raises(DescriptorDraftError, match="descriptor-order"):
        put(site, first)


def test_putting_the_same_one_again_is_fine(site: Site) -> None:
    assert put(site, site.servers.descriptor).version == 1


def test_a_matcher_that_is_down_does_not_undo_what_two_have_signed(site: Site) -> None:
    site.servers.instead["PUT /v1/descriptor"] = unreachable
    with pytest.raises(MatcherError, match="unreachable"):
        site.sign_descriptor()
    assert site.descriptor.version == 2


def receipt_keys(*months: str) -> bytes:
    return canonical_json([{"month": month, "public_key": base64url(month.encode().ljust(32))} for month in months])


def test_keys_for_receipts_come_from_the_auditor_and_stay_until_their_month_is_over(site: Site) -> None:
    made = drafting.read_receipt_keys(receipt_keys("2026-12", "2027-01", "2027-02"))
    drafted = draft(site, None, receipts=made)
    assert [key.month for key in drafted.receipts] == ["2027-01", "2027-02"]
    assert drafting.months_missing(drafted) == ["2027-03", "2027-04"]
    assert drafting._receipts(drafted, None, site.now + 31 * 86_400) == [drafted.receipts[1]]
    with pytest.raises(DescriptorDraftError, match="receipts-over"):
        drafting._receipts(drafted, None, site.now + 90 * 86_400)
    with pytest.raises(DescriptorDraftError, match="receipts-over"):
        draft(site, None, receipts=made[:1])
    assert draft(site, None).receipts == []
    assert drafting.months_missing(draft(site, None)) == []


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[1]", b'[{"month":"2027-01"}]', b'[{"month":"2027-13","public_key":""}]', b'["x"]',
             receipt_keys("2027-1"), b'[{"month":7,"public_key":""}]', b'[{"month":"2027-01","public_key":"AA"}]'],
)  # fmt: skip
def test_what_is_no_list_of_receipt_keys_is_refused(data: bytes) -> None:
    with pytest.raises(DescriptorDraftError, match="receipt-keys"):
        drafting.read_receipt_keys(data)
