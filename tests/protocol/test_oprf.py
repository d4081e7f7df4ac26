import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voprf import ristretto as oracle

from obacht_protocol import group, oprf
from obacht_protocol.errors import EncodingError, GroupError, ProofError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable

VECTORS = Path(__file__).parents[1] / "vectors"
RFC9497: dict[str, Any] = json.loads((VECTORS / "rfc9497.json").read_text())
OURS: dict[str, Any] = json.loads((VECTORS / "oprf.json").read_text())

SECRET, PUBLIC = oprf.derive_key_pair(bytes(32), b"test")
INPUTS = [bytes([number]) * 20 for number in range(4)]
BLINDED = [oprf.blind(data) for data in INPUTS]
BLINDS = [scalar for scalar, _ in BLINDED]
ELEMENTS = [element for _, element in BLINDED]
EVALUATED, PROOF = oprf.blind_evaluate(SECRET, ELEMENTS)


def unhex(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


def test_the_key_pair_is_that_of_rfc_9497() -> None:
    secret, public = oprf.derive_key_pair(bytes.fromhex(RFC9497["seed"]), bytes.fromhex(RFC9497["key_info"]))
    assert (secret.hex(), public.hex()) == (RFC9497["secret"], RFC9497["public"])


@pytest.mark.parametrize("vector", RFC9497["vectors"], ids=lambda vector: vector["section"])
def test_every_step_gives_the_bytes_of_rfc_9497(vector: dict[str, Any]) -> None:
    inputs, blinds = unhex(vector["inputs"]), unhex(vector["blinds"])
    elements = [oprf.blind(data, scalar)[1] for data, scalar in zip(inputs, blinds, strict=True)]
    assert elements == unhex(vector["elements"])
    evaluated, proof = oprf.blind_evaluate(
        bytes.fromhex(RFC9497["secret"]), elements, proof_scalar=bytes.fromhex(vector["proof_scalar"])
    )
    assert evaluated == unhex(vector["evaluated"])
    assert proof.hex() == vector["proof"]
    public = bytes.fromhex(RFC9497["public"])
    assert oprf.finalize(inputs, blinds, elements, evaluated, proof, public) == unhex(vector["outputs"])


@pytest.mark.parametrize("answer", OURS["bad_answers"], ids=lambda answer: answer["reason"])
def test_an_answer_with_anything_altered_is_refused(answer: dict[str, Any]) -> None:
    with pytest.raises(ProofError):
        oprf.verify_proof(
            bytes.fromhex(answer["public"]),
            unhex(answer["elements"]),
            unhex(answer["evaluated"]),
            bytes.fromhex(answer["proof"]),
        )


def test_finalize_gives_nothing_for_a_wrong_proof() -> None:
    with pytest.raises(ProofError):
        oprf.finalize(INPUTS, BLINDS, ELEMENTS, EVALUATED, PROOF[32:] + PROOF[:32], PUBLIC)


def test_a_proof_of_other_questions_is_refused() -> None:
    others = [oprf.blind(data)[1] for data in INPUTS]
    with pytest.raises(ProofError):
        oprf.verify_proof(PUBLIC, others, EVALUATED, PROOF)


def test_a_challenge_that_makes_no_commitment_is_refused() -> None:
    # response * generator + challenge * public is the identity, which is no commitment at all
    challenge = group.scalar_from_int(7)
    response = group.scalar_multiply(group.scalar_from_int(-7), SECRET)
    with pytest.raises(ProofError):
        oprf.verify_proof(PUBLIC, ELEMENTS, EVALUATED, challenge + response)


@pytest.mark.parametrize("bad", OURS["bad_elements"], ids=lambda bad: bad["reason"])
def test_a_bad_element_is_refused_in_every_place(bad: dict[str, str]) -> None:
    element = bytes.fromhex(bad["element"])
    with pytest.raises(GroupError):
        oprf.blind_evaluate(SECRET, [*ELEMENTS[:3], element])
    with pytest.raises(GroupError):
        oprf.verify_proof(PUBLIC, [*ELEMENTS[:3], element], EVALUATED, PROOF)
    with pytest.raises(GroupError):
        oprf.verify_proof(PUBLIC, ELEMENTS, [*EVALUATED[:3], element], PROOF)
    with pytest.raises(GroupError):
        oprf.verify_proof(element, ELEMENTS, EVALUATED, PROOF)
    with pytest.raises(GroupError):
        oprf.unblind(INPUTS[:1], BLINDS[:1], [element])


@pytest.mark.parametrize("bad", OURS["bad_scalars"], ids=lambda bad: bad["reason"])
def test_a_bad_scalar_is_refused_in_every_place(bad: dict[str, str]) -> None:
    scalar = bytes.fromhex(bad["scalar"])
    with pytest.raises(GroupError):
        oprf.blind(b"", scalar)
    with pytest.raises(GroupError):
        oprf.blind_evaluate(scalar, ELEMENTS)
    with pytest.raises(GroupError):
        oprf.blind_evaluate(SECRET, ELEMENTS, proof_scalar=scalar)
    with pytest.raises(GroupError):
        oprf.unblind(INPUTS[:1], [scalar], EVALUATED[:1])
    with pytest.raises(ProofError):
        oprf.verify_proof(PUBLIC, ELEMENTS, EVALUATED, PROOF[:32] + scalar)


def test_a_proof_covers_at_least_one_and_at_most_65535_elements() -> None:
    with pytest.raises(ProofError):
        oprf.blind_evaluate(SECRET, [])
    with pytest.raises(ProofError):
        oprf.verify_proof(PUBLIC, [], [], PROOF)
    with pytest.raises(ProofError, match="65,535"):
        oprf.verify_proof(PUBLIC, ELEMENTS[:1] * 65_536, EVALUATED[:1] * 65_536, PROOF)


def test_lengths_that_rfc_9497_does_not_allow_are_refused() -> None:
    for refused in (
        lambda: oprf.derive_key_pair(bytes(31), b""),
        lambda: oprf.derive_key_pair(bytes(32), bytes(65_536)),
        lambda: oprf.blind(bytes(65_536)),
        lambda: oprf.unblind([bytes(65_536)], BLINDS[:1], EVALUATED[:1]),
        lambda: oprf.unblind(INPUTS, BLINDS[:3], EVALUATED),
        lambda: oprf.unblind(INPUTS[:3], BLINDS, EVALUATED),
        lambda: oprf.unblind(INPUTS, BLINDS, EVALUATED[:3]),
    ):
        with pytest.raises(EncodingError):
            refused()
    assert len(oprf.blind(bytes(65_535))[1]) == 32


def zero(_: bytes) -> bytes:
    raise GroupError("zero")


def test_a_seed_that_gives_zero_first_is_counted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    results: list[Callable[[bytes], bytes]] = [zero, group.scalar_reduce]
    seen: list[bytes] = []

    def reduced(data: bytes) -> bytes:
        seen.append(data)
        return results.pop(0)(data)

    monkeypatch.setattr(group, "scalar_reduce", reduced)
    secret, public = oprf.derive_key_pair(bytes(32), b"test")
    assert secret != SECRET
    assert public == group.multiply_base(secret)
    assert len(set(seen)) == 2


def test_a_seed_that_gives_zero_always_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "scalar_reduce", zero)
    with pytest.raises(GroupError):
        oprf.derive_key_pair(bytes(32), b"test")


def test_blinds_and_proofs_are_random() -> None:
    assert len({oprf.blind(b"same") for _ in range(20)}) == 20
    assert len({oprf.blind_evaluate(SECRET, ELEMENTS)[1] for _ in range(20)}) == 20


@given(
    st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.lists(st.binary(min_size=1), min_size=1, max_size=5)
)
def test_voprf_from_pypi_agrees_as_client_and_as_server(seed: bytes, info: bytes, inputs: list[bytes]) -> None:
    theirs = oracle.Evaluator.from_seed(seed, info)
    secret, public = oprf.derive_key_pair(seed, info)
    assert bytes(theirs.public_key.serialize()) == public
    expected = [bytes(theirs.evaluate_known_input(data)) for data in inputs]

    asked = [oracle.Client.blind(data) for data in inputs]
    evaluated, proof = oprf.blind_evaluate(secret, [bytes(blinded.serialize()) for _, blinded in asked])
    answer = oracle.VerifiableBatchOutput.deserialize(proof + b"".join(evaluated))
    outputs = oracle.Client.finalize_batch([client for client, _ in asked], answer, theirs.public_key)
    assert [bytes(output) for output in outputs] == expected

    blinded = [oprf.blind(data) for data in inputs]
    elements = [element for _, element in blinded]
    reply = bytes(theirs.evaluate_batch([oracle.BlindedInput.deserialize(data) for data in elements]).serialize())
    evaluated = [reply[start : start + 32] for start in range(64, len(reply), 32)]
    blinds = [scalar for scalar, _ in blinded]
    assert oprf.finalize(inputs, blinds, elements, evaluated, reply[:64], public) == expected


encodings = st.one_of(st.binary(max_size=70), st.sampled_from(ELEMENTS), st.sampled_from(BLINDS))
lists = st.lists(encodings, max_size=4)


@given(data=st.data(), elements=lists, evaluated=lists, proof=st.one_of(st.binary(max_size=70), st.just(PROOF)))
def test_arbitrary_bytes_raise_nothing_but_the_packages_errors(
    data: st.DataObject, elements: list[bytes], evaluated: list[bytes], proof: bytes
) -> None:
    first, second, third = (data.draw(encodings) for _ in range(3))
    blinds = data.draw(lists)
    for function in (
        lambda: oprf.derive_key_pair(first, second),
        lambda: oprf.blind(first, second),
        lambda: oprf.blind_evaluate(first, elements, proof_scalar=second),
        lambda: oprf.verify_proof(first, elements, evaluated, proof),
        lambda: oprf.unblind(elements, blinds, evaluated),
        lambda: oprf.finalize([third], [second], elements, evaluated, proof, first),
    ):
        with suppress(ProtocolError):
            function()
