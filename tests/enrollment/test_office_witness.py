"""The office's service is a witness of the key offices' logs: of those in its descriptor in force, and no other."""

import asyncio
import json
from dataclasses import replace

import httpx2
import pytest

from obacht_enrollment.home import IN_FORCE, PUBLIC
from obacht_enrollment.http import create_app
from obacht_protocol import notes
from obacht_protocol.checkpoints import Checkpoint, Submission, WitnessKey
from obacht_protocol.problems import MEDIA_TYPE
from safety_office import AUDITOR, Site
from witnessing_process import KEY, LEAVES, submission

STRANGER = notes.SigningKey("other.example/town", bytes(range(32)))


def ask(site: Site, *bodies: bytes, **headers: str) -> list[httpx2.Response]:
    """Start the service anew and submit these, one after the other."""

    async def walk() -> list[httpx2.Response]:
        app = create_app(site.office, site.clock)
        network = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=network, base_url="http://127.0.0.1:8300") as client:
            url = "/witness/add-checkpoint"
            return [await client.post(url, content=body, headers=headers) for body in bodies]

    return asyncio.run(walk())


@pytest.fixture
def logging_site(site: Site) -> Site:
    """An office whose descriptor names a log."""
    descriptor = site.descriptor
    offices = [replace(descriptor.offices[0], log=str(KEY.verify_key))]
    following = replace(descriptor, offices=offices, version=2, previous=notes.digest(site.office.home.read(IN_FORCE)))
    site.office.home.replace(IN_FORCE, notes.sign(following.encode(), [site.office.keys.root, AUDITOR]))
    return site


def test_it_cosigns_what_goes_on_and_says_why_not(logging_site: Site) -> None:
    first, conflict, wrong, unknown = ask(
        logging_site,
        submission(0, 3),
        submission(0, 5),
        submission(3, 5, LEAVES[1:]),
        Submission(0, [], Checkpoint(STRANGER.name, 1, LEAVES[0]).sign(STRANGER)).encode(),
    )
    assert first.status_code == 200
    key = WitnessKey.parse(json.loads(logging_site.office.home.read(PUBLIC))["witness"])
    assert key == logging_site.office.keys.witness.key
    assert key.verify(Submission.parse(submission(0, 3)).note + first.content) == logging_site.now
    assert (conflict.status_code, conflict.headers["content-type"], conflict.text) == (409, "text/x.tlog.size", "3\n")
    assert wrong.status_code == 422
    assert unknown.status_code == 404
    (again,) = ask(logging_site, submission(3, 5))
    assert again.status_code == 200, "over a restart"


def test_before_there_is_a_descriptor_no_log_is_known(empty: Site) -> None:
    (answer,) = ask(empty, submission(0, 3))
    assert answer.status_code == 404


def test_a_long_or_endless_body_is_refused(logging_site: Site) -> None:
    (long,) = ask(logging_site, b"x" * (64 * 1024 + 1))
    assert (long.status_code, long.headers["content-type"]) == (413, MEDIA_TYPE)
    (endless,) = ask(logging_site, b"", **{"Content-Length": "nothing"})
    assert endless.status_code == 411


def test_a_damaged_memory_is_no_fresh_start(logging_site: Site) -> None:
    ask(logging_site, submission(0, 3))
    logging_site.office.home.replace(IN_FORCE, b"damaged")
    (answer,) = ask(logging_site, submission(3, 5))
    assert answer.status_code == 503
