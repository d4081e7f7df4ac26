"""What the pages send along: stylesheet, script, fonts and icons, each under a name that holds its hash.

The wheel holds them; ``enrollment/hatch_build.py`` makes them when it is built.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from obacht_enrollment.errors import HomeError
from obacht_enrollment.pages.headers import STATIC

FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


class Assets:
    """The files, held in memory, and their names."""

    def __init__(self, names: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        """Take the names by which pages call the files, and the files by their own names."""
        self._names = names
        self._files = files

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Assets":
        """Read the files; ``HomeError`` (``assets-missing``) if nobody has made them."""
        try:
            manifest = json.loads((folder / "manifest.json").read_bytes())
            files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _TYPES}
        except OSError as error:
            raise HomeError("assets-missing") from error
        return cls(manifest["names"], files)

    def address(self, name: str) -> str:
        """Give the address of what a page calls ``office.css``, say."""
        return f"/static/{self._names[name]}"

    async def answer(self, request: Request) -> Response:
        """Answer with a file; its name changes with what is in it, so browsers may keep it for ever."""
        name = request.path_params["name"]
        if name not in self._files:
            raise HTTPException(404)
        return Response(self._files[name], headers=STATIC, media_type=_TYPES[Path(name).suffix])
