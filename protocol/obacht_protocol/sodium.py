"""Finding libsodium with its ristretto255 functions: the system's, or else the one inside the wheel ``rbcl``.

PyNaCl brings a libsodium too, but keeps its group functions to itself. ``rbcl`` brings one that has them, but writes it
into the temp folder at each import and leaves it there, so it is read from the wheel without an import. This module
alone touches files in this package, and only while :mod:`obacht_protocol.group` is being imported.
"""

import ctypes
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from obacht_protocol.errors import LibraryError

#: What this package calls; a library that lacks one of them (a minimal build of libsodium) is passed over.
FUNCTIONS: Final = (
    "sodium_init",
    "crypto_core_ristretto255_add",
    "crypto_core_ristretto255_from_hash",
    "crypto_core_ristretto255_is_valid_point",
    "crypto_core_ristretto255_scalar_add",
    "crypto_core_ristretto255_scalar_invert",
    "crypto_core_ristretto255_scalar_mul",
    "crypto_core_ristretto255_scalar_random",
    "crypto_core_ristretto255_scalar_reduce",
    "crypto_core_ristretto255_scalar_sub",
    "crypto_core_ristretto255_sub",
    "crypto_scalarmult_ristretto255",
    "crypto_scalarmult_ristretto255_base",
)

# 26 (libsodium 1.0.19 and later) and 23 (1.0.15 to 1.0.18) are the numbers there are; the others are those to come.
_LINUX_NAMES: Final = tuple(f"libsodium.so.{number}" for number in (26, 23, 27, 28, 29, 30))
# Homebrew's folder on Apple silicon is not among those the system searches.
_MACOS_NAMES: Final = ("libsodium.dylib", "/opt/homebrew/lib/libsodium.dylib", "/usr/local/lib/libsodium.dylib")
_WINDOWS_NAMES: Final = ("libsodium.dll",)
_OTHER_NAMES: Final = ("libsodium.so",)
_SYSTEM_NAMES: Final = {"linux": _LINUX_NAMES, "darwin": _MACOS_NAMES, "win32": _WINDOWS_NAMES}

_HEXADECIMAL: Final = re.compile(rb"bytes\.fromhex\('([0-9a-f]+)'\)")

Candidate = Callable[[], ctypes.CDLL]


def load(candidates: Iterable[Candidate]) -> ctypes.CDLL:
    """Return the first candidate that loads, has all :data:`FUNCTIONS`, and initialises.

    Args:
        candidates: Functions that load one library each and raise ``OSError`` or ``LibraryError`` if they cannot. A
            later one is not called once an earlier one will do.

    Raises:
        LibraryError: None of them will do.
    """
    for candidate in candidates:
        library = _usable(candidate)
        if library is not None:
            return library
    raise LibraryError("no libsodium with ristretto255: install the system's package, or the wheel rbcl")


def _usable(candidate: Candidate) -> ctypes.CDLL | None:
    try:
        library = candidate()
    except (OSError, LibraryError):
        return None
    if not all(hasattr(library, name) for name in FUNCTIONS) or library.sodium_init() < 0:
        return None
    return library


def candidates(platform: str) -> Iterator[Candidate]:
    """Yield what :func:`load` should try, in this order, on ``platform`` (a value of ``sys.platform``)."""
    for name in _SYSTEM_NAMES.get(platform, _OTHER_NAMES):
        yield partial(ctypes.CDLL, name)
    match platform:
        case "linux":
            yield lambda: load_from_memory(bundled())
        case "win32":
            yield lambda: load_from_cache(bundled(), Path.home() / "AppData" / "Local" / "Obacht")
        case _:
            yield lambda: load_from_unlinked_file(bundled())


def bundled(package: str = "rbcl") -> bytes:
    """Return the shared library inside the wheel ``rbcl``, which holds it as hexadecimal text in a Python file.

    Nothing of the wheel is executed: for a package at the top level, ``find_spec`` only looks up its folder.

    Raises:
        LibraryError: The wheel is not installed, or holds the library in another form.
        OSError: Its file cannot be read.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LibraryError(f"the wheel {package} is not installed")
    source = (Path(spec.submodule_search_locations[0]) / "_sodium.py").read_bytes()
    found = _HEXADECIMAL.search(source)
    if found is None:
        raise LibraryError(f"the wheel {package} does not hold libsodium in the form of its version 1.1")
    return bytes.fromhex(found[1].decode("ascii"))


def load_from_memory(content: bytes) -> ctypes.CDLL:
    """Load a shared library from an anonymous file in memory (Linux): nothing is written to any folder.

    Raises:
        OSError: The kernel allows no such file, or the content is not a library for this machine.
    """
    descriptor = os.memfd_create("libsodium")
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
        file.write(content)
        file.flush()
        return ctypes.CDLL(f"/proc/self/fd/{descriptor}")


def load_from_unlinked_file(content: bytes) -> ctypes.CDLL:
    """Load a shared library from a file that is gone as soon as it is loaded (macOS): the mapping outlives its name.

    Raises:
        OSError: The temp folder cannot be written, or the content is not a library for this machine.
    """
    with tempfile.NamedTemporaryFile(suffix=".dylib") as file:
        file.write(content)
        file.flush()
        return ctypes.CDLL(file.name)


def load_from_cache(content: bytes, folder: Path) -> ctypes.CDLL:
    """Load a shared library from a file that stays (Windows, where a loaded file cannot be removed).

    The file is named by its SHA-256 and compared with it before each loading, so that one that was damaged or replaced
    is written anew. It is put in place by a rename, so that two processes that start at once do not meet half a file.

    Args:
        content: The library.
        folder: A folder of this user alone; made if it is missing.

    Raises:
        OSError: The folder cannot be written, or the content is not a library for this machine.
    """
    digest = hashlib.sha256(content)
    path = folder / f"libsodium-{digest.hexdigest()}.dll"
    if not path.is_file() or hashlib.sha256(path.read_bytes()).digest() != digest.digest():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)
    return ctypes.CDLL(str(path))
