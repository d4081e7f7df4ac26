"""Language-neutral vectors of the group, the OPRF, its threshold form and the stretch; written to oprf.json."""

from hashlib import sha512
from itertools import combinations
from typing import Any

from obacht_protocol import group, oprf, stretch, threshold

_INPUTS = (b"obacht", b"a second input", "Müller".encode(), bytes(range(256)))
_REFUSED = "must be refused"
_FIELD = 2**255 - 19


def vectors() -> dict[str, Any]:
    """Compute all vectors; every random choice is fixed, so that any implementation gets the same bytes."""
    secret, public = oprf.derive_key_pair(_fixed("seed")[:32], b"obacht vectors")
    blinds = [_scalar(f"blind {number}") for number in range(len(_INPUTS))]
    elements = [oprf.blind(data, scalar)[1] for data, scalar in zip(_INPUTS, blinds, strict=True)]
    outputs = _question(secret, public, blinds, elements)
    return {
        "about": "OPRF of Obacht, protocol version 1. Bytes are lowercase hexadecimal; scalars are little endian.",
        "suite": "ristretto255-SHA512, VOPRF (RFC 9497, mode 0x01)",
        "hash_to_group": [{"input": data.hex(), "element": oprf.hash_to_group(data).hex()} for data in (b"", *_INPUTS)],
        "derive_key_pair": {
            "seed": _fixed("seed")[:32].hex(),
            "info": b"obacht vectors".hex(),
            "secret": secret.hex(),
            "public": public.hex(),
        },
        "blind": [
            {"input": data.hex(), "blind": scalar.hex(), "element": element.hex()}
            for data, scalar, element in zip(_INPUTS, blinds, elements, strict=True)
        ],
        "evaluation": outputs,
        "bad_answers": _bad_answers(secret, public, elements),
        "threshold": _threshold(secret, public, blinds, elements),
        "stretch": [_stretched(known) for known in (stretch.INTERACTIVE, stretch.HARDENED, stretch.CHEAPEST)],
        "expand": [_expanded(length) for length in (1, 32, 64, 65, 200)],
        "bad_elements": [
            {"reason": reason, "element": element.hex(), "result": _REFUSED} for reason, element in _bad_elements()
        ],
        "bad_scalars": [
            {"reason": reason, "scalar": scalar.hex(), "result": _REFUSED} for reason, scalar in _bad_scalars()
        ],
    }


def _fixed(label: str) -> bytes:
    return sha512(b"obacht vectors: " + label.encode()).digest()


def _scalar(label: str) -> bytes:
    return group.scalar_reduce(_fixed(label))


def _hex(values: list[bytes]) -> list[str]:
    return [value.hex() for value in values]


def _question(secret: bytes, public: bytes, blinds: list[bytes], elements: list[bytes]) -> dict[str, Any]:
    proof_scalar = _scalar("proof")
    evaluated, proof = oprf.blind_evaluate(secret, elements, proof_scalar=proof_scalar)
    return {
        "secret": secret.hex(),
        "public": public.hex(),
        "inputs": _hex(list(_INPUTS)),
        "blinds": _hex(blinds),
        "elements": _hex(elements),
        "proof_scalar": proof_scalar.hex(),
        "evaluated": _hex(evaluated),
        "proof": proof.hex(),
        "outputs": _hex(oprf.finalize(list(_INPUTS), blinds, elements, evaluated, proof, public)),
    }


def _bad_answers(secret: bytes, public: bytes, elements: list[bytes]) -> list[dict[str, Any]]:
    evaluated, proof = oprf.blind_evaluate(secret, elements, proof_scalar=_scalar("proof"))
    other, other_public = oprf.derive_key_pair(_fixed("other seed")[:32], b"obacht vectors")
    wrong, wrong_proof = oprf.blind_evaluate(other, elements, proof_scalar=_scalar("proof"))
    unreduced = (int.from_bytes(proof[32:], "little") + group.ORDER).to_bytes(32, "little")
    swapped = [evaluated[1], evaluated[0], *evaluated[2:]]
    cases = {
        "two evaluated elements are swapped": (public, swapped, proof),
        "one evaluated element is another key's": (public, [*evaluated[:3], wrong[3]], proof),
        "the answer is another key's": (public, wrong, wrong_proof),
        "the proof is that of another answer": (public, evaluated, wrong_proof),
        "the public key is another one": (other_public, evaluated, proof),
        "one bit of the proof's challenge is altered": (public, evaluated, bytes([proof[0] ^ 1]) + proof[1:]),
        "one bit of the proof's response is altered": (
            public,
            evaluated,
            proof[:32] + bytes([proof[32] ^ 1]) + proof[33:],
        ),
        "the proof's response is not reduced": (public, evaluated, proof[:32] + unreduced),
        "the proof is a byte short": (public, evaluated, proof[:-1]),
        "an evaluated element is missing": (public, evaluated[:3], proof),
    }
    return [
        {
            "reason": reason,
            "public": key.hex(),
            "elements": _hex(elements),
            "evaluated": _hex(answer),
            "proof": shown.hex(),
            "result": _REFUSED,
        }
        for reason, (key, answer, shown) in cases.items()
    ]


def _threshold(secret: bytes, public: bytes, blinds: list[bytes], elements: list[bytes]) -> dict[str, Any]:
    coefficients = [_scalar("coefficient")]
    shares = threshold.split(secret, 2, [1, 2, 3], coefficients)
    publics = {index: group.multiply_base(share) for index, share in shares.items()}
    answers = {
        index: threshold.Answer(*oprf.blind_evaluate(share, elements, proof_scalar=_scalar(f"proof {index}")))
        for index, share in shares.items()
    }
    subsets = [*combinations(shares, 2), tuple(shares)]
    return {
        "threshold": 2,
        "secret": secret.hex(),
        "public": public.hex(),
        "coefficients": _hex(coefficients),
        "inputs": _hex(list(_INPUTS)),
        "blinds": _hex(blinds),
        "elements": _hex(elements),
        "offices": [
            {
                "index": index,
                "share": shares[index].hex(),
                "public_share": publics[index].hex(),
                "proof_scalar": _scalar(f"proof {index}").hex(),
                "evaluated": _hex(answers[index].evaluated),
                "proof": answers[index].proof.hex(),
            }
            for index in shares
        ],
        "subsets": [
            {
                "indices": list(subset),
                "combined": _hex(threshold.combine({index: answers[index].evaluated for index in subset})),
                "outputs": _hex(
                    threshold.finalize(
                        list(_INPUTS),
                        blinds,
                        elements,
                        {index: answers[index] for index in subset},
                        shares=publics,
                        threshold=2,
                    )
                ),
            }
            for subset in subsets
        ],
        "bad_polynomials": _bad_polynomials(public, publics),
    }


def _bad_polynomials(public: bytes, publics: dict[int, bytes]) -> list[dict[str, Any]]:
    moved = group.add(publics[3], public)
    cases: dict[str, tuple[int, bytes, dict[int, bytes]]] = {
        "a share is off the line": (2, public, {**publics, 3: moved}),
        "two shares are swapped": (2, public, {1: publics[2], 2: publics[1], 3: publics[3]}),
        "the value at 0 is not the public key": (2, moved, publics),
        "one office alone has the key, though two are promised": (2, public, dict.fromkeys(publics, public)),
        "two offices have the key, though three are promised": (3, public, publics),
        "two are needed, though one is promised": (1, public, publics),
        "an index is 0": (2, public, {0: public, 1: publics[1]}),
        "an index is above 255": (2, public, {1: publics[1], 256: publics[2]}),
        "more are needed than there are": (4, public, publics),
        "none is needed": (0, public, publics),
    }
    return [
        {
            "reason": reason,
            "threshold": needed,
            "public": key.hex(),
            "public_shares": {str(index): share.hex() for index, share in shares.items()},
            "result": _REFUSED,
        }
        for reason, (needed, key, shares) in cases.items()
    ]


def _stretched(known: stretch.StretchSet) -> dict[str, Any]:
    output = _fixed("output")
    return {
        "set": known.name,
        "memory_kib": known.memory,
        "passes": known.passes,
        "lanes": 1,
        "for_tests_only": known.for_tests_only,
        "output": output.hex(),
        "prk": stretch.stretch(output, known).hex(),
    }


def _expanded(length: int) -> dict[str, Any]:
    prk, info = _fixed("prk"), b"obacht vectors"
    return {"prk": prk.hex(), "info": info.hex(), "length": length, "okm": stretch.expand(prk, info, length).hex()}


def _bad_elements() -> list[tuple[str, bytes]]:
    good = group.multiply_base(_scalar("element"))
    number = int.from_bytes(good, "little")
    return [
        ("empty", b""),
        ("a byte short", good[:-1]),
        ("a byte long", good + b"\x00"),
        ("the identity", bytes(32)),
        ("the identity with the highest bit set", bytes(31) + b"\x80"),
        ("the highest bit is set", good[:31] + bytes([good[31] | 0x80])),
        ("negative: p minus a good encoding", (_FIELD - number).to_bytes(32, "little")),
        ("an even alias: 2p minus a good encoding", (2 * _FIELD - number).to_bytes(32, "little")),
        ("p, another form of the identity", _FIELD.to_bytes(32, "little")),
        ("p plus 1", (_FIELD + 1).to_bytes(32, "little")),
        ("the largest number of 255 bits", (2**255 - 1).to_bytes(32, "little")),
        ("s is -1", (_FIELD - 1).to_bytes(32, "little")),
        ("x^2 is not a square", bytes.fromhex("26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371")),
        ("x * y is negative", bytes.fromhex("3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e")),
    ]


def _bad_scalars() -> list[tuple[str, bytes]]:
    good = _scalar("scalar")
    return [
        ("empty", b""),
        ("a byte short", good[:-1]),
        ("a byte long", good + b"\x00"),
        ("zero", bytes(32)),
        ("the order", group.ORDER.to_bytes(32, "little")),
        ("the order plus 1", (group.ORDER + 1).to_bytes(32, "little")),
        ("not reduced", (int.from_bytes(good, "little") + group.ORDER).to_bytes(32, "little")),
        ("the highest bit is set", good[:31] + bytes([good[31] | 0x80])),
        ("all bits set", b"\xff" * 32),
    ]
