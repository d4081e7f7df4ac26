"""The group ristretto255 (RFC 9496) on 32-byte encodings, by libsodium.

Every function checks what it is given, because libsodium 1.0.18 does not: it ignores the highest bit, so that elements
have several encodings, reduces scalars silently, and calls the identity valid. Nothing here takes or gives the identity
or the scalar zero. The checks cost below 2 % of a scalar multiplication, so there is no way around them.
"""

import ctypes
import sys
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Final

from obacht_protocol import sodium
from obacht_protocol.errors import GroupError

#: The number of elements of the group: scalars are integers modulo this prime (RFC 9496, section 4).
ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_FIELD: Final = 2**255 - 19
_ZERO: Final = bytes(32)
_Encoding: Final = ctypes.c_char * 32

_LIBRARY: Final = sodium.load(sodium.candidates(sys.platform))


def _bind(name: str, arguments: int) -> Callable[..., int | None]:
    # CDLL releases the interpreter lock during a call: that costs nothing measurable, and lets threads share the cores.
    function = getattr(_LIBRARY, name)
    function.argtypes = [ctypes.c_char_p] * arguments
    if name.startswith("crypto_core_ristretto255_scalar_") and not name.endswith("_invert"):
        function.restype = None
    return function  # type: ignore[no-any-return] # ctypes makes functions out of names


_multiply: Final = _bind("crypto_scalarmult_ristretto255", 3)
_multiply_base: Final = _bind("crypto_scalarmult_ristretto255_base", 2)
_add: Final = _bind("crypto_core_ristretto255_add", 3)
_subtract: Final = _bind("crypto_core_ristretto255_sub", 3)
_from_hash: Final = _bind("crypto_core_ristretto255_from_hash", 2)
_is_valid_point: Final = _bind("crypto_core_ristretto255_is_valid_point", 1)
_scalar_add: Final = _bind("crypto_core_ristretto255_scalar_add", 3)
_scalar_subtract: Final = _bind("crypto_core_ristretto255_scalar_sub", 3)
_scalar_multiply: Final = _bind("crypto_core_ristretto255_scalar_mul", 3)
_scalar_invert: Final = _bind("crypto_core_ristretto255_scalar_invert", 2)
_scalar_reduce: Final = _bind("crypto_core_ristretto255_scalar_reduce", 2)
_scalar_random: Final = _bind("crypto_core_ristretto255_scalar_random", 1)


def check_element(element: bytes) -> bytes:
    """Return ``element`` if it is the one encoding of a member of the group other than the identity.

    Raises:
        GroupError: It is not 32 bytes, not canonical, not a member (RFC 9496, section 4.3.1), or the identity.
    """
    if not _is_valid_point(_canonical(element)):
        raise GroupError("an element is not a member of the group")
    return element


def check_scalar(scalar: bytes) -> bytes:
    """Return ``scalar`` if it encodes an integer from 1 to :data:`ORDER` - 1 in 32 bytes, little endian.

    Raises:
        GroupError: It does not.
    """
    if len(scalar) != 32 or not 0 < int.from_bytes(scalar, "little") < ORDER:
        raise GroupError("a scalar is not 32 bytes, is zero, or is not below the order of the group")
    return scalar


def scalar_from_int(value: int) -> bytes:
    """Encode a public ``value`` modulo :data:`ORDER`, not in constant time; ``GroupError`` if that is zero."""
    return check_scalar((value % ORDER).to_bytes(32, "little"))


def from_hash(data: bytes) -> bytes:
    """Map 64 uniformly random bytes to an element (RFC 9496, section 4.3.4).

    Raises:
        GroupError: ``data`` is not 64 bytes, or gives the identity.
    """
    return _other_than_identity(_call(_from_hash, _wide(data)))


def multiply(scalar: bytes, element: bytes) -> bytes:
    """Return ``scalar * element``; ``GroupError`` if one of them is refused."""
    # libsodium decodes the element, so that asking it first whether it is a member would do the same work twice.
    return _call(_multiply, check_scalar(scalar), _canonical(element))


def multiply_base(scalar: bytes) -> bytes:
    """Return ``scalar`` times the generator; ``GroupError`` if the scalar is refused."""
    return _call(_multiply_base, check_scalar(scalar))


def linear_combination(scalars: Iterable[bytes], elements: Iterable[bytes]) -> bytes:
    """Return the sum of ``scalar * element`` over two equally long, non-empty sequences.

    Raises:
        GroupError: A scalar or an element is refused, or the sum is the identity (a partial sum may be).
    """
    products = [multiply(scalar, element) for scalar, element in zip(scalars, elements, strict=True)]
    return _other_than_identity(reduce(_sum, products))


def add(first: bytes, second: bytes) -> bytes:
    """Return the sum of two elements; ``GroupError`` if one of them is refused or the sum is the identity."""
    return _other_than_identity(_sum(_canonical(first), _canonical(second)))


def subtract(first: bytes, second: bytes) -> bytes:
    """Return the difference of two elements; ``GroupError`` if one of them is refused or they are equal."""
    return _other_than_identity(_call(_subtract, _canonical(first), _canonical(second)))


def scalar_add(first: bytes, second: bytes) -> bytes:
    """Return the sum of two scalars; ``GroupError`` if one of them is refused or the sum is zero."""
    return check_scalar(_call(_scalar_add, check_scalar(first), check_scalar(second)))


def scalar_subtract(first: bytes, second: bytes) -> bytes:
    """Return the difference of two scalars; ``GroupError`` if one of them is refused or they are equal."""
    return check_scalar(_call(_scalar_subtract, check_scalar(first), check_scalar(second)))


def scalar_multiply(first: bytes, second: bytes) -> bytes:
    """Return the product of two scalars; ``GroupError`` if one of them is refused."""
    return _call(_scalar_multiply, check_scalar(first), check_scalar(second))


def scalar_invert(scalar: bytes) -> bytes:
    """Return the scalar that gives 1 when multiplied with ``scalar``; ``GroupError`` if it is refused."""
    return _call(_scalar_invert, check_scalar(scalar))


def scalar_reduce(data: bytes) -> bytes:
    """Return 64 bytes, little endian, modulo :data:`ORDER`.

    Raises:
        GroupError: ``data`` is not 64 bytes, or gives zero.
    """
    return check_scalar(_call(_scalar_reduce, _wide(data)))


def scalar_random() -> bytes:
    """Return a uniformly random scalar from the system's source of randomness."""
    return _call(_scalar_random)


def _call(function: Callable[..., int | None], *arguments: bytes) -> bytes:
    result = _Encoding()
    if function(result, *arguments):
        raise GroupError("an element is not a member of the group")
    return result.raw


def _sum(first: bytes, second: bytes) -> bytes:
    return _call(_add, first, second)


def _canonical(element: bytes) -> bytes:
    """Refuse what is not 32 bytes, not the smallest encoding of its field element, negative (odd), or the identity."""
    if len(element) != 32:
        raise GroupError("an element is not 32 bytes long")
    value = int.from_bytes(element, "little")
    if value >= _FIELD or value & 1:
        raise GroupError("an element is not in canonical form")
    return _other_than_identity(element)


def _other_than_identity(element: bytes) -> bytes:
    if element == _ZERO:
        raise GroupError("an element is the identity")
    return element


def _wide(data: bytes) -> bytes:
    if len(data) != 64:
        raise GroupError("64 bytes are needed to make an element or a scalar")
    return data
