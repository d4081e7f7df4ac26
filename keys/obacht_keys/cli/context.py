"""What several verbs need: the folder, words in the place of tracebacks, and where the passphrase comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from obacht_keys.errors import KeysError
from obacht_keys.registry import Registry
from obacht_keys.settings import Home, Settings
from obacht_protocol.descriptor import TEST_DEPLOYMENT
from obacht_protocol.errors import ProtocolError
from obacht_protocol.locks import CHEAPEST, SENSITIVE, Cost
from obacht_service.errors import ServiceError

DEFAULT_HOME: Final = "/var/lib/obacht-keys"
_COSTS: Final = {cost.name: cost for cost in (SENSITIVE, CHEAPEST)}

#: A key or an id in base64url may begin with a hyphen.
HYPHENS: Final = {"ignore_unknown_options": True}

passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Its first line is the passphrase. Without it: systemd's credential 'passphrase', or a prompt.",
)
lock_option = click.option(
    "--lock",
    type=click.Choice(sorted(_COSTS)),
    default=SENSITIVE.name,
    show_default=True,
    help="What a guess at the passphrase costs; CHEAPEST is for test deployments.",
)
existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def in_words() -> Iterator[None]:
    """End with a sentence, not with a traceback."""
    try:
        yield
    except (KeysError, ServiceError, ProtocolError) as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def opened_registry(home: Home) -> Iterator[Registry]:
    """Open the registry of an office that was made already."""
    with in_words():
        Settings.load(home)  # an office that was not made yet has no registry to write into
        with Registry(home.registry) as registry:
            yield registry


def cost_of(lock: str, deployment: str) -> Cost:
    """Give the named cost, which for a deployment that is no test must not be the cheapest."""
    if lock == CHEAPEST.name and not deployment.startswith(TEST_DEPLOYMENT):
        raise click.ClickException(f"CHEAPEST is for deployments whose id begins with {TEST_DEPLOYMENT!r}.")
    return _COSTS[lock]


def ask() -> str:
    """Ask for the passphrase of what is locked."""
    return str(click.prompt("Passphrase of this office", hide_input=True))


def ask_twice() -> str:
    """Ask for a new passphrase."""
    return str(click.prompt("New passphrase for this office", hide_input=True, confirmation_prompt=True))
