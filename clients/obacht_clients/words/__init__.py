"""What people read: German first, English on request, and the same sentences everywhere."""

from typing import Final

from obacht_clients.words import english, german
from obacht_clients.words.language import Language
from obacht_protocol.errors import IdentityError

LANGUAGES: Final = {"de": german.LANGUAGE, "en": english.LANGUAGE}

__all__ = ["LANGUAGES", "Language", "refused_identity", "why"]


def why(reason: str, language: Language) -> str:
    """Say in words why no check was made and what to do next.

    Args:
        reason: Of a :class:`~obacht_clients.errors.ClientError`.
        language: In which language.
    """
    return (
        language.reasons[reason] if reason in language.reasons else language.refusals[reason.removeprefix("refused-")]
    )


def refused_identity(error: IdentityError, language: Language) -> str:
    """Say in words what is wrong with what was typed; nothing of it is repeated."""
    name = language.fields[error.field]
    special = language.identity.get(f"{error.field}:{error.code}")
    return f"{name}: {special or language.identity[error.code]}"
