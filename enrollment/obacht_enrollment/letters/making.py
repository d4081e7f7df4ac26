"""A letter becomes a PDF: tagged for screen readers (PDF/UA-1), alike on every machine, and nowhere but in memory.

typst reads the templates and fonts of this package and nothing else: no fonts of the system, no packages from outside.
What the letter says goes in as one JSON string, so that no name or free text can be markup, and no file holds it.
"""

import datetime as dt
import json
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from obacht_enrollment.errors import LetterError
from obacht_enrollment.letters import glyphs
from obacht_enrollment.letters.answer import Answer
from obacht_enrollment.letters.decision import REFUSALS, Decision
from obacht_enrollment.letters.notice import Notice
from obacht_enrollment.letters.sender import Sender
from obacht_enrollment.letters.yearly import Report

Letter = Notice | Answer | Decision | Report
TEMPLATES: Final = Path(__file__).with_name("templates")


def make(letter: Letter, sender: Sender, *, draft: bool = False) -> bytes:
    """Write a letter.

    Args:
        letter: What it says. Equal letters of equal senders give equal bytes.
        sender: Who writes it.
        draft: Whether it says on every page that it is a draft and not to be sent.

    Returns:
        A PDF 1.7 that conforms to PDF/UA-1.

    Raises:
        LetterError: ``letter-remedies``: a refusal is to be written, and the sender names no remedies;
            ``letter-failed``: it cannot be laid out.
    """
    language = letter.language if isinstance(letter, Report) else letter.head.language
    if isinstance(letter, Decision) and letter.kind in REFUSALS:
        setting = "remedies" if language == "de" else "remedies_english"
        if not getattr(sender, setting).strip():
            raise LetterError("letter-remedies", setting=setting)
    date = letter.date if isinstance(letter, Report) else letter.head.date
    data = {"language": language, "draft": draft, "letter": _plain(letter), "sender": _plain(sender)}
    template = TEMPLATES / f"{type(letter).__name__.lower()}.typ"
    try:
        return typst.compile(
            str(template),
            root=str(TEMPLATES),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards="ua-1",
            timestamp=int(dt.datetime.combine(date, dt.time(), dt.UTC).timestamp()),
        )
    except typst.TypstError:
        # its message quotes the letter
        raise LetterError("letter-failed") from None


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(glyphs.FONTS)])


def _plain(value: Any) -> Any:  # noqa: ANN401 - any field of a letter
    """Turn a dataclass into what JSON can hold, with every text printable and every date as ISO 8601."""
    if isinstance(value, str):
        return glyphs.printable(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
