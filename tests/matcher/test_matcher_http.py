"""What the matcher serves and takes: only what is signed, current, growing and whole."""

import re
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from deployment import DAY, Deployment, make_deployment, signing_key
from matcher_site import NOTE, REGISTER, Site, code, settings_for
from obacht_matcher.embedded import Embedded
from obacht_protocol import head as heads
from obacht_protocol import merkle, notes, register
from obacht_protocol.encoding import u32


@pytest.fixture
def described(site: Site, town: Deployment) -> Site:
    """A matcher that has its first descriptor."""
    assert site.describe(town).status_code == 204
    return site


def rows(count: int) -> list[bytes]:
    return [register.filler_row(bytes(32), number) for number in range(count)]


def test_nothing_published_is_said_so(site: Site) -> None:
    assert code(site.get("/v1/descriptor")) == "no-descriptor"
    assert code(site.get("/v1/register/head")) == "no-register"
    assert code(site.get("/v1/register/1/buckets/0")) == "not-found"


def test_what_was_published_is_served_byte_for_byte(described: Site, town: Deployment) -> None:
    published = town.publish(7, rows(1500))
    assert described.publish(town, published).status_code == 204
    assert described.get("/v1/descriptor").content == town.note()
    assert described.get("/v1/register/head").content == published.note
    assert described.get("/v1/register/7/buckets/0").content == published.register.buckets[0]


def test_a_head_and_a_descriptor_are_never_cached_and_a_bucket_for_ever(described: Site, town: Deployment) -> None:
    described.publish(town, town.publish())
    assert described.get("/v1/register/head").headers["cache-control"] == "no-store"
    assert described.get("/v1/descriptor").headers["cache-control"] == "no-store"
    assert "immutable" in described.get("/v1/register/1/buckets/0").headers["cache-control"]


def test_buckets_carry_their_proof_and_look_alike(
    described: Site, town: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MAX_BUCKET_ROWS", 256)
    monkeypatch.setattr(heads, "MAX_BUCKET_ROWS", 256)
    published = town.publish(1, rows(1500))
    bits = published.head.bits
    assert bits == 3
    assert described.publish(town, published).status_code == 204
    answers = [described.get(f"/v1/register/1/buckets/{index}") for index in range(1 << bits)]
    for index, answer in enumerate(answers):
        proof, bucket = answer.content[: bits * 32], answer.content[bits * 32 :]
        parts = [proof[place : place + 32] for place in range(0, len(proof), 32)]
        leaf = merkle.leaf_hash(bucket)
        assert merkle.verify_inclusion(leaf, index, 1 << bits, parts, published.head.root) == leaf
        assert bucket == published.register.buckets[index]
    looks = {(answer.status_code, len(answer.content), tuple(sorted(answer.headers.items()))) for answer in answers}
    assert len(looks) == 1
    assert code(described.get(f"/v1/register/1/buckets/{1 << bits}")) == "not-found"


def test_a_bucket_is_not_compressed_for_who_would_take_it_so(described: Site, town: Deployment) -> None:
    described.publish(town, town.publish())
    answer = described.ask("GET", "/v1/register/1/buckets/0", headers={"Accept-Encoding": "gzip, br, zstd"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(1024 * 128)


def test_the_register_before_stays_readable(described: Site, town: Deployment) -> None:
    first, second = town.publish(1), town.publish(2)
    described.publish(town, first)
    described.publish(town, second)
    assert described.get("/v1/register/1/buckets/0").content == first.register.buckets[0]
    assert described.get("/v1/register/2/buckets/0").content == second.register.buckets[0]


@pytest.mark.parametrize("path", ["/v1/descriptor", "/v1/register/head", "/v1/register/1/buckets/0"])
def test_head_requests_answer_as_get_does_without_a_body(described: Site, town: Deployment, path: str) -> None:
    described.publish(town, town.publish())
    get, head = described.get(path), described.ask("HEAD", path)
    assert head.status_code == get.status_code == 200
    assert head.headers == get.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/descriptor", {"GET", "HEAD", "PUT"}),
        ("PUT", "/v1/register/head", {"GET", "HEAD", "POST"}),
        ("GET", "/v1/register/1", {"PUT"}),
        ("DELETE", "/v1/register/1/buckets/0", {"GET", "HEAD"}),
    ],
)
def test_other_methods_are_told_which_there_are(site: Site, method: str, path: str, allowed: set[str]) -> None:
    answer = site.ask(method, path)
    assert code(answer) == "method"
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "path",
    ["/", "/v1", "/v1/register", "/v1/register/1/buckets", "/v1/register/1/buckets/", "/v1/descriptor/"],
)
def test_there_is_no_list_of_anything(described: Site, path: str) -> None:
    assert code(described.get(path)) == "not-found"


@pytest.mark.parametrize(
    ("sequence", "index"),
    [("01", "0"), ("-1", "0"), ("1", "0x0"), ("1", "-0"), ("١", "0"), ("9" * 400, "0"), ("1", "1")],
)
def test_an_address_that_is_no_number_is_not_found(
    described: Site, town: Deployment, sequence: str, index: str
) -> None:
    described.publish(town, town.publish())
    assert code(described.get(f"/v1/register/{sequence}/buckets/{index}")) == "not-found"


# --- Descriptors ---


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


# --- Registers ---


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
    heads = [published.renewed(issued=published.head.issued + late, expires=published.head.expires) for late in (1, 2)]
    answers = described.ask_together(*(("POST", "/v1/register/head", head.note) for head in heads))
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    following = [town.revised(web={name: bytes(32)}) for name in ("a", "b")]
    answers = described.ask_together(*(("PUT", "/v1/descriptor", one.note()) for one in following))
    assert sorted(answer.status_code for answer in answers) == [204, 409]


# --- Operation ---


def test_without_its_store_the_matcher_answers_unavailable_and_recovers(town: Deployment, home: Path) -> None:
    embedded = Embedded(home)
    embedded.start()
    site = Site(settings_for(town, home, embedded.url))
    published = town.publish()
    site.describe(town)
    site.publish(town, published)
    embedded.stop()
    begin = time.monotonic()
    for path in ("/v1/descriptor", "/v1/register/head", "/v1/register/1/buckets/0"):
        assert code(site.get(path)) == "unavailable"
    assert code(site.describe(town)) == "unavailable"
    assert code(site.renew(published)) == "unavailable"
    assert code(site.publish(town, published)) == "unavailable"
    assert time.monotonic() - begin < 5
    assert site.get("/healthz").status_code == 200
    embedded.start()
    assert site.get("/v1/register/head").content == published.note
    site.close()
    embedded.stop()


def test_the_log_names_routes_and_no_more(
    described: Site, town: Deployment, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    caplog.clear()
    sequence = 471147114711
    described.publish(town, town.publish(sequence))
    described.get(f"/v1/register/{sequence}/buckets/0")
    described.get(f"/v1/register/{sequence}/Mustermann")
    ours = [vars(record) for record in caplog.records if not record.name.startswith("httpx2")]
    said = str(ours) + "".join(capsys.readouterr())
    assert "/v1/register/{sequence}/buckets/{i}" in said
    assert str(sequence) not in said
    assert "Mustermann" not in said


def test_every_address_is_described_with_its_limit_and_its_problems(site: Site) -> None:
    paths = site.get("/openapi.json").json()["paths"]
    methods = {path: set(operations) for path, operations in paths.items()}
    assert methods == {
        "/healthz": {"get"},
        "/v1/descriptor": {"get", "put"},
        "/v1/register/head": {"get", "post"},
        "/v1/register/{sequence}": {"put"},
        "/v1/register/{sequence}/buckets/{i}": {"get"},
    }
    limits = {path: operation["requestBody"]["description"] for path, operations in paths.items()
              for operation in operations.values() if "requestBody" in operation}  # fmt: skip
    assert limits == {
        "/v1/descriptor": "At most 262144 bytes.",
        "/v1/register/head": "At most 8192 bytes.",
        "/v1/register/{sequence}": "At most 1048576 bytes.",
    }
