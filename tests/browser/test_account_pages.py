"""The pages of signing in, of one's own account, and of the users, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from browsing import Visitor

pytestmark = [pytest.mark.sockets, pytest.mark.xdist_group("browser")]
Visit = Callable[[], Visitor]


@pytest.mark.parametrize("path", ["/login", "/invitation", "/nowhere"])
def test_pages_for_everybody_can_be_used_by_everybody(visit: Visit, path: str, tmp_path: Path) -> None:
    visit().look(path, picture=tmp_path / "page.png")


def test_pages_for_those_at_work_can_be_used_by_everybody(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    visitor.sign_in("head")
    for path in (
        "/",
        "/account",
        "/account/password",
        "/account/passkey",
        "/confirm",
        "/users",
        "/users/new",
        "/users/1",
    ):
        visitor.look(path, picture=tmp_path / f"{path.strip('/').replace('/', '-') or 'start'}.png")
