"""What the matcher serves, how it looks, and what it says of itself."""

import time
from pathlib import Path

import pytest

from deployment import Deployment
from matcher_site import Site, code, settings_for
from obacht_matcher.embedded import Embedded
from obacht_protocol import head as heads
from obacht_protocol import merkle, register


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
