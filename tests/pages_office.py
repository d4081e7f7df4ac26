"""An office whose pages are called inside the process: a user for every role, at work in browsers of their own."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from obacht_enrollment.accounts import passwords, users
from obacht_enrollment.office import Office
from obacht_enrollment.pages import add_pages
from obacht_enrollment.renewing import Chore
from obacht_service.application import new_app
from page_caller import ORIGIN, Caller
from safety_office import Site
from workplace import CHEAP, NAMES, PASSWORD


def hire(office: Office, patch: pytest.MonkeyPatch, now: int) -> None:
    """Add a user for every role, and let passwords cost little for as long as ``patch`` holds."""
    patch.setattr(passwords, "HASHER", CHEAP)
    for login, (name, role) in NAMES.items():
        added = users.add(office, None, login=login, name=name, roles=[role], now=now)
        users.redeem(office, login, added.code, PASSWORD, now)


def app_of(site: Site, origin: str = ORIGIN, chores: Sequence[Chore] = ()) -> FastAPI:
    app = new_app("Obacht office", "1")
    settings = replace(site.office.settings, origin=origin)
    add_pages(app, replace(site.office, settings=settings), site.clock, chores)
    return app


def arrive(app: FastAPI, login: str = "", **named: Any) -> Caller:
    """Open a new browser, in which the user of a login is at work already."""
    caller = Caller(app, **named)
    if login:
        answer = caller.post("/login", {"login": login, "password": PASSWORD})
        assert answer.headers["location"] == "/"
    return caller
