"""Every page that there is, for every role: looked at by axe at both widths, whether somebody thought of it or not."""

import re
import time
from collections.abc import Callable, Iterator

import pytest

from arrived import receive
from browsing import Visitor
from obacht_demo import case_stories
from obacht_demo.staff import PASSWORD, STAFF, WORKER, hire
from obacht_enrollment.accounts import users
from obacht_enrollment.inbox import service as inbox
from obacht_enrollment.office import Office
from obacht_enrollment.pages import SECTIONS
from obacht_enrollment.pages.sections import Page
from workplace import LETTERS, Workplace, running

pytestmark = [pytest.mark.slow, pytest.mark.sockets]
LAST = 16
"""There are no more cases, requests, calls, reports or documents than this; of pages that look alike one is enough."""


def prepare(office: Office) -> None:
    hire(office)
    now = int(time.time())
    case_stories.tell(office, now)
    for sealed in (b"", b"", bytes(4096)):
        receive(office, now, sealed=sealed)
    inbox.open_report(office, users.find(office, WORKER), 2, now)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with running(tmp_path_factory.mktemp("workplace"), LETTERS, prepare) as started:
        yield started


@pytest.mark.parametrize("login", STAFF)
@pytest.mark.timeout(600)
def test_every_page_can_be_used_by_everybody(visit: Callable[[], Visitor], login: str) -> None:
    visitor = visit()
    visitor.look("/login")
    visitor.sign_in(login, PASSWORD)
    seen: set[str] = set()
    for page in every_page():
        for path in addresses(page):
            if is_new(fetched(visitor, path), seen):
                visitor.look(path)
            if page.path == "/cases/{number}" and login == WORKER:
                visitor.page.goto(path)
                open_case(visitor, seen)
    assert len(seen) > (40 if login == WORKER else 5)


def every_page() -> list[Page]:
    """List the pages that answer to an address alone; that of a case, where one says why, before those beneath it."""
    pages = [page for section in SECTIONS for page in section.pages if page.method == "GET"]
    return sorted(pages, key=lambda page: page.path)


def addresses(page: Page) -> list[str]:
    """Give the addresses that a page may have."""
    if "{" not in page.path:
        return [page.path]
    if "{year}" in page.path:
        return [page.path.replace("{year}", str(time.localtime().tm_year))]
    return [re.sub(r"\{[a-z]+\}", str(number), page.path) for number in range(1, LAST + 1)]


def fetched(visitor: Visitor, path: str) -> str:
    """Get the page at an address; nothing where there is a file, a piece of a page, or the way to another page."""
    answer = visitor.context.request.get(path, max_redirects=0)
    is_page = answer.status in {200, 403, 404} and answer.headers.get("content-type", "").startswith("text/html")
    return answer.text() if is_page else ""


def is_new(html: str, seen: set[str]) -> bool:
    """Tell whether no page of the same heading and the same kinds of elements was looked at before, and keep it."""
    if not html:
        return False
    heading = re.sub(r"<[^>]*>|[0-9]+", "", html[html.index("<h1") : html.index("</h1>")])
    build = " ".join([heading.strip(), *sorted(set(re.findall(r"<[a-z0-9]+|type=\"[a-z]+\"", html)))])
    if build in seen:
        return False
    seen.add(build)
    return True


def open_case(visitor: Visitor, seen: set[str]) -> None:
    """Say why one looks at the case whose page asks for it, and look at what it says."""
    if visitor.page.get_by_role("button", name="Fall öffnen").count():
        visitor.press("Fall öffnen")
        if is_new(visitor.page.content(), seen):
            visitor.look()
