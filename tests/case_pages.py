"""Cases as the tests of pages want them, and how a browser opens one and sends its forms."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from invented_cases import content
from obacht_enrollment.accounts import users
from obacht_enrollment.accounts.roles import User
from obacht_enrollment.cases import reading, service
from obacht_enrollment.cases.content import Content
from obacht_enrollment.cases.states import State
from obacht_enrollment.pages.case_input import Typed
from page_caller import Caller
from safety_office import Site

Call = Callable[..., Caller]


def user(site: Site, login: str) -> User:
    return users.find(site.office, login)


def drafted(site: Site, what: Content | None = None, by: str = "worker") -> int:
    return service.create_draft(site.office, user(site, by), what or content(), site.now)


def submitted(site: Site, what: Content | None = None) -> int:
    number = drafted(site, what)
    service.submit(site.office, user(site, "worker"), number, site.now, version=1)
    return number


def active(site: Site, what: Content | None = None) -> int:
    number = submitted(site, what)
    service.approve(site.office, user(site, "approver"), number, site.now, version=2)
    return number


def state(site: Site, number: int) -> State:
    return reading.summary(site.office, user(site, "auditor"), number).state


def typed(what: Content) -> dict[str, Any]:
    """Write a form as a browser sends it."""
    form = Typed.of(what)
    fields: dict[str, Any] = {name: value for name, value in form.fields.items() if value}
    for name, parts in form.parts.items():
        fields |= {f"{name}.{index}.{field}": text for index, part in enumerate(parts) for field, text in part.items()}
    return fields | {"precautions": list(form.precautions)}


def opened(caller: Caller, number: int, why: str = "work", words: str = "") -> httpx2.Response:
    """Say why, and see the case."""
    path = f"/cases/{number}"
    answer = caller.send(path, f"{path}/open", {"why": why, "words": words, "next": path})
    assert answer.headers["location"] == path
    return caller.get(path)


def sent(caller: Caller, path: str, form: Mapping[str, Any]) -> httpx2.Response:
    """Open a page with a form, and send it with all that it carries hidden."""
    found = re.search(r'name="version" value="([0-9]+)"', caller.get(path).text)
    return caller.send(path, path, ({"version": found[1]} if found else {}) | dict(form))
