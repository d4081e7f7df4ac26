"""What all pages work with."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from obacht_clients.transport import Clock
from obacht_enrollment.accounts.provider import Provider
from obacht_enrollment.accounts.roles import Right
from obacht_enrollment.cases.intake import Approved
from obacht_enrollment.cases.similar import Index
from obacht_enrollment.office import Office
from obacht_enrollment.pages import headers
from obacht_enrollment.pages.assets import Assets
from obacht_enrollment.pages.languages import Texts
from obacht_enrollment.pages.rendering import Templates
from obacht_enrollment.renewing import Chore
from obacht_enrollment.streets.service import Streets
from obacht_enrollment.uploads import Uploads
from obacht_enrollment.work import Work, Works

_THREADS: Final = 16


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu.

    Attributes:
        path: Where it leads.
        text: Key of what it says.
        right: Who sees it; None if everybody does.
    """

    path: str
    text: str
    right: Right | None


@dataclass(frozen=True, slots=True)
class Desk:
    """The office, and what its pages are made of.

    Attributes:
        office: Unlocked.
        clock: Gives Unix seconds.
        assets: What the pages send along.
        menu: In the order in which it is shown.
        provider: The single sign-on service; None if there is none.
        streets: The town's list.
        shown: Paths of pages, as opposed to those that only take forms.
        chores: What the service does beside the pages, what matters most first.
        threads: In which pages wait for the database; others than those in which the register is published.
        similar: All cases, made for comparing them with one.
        works: What goes on longer than a page is waited for.
        uploads: The files that staff have brought.
        approvals: What becomes of the imports that are being approved, or were lately, by number.
        templates: Of the pages.
        texts: In all languages.
    """

    office: Office
    clock: Clock
    assets: Assets
    menu: tuple[Link, ...]
    provider: Provider | None
    streets: Streets
    shown: frozenset[str]
    chores: Sequence[Chore] = ()
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_THREADS, "pages"))
    similar: Index = field(default_factory=Index)
    works: Works = field(default_factory=Works)
    uploads: Uploads = field(init=False)
    approvals: dict[int, Work[Approved]] = field(default_factory=dict)
    templates: Templates = field(default_factory=Templates)
    texts: Texts = field(default_factory=Texts.load)

    def __post_init__(self) -> None:
        """Hold no file yet."""
        object.__setattr__(self, "uploads", Uploads(self.works, self.similar))

    @property
    def secure(self) -> bool:
        """Whether browsers come by https."""
        return self.office.settings.origin.startswith("https:")

    @property
    def headers(self) -> Mapping[str, str]:
        """What every page tells the browser."""
        return headers.of_pages(secure=self.secure)
