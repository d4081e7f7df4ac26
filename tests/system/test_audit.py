"""The auditor and real key offices: what was asked is what was sealed, and a client that lies is found at night."""

import datetime as dt
import json
import os
import secrets
import subprocess
import time
from typing import Any

import httpx2
import pytest

from obacht_clients.answers import Entry, PossibleEntry
from obacht_clients.receipts import month_of
from obacht_demo.deployment import DEPARTMENT, OFFICE, Deployment
from obacht_demo.servers import Server, command, run
from obacht_protocol import matching, notes, oprf
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.devices import device_id
from obacht_protocol.encoding import base64url
from obacht_protocol.identity import Person
from obacht_protocol.messages import ENROLMENT, EvaluationRequest, EvaluationResponse
from obacht_protocol.receipts import Receipt
from signing import Signer
from world import PURPOSE, ask

pytestmark = [pytest.mark.slow, pytest.mark.sockets]

SECOND = "the second person's passphrase"
MEYER = Person("Meyer", "Jörg Peter", dt.date(1971, 5, 14))
STRANGER = Person("Zwickelmann", "Borislav", dt.date(1975, 11, 11))
NAMES = ("Meyer", "Jörg", "Zwickelmann", "Borislav")


def audit(town: Deployment, *arguments: str, stdin: str = "") -> tuple[int, str]:
    home = ("--home", str(town.folder / "auditor"))
    done = subprocess.run(
        [command("obacht"), *home, "audit", *arguments, "--passphrase-file", str(town.folder / "passphrase")],
        input=stdin,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    assert not any(name in done.stdout + done.stderr for name in NAMES)
    return done.returncode, done.stdout


def receipts(town: Deployment, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """Go over what was asked: a log that has grown makes a checkpoint within a second."""
    time.sleep(2)
    code, said = audit(town, "receipts", "--json", *options)
    return code, json.loads(said)["offices"]


def in_force(town: Deployment) -> Descriptor:
    return Descriptor.parse(notes.body((town.folder / "auditor" / "auditor.last").read_bytes()))


def lie(town: Deployment, about: Person, sealed: Person | None) -> httpx2.Response:
    """Ask the first key office about somebody as a registered device, with a receipt about somebody else or none."""
    descriptor, server, now = in_force(town), town.keys[0], int(time.time())
    signer = registered(town, server, DEPARTMENT)
    nonce, question, user = os.urandom(16), os.urandom(16), os.urandom(16)
    blinded = [oprf.blind(key.encode(descriptor.deployment.encode())) for key in matching.question_keys(about, nonce)]
    first, second, third, fourth = (blind for blind, _ in blinded)
    made = []
    if sealed is not None:
        receipt = Receipt(question, 1, now, PURPOSE, user, nonce, (first, second, third, fourth), sealed)
        (key,) = [key for key in descriptor.receipts if key.month == month_of(now)]
        made = [receipt.seal(key.public_key)]
    elements = tuple(element for _, element in blinded)
    return post(server, signer, EvaluationRequest(question, 1, elements, PURPOSE, user, tuple(made)))


def enrol(town: Deployment, server: Server, about: Person) -> Signer:
    """Ask a key office about somebody as a second device of the safety office, which its operator has registered."""
    signer = registered(town, server, OFFICE)
    keys = [key.encode(town.name.encode()) for key in matching.question_keys(about)]
    elements = tuple(oprf.blind(key)[1] for key in keys)
    answer = post(server, signer, EvaluationRequest(os.urandom(16), 1, elements, ENROLMENT, os.urandom(16)))
    assert len(EvaluationResponse.parse(answer.raise_for_status().content).evaluated) == len(elements)
    return signer


def registered(town: Deployment, server: Server, department: str) -> Signer:
    """Have a key office's operator register one more device."""
    signer = Signer(server.url)
    keys = (command("obacht-keys"), "--home", town.folder / server.name)
    run(*keys, "device", "add", department, base64url(signer.public_key), "--label", f"bent {secrets.token_hex(4)}")
    return signer


def post(server: Server, signer: Signer, request: EvaluationRequest) -> httpx2.Response:
    body, path = request.encode(), "/v1/evaluations"
    return httpx2.post(server.url + path, content=body, headers=signer.headers("POST", path, body), trust_env=False)


def test_a_year_of_the_auditor_in_a_minute(town: Deployment) -> None:
    assert isinstance(ask(town.department, MEYER), Entry | PossibleEntry)
    ask(town.department, STRANGER)
    code, offices = receipts(town)
    assert code == 0, offices
    assert [office["office"] for office in offices] == list(town.key_offices)
    assert sum(office["persons"] for office in offices) >= 2 * town.needed
    assert sum(office["canaries"] for office in offices) >= town.needed
    witnesses = {f"{town.name}/office/witness", f"{town.name}/auditor/witness"}
    deadline = time.monotonic() + 20
    while any(set(office["cosigners"]["verified"]) != witnesses for office in offices):
        assert time.monotonic() < deadline, offices
        time.sleep(0.5)
        _, offices = receipts(town)
    _, offices = receipts(town)
    assert [office["begin"] for office in offices] == [office["end"] for office in offices], "nothing was added"
    sizes = [office["size"] for office in offices]

    assert lie(town, MEYER, None).json()["code"] == "receipts", "the office itself refuses what has no receipt"
    assert lie(town, MEYER, MEYER).status_code == 200
    code, offices = receipts(town)
    assert code == 0, offices
    assert [office["begin"] for office in offices] == sizes, "what has passed is not looked at again"
    assert [office["questions"] for office in offices] == [1, 0, 0]
    assert all(office["begin"] == 0 for office in receipts(town, "--all")[1])

    second = town.folder / "second"
    second.write_text(SECOND, encoding="utf-8")
    home = ("--home", str(town.folder / "auditor"))
    run(command("obacht"), *home, "audit", "second", "init", "--name", "deputy", "--passphrase-file", str(second))
    typed = {"family_name": "Maier", "given_names": "Jörg", "birth_date": "14.05.1971"}
    options = ("--reason", "Antrag 1", "--stdin-json", "--json", "--second-passphrase-file", str(second))
    code, said = audit(town, "who-asked", *options, stdin=json.dumps(typed))
    assert code == 0
    told = json.loads(said)
    questions = told["questions"]
    assert (told["unfit"], told["destroyed_months"]) == ([], [])
    assert [question["purpose"] for question in questions] == [PURPOSE, PURPOSE]
    assert max(len(question["offices"]) for question in questions) >= town.needed

    assert lie(town, MEYER, STRANGER).status_code == 200, "the office cannot know"
    code, offices = receipts(town)
    assert code == 1
    assert [one["faults"] for one in offices[0]["failed"]] == [["elements"]]
    assert not any(office["failed"] for office in offices[1:])

    strange = enrol(town, town.keys[1], STRANGER)
    code, offices = receipts(town)
    assert code == 1
    (found,) = offices[1]["failed"]
    assert (found["device"], found["faults"]) == (device_id(strange.public_key), ["enroller"])
    assert offices[2]["passed"]
