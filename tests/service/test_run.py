"""Where a server listens; that it starts, spreads and stops is shown with the key office's processes."""

import socket

import pytest

from obacht_service import run
from obacht_service.errors import AddressError


@pytest.mark.parametrize(
    ("origin", "host", "port", "expected"),
    [
        ("http://127.0.0.1:8801", None, None, ("127.0.0.1", 8801)),
        ("http://localhost", None, None, ("localhost", 80)),
        ("http://[::1]:8801", None, None, ("::1", 8801)),
        ("http://127.0.0.1:8801", "0.0.0.0", 9, ("0.0.0.0", 9)),
        ("http://127.0.0.1:8801", None, 0, ("127.0.0.1", 0)),
        ("https://keys.example.org", None, 8801, ("127.0.0.1", 8801)),
        ("https://keys.example.org", "10.0.0.1", 8801, ("10.0.0.1", 8801)),
    ],
)
def test_a_server_listens_where_its_origin_says(
    origin: str, host: str | None, port: int | None, expected: tuple[str, int]
) -> None:
    assert run.listen_address(origin, host, port) == expected


def test_behind_a_proxy_the_port_must_be_named() -> None:
    with pytest.raises(AddressError, match="--port"):
        run.listen_address("https://keys.example.org")


@pytest.mark.sockets
def test_a_port_that_is_taken_is_not_shared() -> None:
    def create_app() -> None:
        raise AssertionError

    for options in ((), (socket.SO_REUSEPORT,)):
        with socket.socket() as other:
            for option in options:
                other.setsockopt(socket.SOL_SOCKET, option, 1)
            other.bind(("127.0.0.1", 0))
            other.listen()
            for workers in (1, 2):
                with pytest.raises(AddressError, match="another program listens there"):
                    run.serve(create_app, "127.0.0.1", other.getsockname()[1], workers)  # type: ignore[arg-type] # never called


@pytest.mark.sockets
def test_an_address_of_another_machine_is_said_in_words() -> None:
    with pytest.raises(AddressError, match="no such address"):
        run.serve(lambda: None, "192.0.2.1", 8801)  # type: ignore[arg-type,return-value] # never called
