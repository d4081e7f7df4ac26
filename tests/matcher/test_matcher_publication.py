"""What the matcher takes from the safety office: only what is signed, current, growing and whole."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from deployment import DAY, Deployment, make_deployment, signing_key
from matcher_site import NOTE, REGISTER, Site, code
from obacht_protocol import merkle, notes, register
from obacht_protocol.encoding import u32


def rows(count: int) -> list[bytes]:
    return [register.filler_row(bytes(32), number) for number in range(count)]


def test_a_descriptor_follows_the_one_before(described: Site, town: Deployment) -> None:
    following = town.revised()
    assert code(described.describe(town)) == "descriptor-order"
    assert described.describe(following).status_code == 204
    assert code(described.describe(town)) == "descriptor-order"
    assert code(described.describe(town.revised(web={"index.html": bytes(32)}))) == "descriptor-order"
    assert described.get("/v1/descriptor").content == following.note()


def test_a_descriptor_needs_both_signatures(site: Site, town: Deployment) -> None:
    stranger = signing_key("stranger")
    for forged in (replace(town, office=stranger), replace(town, auditor=stranger), replace(town, auditor=town.office)):
        assert code(site.describe(forged)) == "note"
    assert code(site.get("/v1/descriptor")) == "no-descriptor"


def test_an_expired_descriptor_and_another_deployments_are_refused(site: Site, town: Deployment) -> None:
    other = make_deployment("test-other")
    moved = replace(other, office=town.office, auditor=town.auditor)
    descriptor = replace(other.descriptor, office=town.office.verify_key, auditor=town.auditor.verify_key)
    assert code(site.describe(replace(moved, descriptor=descriptor))) == "descriptor"
    site.ahead = 31 * DAY
    assert code(site.describe(town)) == "descriptor"


def test_a_root_key_changes_by_a_descriptor_of_old_and_new_and_then_the_new_counts(
    described: Site, town: Deployment
) -> None:
    new = signing_key("next-office")
    changed = town.revised(office=new.verify_key)
    assert code(described.describe(changed)) == "note"  # the new key has not signed
    assert code(described.describe(replace(changed, office=new))) == "note"  # the old one has not
    both = notes.cosign(changed.note(), new)
    assert described.ask("PUT", "/v1/descriptor", content=both, headers=NOTE).status_code == 204
    assert code(described.describe(changed.revised())) == "note"
    assert described.describe(replace(changed, office=new).revised()).status_code == 204


def refusals(town: Deployment) -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Bodies of ``PUT /v1/register/5`` that are refused, each with its code."""
    good = town.publish(5, rows(3))
    note, bucket = good.note, good.register.buckets[0]
    swapped = bucket[128:256] + bucket[:128] + bucket[256:]
    now = good.head.issued

    def body(note: bytes, buckets: bytes = bucket) -> bytes:
        return u32(len(note)) + note + buckets

    return {
        "nothing": ("head", lambda: b""),
        "half a length": ("head", lambda: b"\0\0"),
        "no head": ("head", lambda: u32(0) + bucket),
        "a head beyond the body": ("head", lambda: u32(8000)),
        "a head beyond its limit": ("head", lambda: u32(8193) + bytes(9000)),
        "no note": ("note", lambda: body(b"x" * 300)),
        "a head by a stranger": ("note", lambda: body(replace(good, key=signing_key("stranger")).note)),
        "a descriptor as head": ("head", lambda: body(notes.sign(town.descriptor.encode(), [town.head]))),
        "another deployment": ("head", lambda: body(good.renewed(deployment="test-other").note)),
        "another descriptor": ("head", lambda: body(good.renewed(descriptor=bytes(32)).note)),
        "an expired head": ("head", lambda: body(good.renewed(issued=now - 3 * DAY, expires=now - 1).note)),
        "a head of tomorrow": ("head", lambda: body(good.renewed(issued=now + DAY, expires=now + 2 * DAY).note)),
        "an unknown epoch": ("epoch", lambda: body(good.renewed(epoch=2).note)),
        "another sequence": ("sequence", lambda: body(good.renewed(sequence=6).note)),
        "another root": ("register", lambda: body(good.renewed(root=bytes(32)).note)),
        "more rows promised": ("register", lambda: body(good.renewed(rows=2048).note)),
        "more buckets promised": ("register", lambda: body(good.renewed(bits=1, rows=512).note)),
        "a row too few": ("register", lambda: body(note, bucket[128:])),
        "a byte too many": ("register", lambda: body(note, bucket + b"\0")),
        "rows out of order": ("register", lambda: body(note, swapped)),
        "a row twice": ("register", lambda: body(note, bucket[:128] + bucket[:-128])),
        "a changed row": ("register", lambda: body(note, bucket[:-1] + bytes([bucket[-1] ^ 1]))),
    }


@pytest.mark.parametrize("fault", refusals(make_deployment()))
def test_a_register_that_is_not_what_its_head_promises_is_refused_and_leaves_nothing(
    described: Site, town: Deployment, keys: Callable[[str], list[str]], fault: str
) -> None:
    before = town.publish(4)
    described.publish(town, before)
    lying = keys(town.name)
    expected, body = refusals(town)[fault]
    assert code(described.publish(town, town.publish(5), body())) == expected
    assert described.get("/v1/register/head").content == before.note
    assert code(described.get("/v1/register/5/buckets/0")) == "not-found"
    assert keys(town.name) == lying


def test_rows_in_another_bucket_than_theirs_are_refused(described: Site, town: Deployment) -> None:
    published = town.publish(5)
    whole = published.register.buckets[0]
    halves = [merkle.leaf_hash(part) for part in (whole[: len(whole) // 2], whole[len(whole) // 2 :])]
    split = published.renewed(bits=1, rows=512, root=merkle.root(halves))
    assert code(described.publish(town, split)) == "register"


def test_sequences_grow_so_a_replay_is_refused(described: Site, town: Deployment) -> None:
    published = town.publish(5)
    headers = town.device.headers("PUT", published.path, published.body, media_type=REGISTER)
    send = {"content": published.body, "headers": headers}
    assert described.ask("PUT", published.path, **send).status_code == 204
    assert code(described.ask("PUT", published.path, **send)) == "sequence"
    assert code(described.publish(town, town.publish(4))) == "sequence"
    assert described.publish(town, town.publish(6)).status_code == 204


def test_only_the_publishing_device_may_publish(described: Site, town: Deployment) -> None:
    published = town.publish()

    def send(headers: dict[str, str], body: bytes = published.body) -> str:
        return code(described.ask("PUT", published.path, content=body, headers=headers))

    def signed(**changes: object) -> dict[str, str]:
        return town.device.but(**changes).headers("PUT", published.path, published.body, media_type=REGISTER)

    assert send({"Content-Type": REGISTER}) == "signature-missing"
    assert send(signed(key=SigningKey(bytes(32)))) == "device"
    assert send(signed(key=SigningKey(bytes(32)), keyid=town.device.device)) == "signature"
    assert send(signed(skew=-61)) == "signature-time"
    assert send(signed(authority="elsewhere.example")) == "signature"
    assert send(town.device.headers("PUT", "/v1/register/2", published.body, media_type=REGISTER)) == "signature"
    assert send(signed(), published.body[:-1] + b"\0") == "digest"
    assert code(described.get("/v1/register/head")) == "no-register"


def test_a_body_is_refused_by_its_headers_before_it_is_read(described: Site, town: Deployment) -> None:
    published = town.publish()
    headers = town.device.headers("PUT", published.path, b"", media_type=REGISTER)

    async def unread() -> AsyncIterator[bytes]:
        yield b"x" * pytest.fail("the body was read")

    for changes, expected in (
        ({"Content-Length": str(2**20 + 1)}, "too-large"),
        ({"Content-Type": "text/plain", "Content-Length": "5"}, "media-type"),
        ({"Transfer-Encoding": "chunked"}, "length"),
        ({"Content-Length": "5", "Signature": "obacht=:AAAA:"}, "signature-form"),
    ):
        answer = described.ask("PUT", published.path, content=unread(), headers=headers | changes)
        assert code(answer) == expected
    for path, method, limit in (("/v1/descriptor", "PUT", 256 * 1024), ("/v1/register/head", "POST", 8192)):
        large = NOTE | {"Content-Length": str(limit + 1)}
        assert code(described.ask(method, path, content=unread(), headers=large)) == "too-large"


def test_nothing_is_published_before_there_is_a_descriptor_or_after_it_expired(site: Site, town: Deployment) -> None:
    assert code(site.publish(town, town.publish())) == "no-descriptor"
    assert code(site.renew(town.publish())) == "no-descriptor"
    site.describe(town)
    assert code(site.renew(town.publish())) == "no-register"
    site.ahead = 31 * DAY
    published = town.publish(issued=town.descriptor.issued + 31 * DAY)
    headers = town.device.but(skew=31 * DAY).headers("PUT", published.path, published.body, media_type=REGISTER)
    assert code(site.ask("PUT", published.path, content=published.body, headers=headers)) == "descriptor"
    assert code(site.renew(published)) == "descriptor"


def test_a_head_is_renewed_for_the_same_register_only(described: Site, town: Deployment) -> None:
    published = town.publish(3)
    described.publish(town, published)
    issued = published.head.issued
    assert code(described.renew(published)) == "sequence"
    assert code(described.renew(published.renewed(issued=issued - 1))) == "sequence"
    assert code(described.renew(published.renewed(issued=issued + 1, root=bytes(32)))) == "sequence"
    assert code(described.renew(published.renewed(issued=issued + 1, sequence=4))) == "sequence"
    assert code(described.renew(replace(published.renewed(issued=issued + 1), key=signing_key("stranger")))) == "note"
    later = published.renewed(issued=issued + 1)
    assert described.renew(later).status_code == 204
    assert described.get("/v1/register/head").content == later.note
    assert described.get("/v1/register/3/buckets/0").content == published.register.buckets[0]


def test_a_head_is_renewed_under_a_new_descriptor_and_a_new_head_key(described: Site, town: Deployment) -> None:
    published = town.publish(3)
    described.publish(town, published)
    key = signing_key("next-head")
    following = replace(town.revised(head=key.verify_key), head=key)
    assert described.describe(following).status_code == 204
    later = published.renewed(issued=published.head.issued + 1)
    assert code(described.renew(later)) == "note"
    assert code(described.renew(replace(later, key=key))) == "head"
    renewed = replace(later.renewed(descriptor=following.digest), key=key)
    assert described.renew(renewed).status_code == 204
    assert described.get("/v1/register/head").content == renewed.note


def test_any_bytes_are_refused_with_a_code(described: Site) -> None:
    @given(body=st.binary(max_size=600))
    def refused(body: bytes) -> None:
        for method, path in (("PUT", "/v1/descriptor"), ("POST", "/v1/register/head")):
            assert code(described.ask(method, path, content=body, headers=NOTE)) == "note"

    refused()


def test_no_answer_repeats_what_was_sent(described: Site, town: Deployment) -> None:
    marker = "Mustermann"
    published = town.publish()
    headers = town.device.headers("PUT", published.path, published.body, media_type=REGISTER)
    answers = [
        described.get(f"/v1/{marker}"),
        described.get(f"/v1/register/{marker}/buckets/{marker}"),
        described.ask("PUT", "/v1/descriptor", content=marker * 9, headers=NOTE),
        described.ask("POST", "/v1/register/head", content=marker * 9, headers=NOTE),
        described.ask("PUT", published.path, content=marker, headers=headers | {"Signature-Input": marker}),
        described.ask("PUT", published.path, content=marker, headers=headers | {"Content-Type": marker}),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500
        assert not re.search(marker, answer.text + str(answer.headers))


def test_of_two_that_come_at_the_same_time_one_is_refused(described: Site, town: Deployment) -> None:
    published = town.publish()
    described.publish(town, published)
    issued, expires = published.head.issued + 1, published.head.expires
    heads = [published.renewed(issued=issued, expires=expires + longer) for longer in (0, 1)]
    answers = described.ask_together(*(("POST", "/v1/register/head", head.note) for head in heads))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    following = [town.revised(web={name: bytes(32)}) for name in ("a", "b")]
    answers = described.ask_together(*(("PUT", "/v1/descriptor", one.note()) for one in following))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
