"""Each party installs alone: from its own folder and the pinned versions, and without any other party's code."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = [str(Path(sys.executable).with_name("uv"))]
PACKAGES = {
    "protocol": "obacht_protocol",
    "service": "obacht_service",
    "keys": "obacht_keys",
    "matcher": "obacht_matcher",
    "clients": "obacht_clients",
    "enrollment": "obacht_enrollment",
    "demo": "obacht_demo",
}
INSTALLS = {
    "a key office": ["protocol", "service", "keys"],
    "a matcher": ["protocol", "service", "matcher"],
    "a department": ["protocol", "clients"],
    "the safety office": ["protocol", "service", "clients", "enrollment"],
}
COMMANDS = {
    "a key office": "obacht-keys",
    "a matcher": "obacht-matcher",
    "a department": "obacht",
    "the safety office": "obacht-office",
}


def run(*command: str | Path, **options: object) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, **options)  # type: ignore[call-overload]  # options are plain
    assert done.returncode == 0, done.stderr[-2000:]
    return str(done.stdout)


@pytest.mark.sockets
@pytest.mark.parametrize("party", INSTALLS)
def test_a_party_installs_alone_and_cannot_import_another(party: str, tmp_path: Path) -> None:
    folders = INSTALLS[party]
    run(*UV, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv")
    python = next(path for path in (tmp_path / "venv").glob("*/python*") if path.stem == "python")
    # Copies, so that building a wheel leaves nothing behind in the working tree.
    for folder in folders:
        target = tmp_path / folder
        target.mkdir()
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and not {"__pycache__", "node_modules", "dist"} & set(path.parts):
                copy = target / path.relative_to(ROOT / folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    lock = ROOT / "requirements.lock"
    paths = [str(tmp_path / folder) for folder in folders]
    run(
        *UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "-c",
        lock,
        "-b",
        lock,
        "--no-sources",
        *paths,
        cwd=tmp_path,
    )
    names = {
        name: run(python, "-c", f"import importlib.util as i; print(i.find_spec({name!r}) is not None)")
        for name in PACKAGES.values()
    }
    assert {name for name, found in names.items() if found.strip() == "True"} == {
        PACKAGES[folder] for folder in folders
    }
    assert "Usage" in run(python.parent / COMMANDS[party], "--help")


def test_the_lock_names_no_registry_and_hashes_every_package() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    packages = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
    assert packages
    assert all("==" in line and line.endswith("\\") for line in packages)
    assert not [line for line in packages if line.startswith("obacht")]
    assert [line for line in packages if line.startswith("hatchling==")]
