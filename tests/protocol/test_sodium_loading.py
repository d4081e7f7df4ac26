import ctypes
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from obacht_protocol import sodium
from obacht_protocol.errors import LibraryError

GENERATOR = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"
NOT_A_LIBRARY = b"this is not a shared library"


@pytest.fixture(scope="module")
def content() -> bytes:
    return sodium.bundled()


@pytest.fixture
def no_system_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sodium, "_SYSTEM_NAMES", {})
    monkeypatch.setattr(sodium, "_OTHER_NAMES", ())


def assert_computes(library: ctypes.CDLL) -> None:
    assert sodium.load([lambda: library]) is library
    result = ctypes.create_string_buffer(32)
    assert library.crypto_scalarmult_ristretto255_base(result, b"\x01" + bytes(31)) == 0
    assert result.raw.hex() == GENERATOR


def stand_in(**overrides: Callable[[], int]) -> ctypes.CDLL:
    functions = dict.fromkeys(sodium.FUNCTIONS, lambda: 0) | overrides
    return cast("ctypes.CDLL", SimpleNamespace(**functions))


def test_the_first_usable_candidate_is_taken_and_no_later_one_is_tried() -> None:
    def refuse_os() -> ctypes.CDLL:
        raise OSError("not found")

    def refuse_ours() -> ctypes.CDLL:
        raise LibraryError("not installed")

    def never() -> ctypes.CDLL:
        raise AssertionError("a candidate was tried after a usable one")

    usable = stand_in(sodium_init=lambda: 1)
    assert sodium.load([refuse_os, refuse_ours, lambda: usable, never]) is usable


@pytest.mark.parametrize("missing", sodium.FUNCTIONS)
def test_a_library_that_lacks_a_function_is_passed_over(missing: str) -> None:
    library = stand_in()
    delattr(library, missing)
    with pytest.raises(LibraryError):
        sodium.load([lambda: library])


def test_a_library_that_does_not_initialise_is_passed_over() -> None:
    with pytest.raises(LibraryError):
        sodium.load([lambda: stand_in(sodium_init=lambda: -1)])


def test_another_library_is_passed_over() -> None:
    with pytest.raises(LibraryError):
        sodium.load([lambda: ctypes.CDLL("libm.so.6")])


def test_no_candidate_is_an_error() -> None:
    with pytest.raises(LibraryError):
        sodium.load([])


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
def test_a_system_library_comes_before_the_bundled_one(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def note(name: str) -> ctypes.CDLL:
        tried.append(name)
        raise OSError("not found")

    monkeypatch.setattr(ctypes, "CDLL", note)
    *system, _ = sodium.candidates(platform)
    for candidate in system:
        with pytest.raises(OSError, match="not found"):
            candidate()
    assert tried
    assert all("libsodium" in name for name in tried)
    if platform == "linux":
        assert {"libsodium.so.23", "libsodium.so.26"} <= set(tried)


@pytest.mark.usefixtures("no_system_library")
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32", "freebsd14"])
def test_without_a_system_library_the_bundled_one_is_loaded(
    platform: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary, home = tmp_path / "temporary", tmp_path / "home"
    temporary.mkdir()
    home.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(Path, "home", lambda: home)
    assert_computes(sodium.load(sodium.candidates(platform)))
    assert list(temporary.iterdir()) == []
    kept = [path.relative_to(home).parent.as_posix() for path in home.rglob("*.dll")]
    assert kept == (["AppData/Local/Obacht"] if platform == "win32" else [])


ALONE = """
import os, sys
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        raise AssertionError("a file was opened for writing")
sys.addaudithook(watch)
from obacht_protocol import sodium
sodium._SYSTEM_NAMES, sodium._OTHER_NAMES = {}, ()
try:
    sodium.load_from_memory(b"this is not a shared library")
except OSError as error:
    assert "/proc/self/fd/" in str(error)
else:
    raise AssertionError("what is not a library was loaded")
from obacht_protocol import group
assert "rbcl" not in sys.modules and "rbcl._sodium" not in sys.modules
with open("/proc/self/maps") as maps:
    mapped = maps.read()
assert "memfd:libsodium" in mapped and "libsodium.so" not in mapped
print(group.multiply_base(group.scalar_from_int(1)).hex())
"""


def test_linux_needs_neither_a_system_library_nor_a_folder_to_write_to(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", ALONE],
        env={"TMPDIR": str(tmp_path / "missing")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stdout.strip(), done.stderr) == (GENERATOR, "")


def test_a_library_in_memory_computes(content: bytes) -> None:
    assert_computes(sodium.load_from_memory(content))


def test_an_unlinked_library_computes_and_leaves_no_file(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    library = sodium.load_from_unlinked_file(content)
    assert list(tmp_path.iterdir()) == []
    assert_computes(library)


def test_an_unlinked_file_that_is_no_library_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OSError, match=r"invalid ELF header|too short"):
        sodium.load_from_unlinked_file(NOT_A_LIBRARY)
    assert list(tmp_path.iterdir()) == []


def test_a_cached_library_is_written_once_for_its_user_alone(content: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cache"
    assert_computes(sodium.load_from_cache(content, folder))
    (path,) = folder.iterdir()
    written = path.stat()
    assert path.read_bytes() == content
    assert folder.stat().st_mode & 0o077 == 0
    assert_computes(sodium.load_from_cache(content, folder))
    assert list(folder.iterdir()) == [path]
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_a_cached_library_that_was_replaced_is_written_anew_before_it_is_loaded(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"libsodium-{hashlib.sha256(content).hexdigest()}.dll"
    path.write_bytes(NOT_A_LIBRARY)
    assert_computes(sodium.load_from_cache(content, tmp_path))
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_cached_file_that_is_no_library_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"invalid ELF header|too short"):
        sodium.load_from_cache(NOT_A_LIBRARY, tmp_path)


def test_a_missing_wheel_is_named() -> None:
    with pytest.raises(LibraryError, match="no_such_wheel"):
        sodium.bundled("no_such_wheel")


def test_a_module_in_the_place_of_the_wheel_is_refused() -> None:
    with pytest.raises(LibraryError, match="not installed"):
        sodium.bundled("ast")


def test_a_wheel_of_another_form_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "another_form"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('it was executed')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(FileNotFoundError):
        sodium.bundled("another_form")
    (package / "_sodium.py").write_text("library = b'in another form'\nraise AssertionError('it was executed')")
    with pytest.raises(LibraryError, match="form"):
        sodium.bundled("another_form")
