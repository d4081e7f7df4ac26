"""What is wrong with a report, in words; nothing of the report is repeated."""

from obacht_clients.words.language import Language
from obacht_protocol.errors import ReportError


def refused(error: ReportError, language: Language) -> str:
    """Say which field is wrong, and why."""
    return f"{label(error.field, language)}: {reason(error, language)}"


def label(field: str, language: Language) -> str:
    """Give the name of a field, without the hint in brackets that stands behind it in a question."""
    return language.texts[f"report-{field}"].partition(" (")[0]


def reason(error: ReportError, language: Language) -> str:
    """Say what is wrong with a field."""
    special = language.texts.get(f"report-{error.code}-{error.field}")
    return special or language.texts[f"report-{error.code}"]
