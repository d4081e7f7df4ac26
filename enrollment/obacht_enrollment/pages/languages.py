"""The texts of the pages: one table for each language, put together from the files in ``texts``."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

from starlette.requests import Request

from obacht_enrollment.language import Language

COOKIE: Final = "obacht-language"
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
_FOLDER: Final = Path(__file__).parent / "texts"


class Texts:
    """What the pages say."""

    def __init__(self, tables: Mapping[Language, Mapping[str, str]]) -> None:
        """Take the tables."""
        self.tables = tables

    @classmethod
    def load(cls) -> "Texts":
        """Read the files: what stands under ``[users]`` as ``title`` is called ``users.title``."""
        return cls({language: _table(_FOLDER / language) for language in LANGUAGES})

    def say(self, language: Language, key: str, **values: object) -> str:
        """Give a text, with values in the place of ``{names}``; ``KeyError`` if there is none."""
        text = self.tables[language][key]
        return text.format(**values) if values else text


def choose(request: Request) -> Language:
    """Choose the language: what was chosen on a page, else what the browser prefers, else German."""
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("accept-language", "").split(","):
        name = part.partition(";")[0].strip().lower().partition("-")[0]
        if name in LANGUAGES:
            return name
    return "de"


def _table(folder: Path) -> dict[str, str]:
    table: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for section, texts in tomllib.loads(path.read_text()).items():
            table |= _flat(section, texts)
    return table


def _flat(section: str, texts: Mapping[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, text in texts.items():
        flat |= {f"{section}.{name}": text} if isinstance(text, str) else _flat(f"{section}.{name}", text)
    return flat
