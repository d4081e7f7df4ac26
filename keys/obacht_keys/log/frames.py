"""How the office's processes talk about the log: lists of requests, and lists of answers, each behind its length.

They are Python's own serialised form: both sides are this program, and the socket is closed to everybody else.
"""

import marshal
from typing import Any, Final

from obacht_keys.errors import LogError

Request = tuple[int, str, tuple[Any, ...]]
"""Number, operation, arguments."""
Answer = tuple[int, str, Any]
"""The request's number; the code with which it is refused and after how many seconds to ask again, or empty and the
result."""

MAX_FRAME: Final = 64 * 1024 * 1024
_LENGTH: Final = 4


def pack(items: list[Request] | list[Answer]) -> bytes:
    """Make a frame."""
    data = marshal.dumps(items)
    return len(data).to_bytes(_LENGTH, "big") + data


class Frames:
    """What arrives on a connection, taken apart into frames."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        """Begin with nothing."""
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[Any]:
        """Take what arrived, and give the items of all frames that are whole now; ``LogError`` if it is no frame."""
        waiting = self._waiting
        waiting += data
        items: list[Any] = []
        while len(waiting) >= _LENGTH:
            end = _LENGTH + int.from_bytes(waiting[:_LENGTH], "big")
            if end > MAX_FRAME:
                raise LogError("this is no frame of ours")
            if len(waiting) < end:
                break
            try:
                items += marshal.loads(waiting[_LENGTH:end])  # noqa: S302 - from another process of this office
            except (ValueError, EOFError, TypeError) as error:
                raise LogError("this is no frame of ours") from error
            del waiting[:end]
        return items
