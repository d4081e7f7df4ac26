"""Showing on a terminal what others have written."""


def plain(text: str) -> str:
    """Show what would steer a terminal as ``?``."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "?" for sign in text)
