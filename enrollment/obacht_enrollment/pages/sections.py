"""Which pages there are, and what each asks of whoever wants to see it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.pages.desk import Link
from obacht_enrollment.pages.visits import Visit

FORM: Final = 64 * 1024
"""Bytes of a form at most, unless its page says otherwise."""

Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """One address.

    Attributes:
        method: ``GET`` or ``POST``.
        path: With parameters in braces.
        handler: Answers; it runs in a thread of its own and may wait for the database.
        right: What whoever comes must have a right to; None if it is enough to be signed in.
        public: Whether one need not be signed in.
        proof: Whether one must have proved lately who one is.
        limit: Bytes of the body at most.
        json: Whether the body is JSON, which the handler reads itself, instead of a form.
        kept: Whether what was typed is held by a page of its own where its writer must first sign in again, or prove
            who they are; the address answers to ``GET`` with the empty form.
    """

    method: str
    path: str
    handler: Handler
    right: Right | None = None
    public: bool = False
    proof: bool = False
    limit: int = FORM
    json: bool = False
    kept: bool = False


@dataclass(slots=True)
class Section:
    """Pages that belong together, in the order in which they were put there.

    Attributes:
        pages: The addresses.
        links: What stands of them in the menu.
    """

    pages: list[Page] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def get(
        self, path: str, right: Right | None = None, *, public: bool = False, proof: bool = False
    ) -> Callable[[Handler], Handler]:
        """Say that the function below answers to ``GET``; arguments as of :class:`Page`."""

        def keep(handler: Handler) -> Handler:
            self.pages.append(Page("GET", path, handler, right, public, proof))
            return handler

        return keep

    def post(
        self,
        path: str,
        right: Right | None = None,
        *,
        public: bool = False,
        proof: bool = False,
        limit: int = FORM,
        json: bool = False,
        kept: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Say that the function below answers to ``POST``; arguments as of :class:`Page`."""

        def keep(handler: Handler) -> Handler:
            self.pages.append(Page("POST", path, handler, right, public, proof, limit, json, kept))
            return handler

        return keep

    def link(self, path: str, text: str, right: Right | None = None) -> None:
        """Put an entry into the menu, for those who have the right, or for everybody."""
        self.links.append(Link(path, text, right))
