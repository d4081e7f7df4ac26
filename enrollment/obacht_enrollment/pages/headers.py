"""What every answer tells the browser: that nothing foreign runs, nothing is framed, and pages are not kept."""

from collections.abc import Mapping
from typing import Final

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_FEATURES: Final = ", ".join(
    f"{name}=()"
    for name in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
)
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_YEARS: Final = "max-age=63072000"

PDF: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
}
"""Of a PDF. A browser's own viewer embeds it in a page with styles of its own; "sandbox" would let Chrome show none."""
STATIC: Final[Mapping[str, str]] = _ALWAYS | {"Cache-Control": "public, max-age=31536000, immutable"}
"""Of files whose names hold their hash."""


def of_pages(*, secure: bool) -> Mapping[str, str]:
    """Give the header fields of every page.

    Args:
        secure: Whether browsers come by https, and so are to come in no other way from now on.
    """
    # A referrer of this site alone: with none at all, browsers would send forms with "Origin: null".
    fields = _ALWAYS | {
        "Cache-Control": "no-store",
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": f"{_FEATURES}, publickey-credentials-create=(self), publickey-credentials-get=(self)",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    return fields | {"Strict-Transport-Security": _YEARS} if secure else fields
