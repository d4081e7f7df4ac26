"""The command ``obacht-keys``: one verb, one function."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from obacht_keys.checks import checks
from obacht_keys.custody import Custody
from obacht_keys.errors import KeysError
from obacht_keys.http import create_app
from obacht_keys.registry import DEPARTMENT, OFFICE, Registry
from obacht_keys.settings import Home, Settings, public_file
from obacht_protocol.descriptor import TEST_DEPLOYMENT
from obacht_protocol.encoding import unbase64url
from obacht_protocol.errors import EncodingError
from obacht_protocol.locks import CHEAPEST, SENSITIVE
from obacht_service import doctor as doctors
from obacht_service import files, logs, passphrases, run
from obacht_service.errors import ServiceError

DEFAULT_HOME: Final = "/var/lib/obacht-keys"
_COSTS: Final = {cost.name: cost for cost in (SENSITIVE, CHEAPEST)}

passphrase_file = click.option(
    "--passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Its first line is the passphrase. Without it: systemd's credential 'passphrase', or a prompt.",
)


@click.group()
@click.option(
    "--home",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="OBACHT_KEYS_HOME",
    default=DEFAULT_HOME,
    show_default=True,
    help="The office's folder.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """Run a key office: it holds one share of the key without which nobody can ask."""
    context.obj = Home(folder)


@contextmanager
def in_words() -> Iterator[None]:
    """End with a sentence, not with a traceback."""
    try:
        yield
    except (KeysError, ServiceError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--deployment", required=True, help="Id of the deployment: a-z, 0-9, dot, hyphen.")
@click.option("--origin", required=True, help="Where clients find this office, as https://keys.example.org")
@click.option("--name", required=True, help="The office's name, for people.")
@click.option(
    "--index", type=click.IntRange(1, 255), default=1, show_default=True, help="Its number among the offices."
)
@click.option("--epoch", type=click.IntRange(1, 2**32 - 1), default=1, show_default=True, help="Number of the epoch.")
@click.option(
    "--lock",
    type=click.Choice(sorted(_COSTS)),
    default=SENSITIVE.name,
    show_default=True,
    help="What a guess at the passphrase costs; CHEAPEST is for test deployments.",
)
@passphrase_file
@click.pass_obj
def init(
    home: Home,
    *,
    deployment: str,
    origin: str,
    name: str,
    index: int,
    epoch: int,
    lock: str,
    passphrase_file: Path | None,
) -> None:
    """Make a new key and lock it. What is there is never overwritten."""
    if lock == CHEAPEST.name and not deployment.startswith(TEST_DEPLOYMENT):
        raise click.ClickException(f"CHEAPEST is for deployments whose id begins with {TEST_DEPLOYMENT!r}.")
    with in_words():
        settings = Settings(deployment, origin, name)
        files.private_folder(home.folder)
        for path in (home.settings, home.share, home.public):
            if path.exists():
                raise click.ClickException(f"{path} exists already and is never overwritten.")
        passphrase = passphrases.read(passphrase_file, _ask_twice, new=True)
        custody = Custody.generate(deployment, epoch, index)
        files.write_new(home.share, custody.lock(passphrase, _COSTS[lock]))
        files.write_new(home.settings, settings.encode())
        files.write_new(home.public, public_file(settings, custody.facts))
        Registry(home.registry).close()
    click.echo(f"Made the key of epoch {epoch} in {home.share}: back it up, and keep the passphrase elsewhere.")
    click.echo(f"Give {home.public} to the safety office: it stands for this office in the descriptor.")


@main.command()
@click.option("--host", help="Where to listen, if not at the origin's host.")
@click.option("--port", type=click.IntRange(0, 65535), help="The same for the port.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes; one per core.")
@passphrase_file
@click.pass_obj
def serve(home: Home, *, host: str | None, port: int | None, workers: int, passphrase_file: Path | None) -> None:
    """Answer questions until told to stop (SIGTERM, or Ctrl-C)."""
    with in_words():
        settings = Settings.load(home)
        address = run.listen_address(settings.origin, host, port)
        custody = Custody.unlock(files.read(home.share), passphrases.read(passphrase_file, _ask))
        if custody.facts.deployment != settings.deployment:
            raise click.ClickException(f"The share is another deployment's than {home.settings} says.")
        # Every process takes the unlocked share over from this one's memory.
        logs.configure()
        run.serve(lambda: create_app(home, settings, custody), *address, workers=workers)


@main.group()
def department() -> None:
    """Say which departments may ask."""


@department.command("add")
@click.argument("name")
@click.option("--office", is_flag=True, help="It is the safety office, which enrols and does not ask.")
@click.pass_obj
def department_add(home: Home, name: str, office: bool) -> None:
    """Add a department, or enable it again."""
    with _registry(home) as registry:
        added = registry.add_department(name, OFFICE if office else DEPARTMENT)
    click.echo(f"{added.name} ({added.kind}) may ask with the devices that are added to it.")


@department.command("list")
@click.pass_obj
def department_list(home: Home) -> None:
    """List the departments."""
    with _registry(home) as registry:
        for found in registry.departments():
            click.echo(f"{found.name}  {found.kind}  {'enabled' if found.enabled else 'disabled'}")


@department.command("disable")
@click.argument("name")
@click.pass_obj
def department_disable(home: Home, name: str) -> None:
    """Refuse all devices of a department from now on."""
    with _registry(home) as registry:
        found = registry.disable_department(name)
    click.echo(f"{found.name} is refused from now on.")


@main.group()
def device() -> None:
    """Say with which devices departments may ask."""


# A key or an id in base64url may begin with a hyphen.
_HYPHENS: Final = {"ignore_unknown_options": True}


@device.command("add", context_settings=_HYPHENS)
@click.argument("department_name", metavar="DEPARTMENT")
@click.argument("public_key")
@click.option("--label", required=True, help="What it is, for people.")
@click.pass_obj
def device_add(home: Home, department_name: str, public_key: str, label: str) -> None:
    """Add a device by its public key (base64url), as the device shows it."""
    try:
        key = unbase64url(public_key, 32)
    except EncodingError as error:
        raise click.ClickException("A public key is 32 bytes in base64url, 43 letters.") from error
    with _registry(home) as registry:
        added = registry.add_device(department_name, key, label)
    click.echo(f"{added.id} may ask for {added.department.name}.")


@device.command("list")
@click.pass_obj
def device_list(home: Home) -> None:
    """List the devices, the revoked ones too."""
    with _registry(home) as registry:
        for found in registry.devices():
            state = "in use" if found.revoked is None else f"revoked {_day(found.revoked)}"
            click.echo(f"{found.id}  {found.department.name}  {found.label}  added {_day(found.created)}  {state}")


@device.command("revoke", context_settings=_HYPHENS)
@click.argument("device_id")
@click.pass_obj
def device_revoke(home: Home, device_id: str) -> None:
    """Refuse a device from now on, for good."""
    with _registry(home) as registry:
        found = registry.revoke_device(device_id)
    click.echo(f"{found.id} of {found.department.name} is refused from now on.")


@main.command()
@passphrase_file
@click.pass_context
def doctor(context: click.Context, passphrase_file: Path | None) -> None:
    """Look at everything this office needs, and say how to mend what is wrong."""
    with in_words():
        passphrase = None if passphrase_file is None else passphrases.read(passphrase_file, _ask)
    context.exit(doctors.examine(checks(context.obj, passphrase), click.echo))


@contextmanager
def _registry(home: Home) -> Iterator[Registry]:
    with in_words():
        Settings.load(home)  # an office that was not made yet has no registry to write into
        with Registry(home.registry) as registry:
            yield registry


def _ask() -> str:
    return str(click.prompt("Passphrase of the key share", hide_input=True))


def _ask_twice() -> str:
    return str(click.prompt("New passphrase for the key share", hide_input=True, confirmation_prompt=True))


def _day(moment: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment))
