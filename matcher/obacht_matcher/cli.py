"""The command ``obacht-matcher``: serve the register, show what is in force, find out what is wrong."""

import sys
import time
from pathlib import Path
from typing import Any, Final

import click

from obacht_matcher.doctor import ask, checks, moment
from obacht_matcher.embedded import Embedded
from obacht_matcher.errors import MatcherError, SettingsError, StoreError
from obacht_matcher.http import create_app
from obacht_matcher.service import Facts
from obacht_matcher.settings import FILE, Settings, verify_key
from obacht_service import logs
from obacht_service.doctor import examine
from obacht_service.errors import ServiceError
from obacht_service.run import listen_address
from obacht_service.run import serve as run

DEFAULT_HOME: Final = "/var/lib/obacht-matcher"


@click.group()
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="OBACHT_MATCHER_HOME",
    default=DEFAULT_HOME,
    show_default=True,
    help="The matcher's folder, with its settings and its store.",
)
@click.version_option(package_name="obacht-matcher")
@click.pass_context
def main(context: click.Context, home: Path) -> None:
    """Serve the published register, without knowing what is in it or who is asked about."""
    context.obj = home


@main.command()
@click.option("--deployment", help="First start: the deployment's id.")
@click.option(
    "--origin", help="First start: under which address this server is reached, as in https://matcher.example."
)
@click.option("--office-key", metavar="VKEY", help="First start: verify key of the safety office.")
@click.option("--auditor-key", metavar="VKEY", help="First start: verify key of the auditor.")
@click.option("--host", help="Where to listen, if not where the origin says.")
@click.option("--port", type=click.IntRange(0, 65535), help="The same.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
@click.pass_obj
def serve(
    home: Path,
    *,
    deployment: str | None,
    origin: str | None,
    office_key: str | None,
    auditor_key: str | None,
    host: str | None,
    port: int | None,
    workers: int,
) -> None:
    """Serve the register. The first start writes the settings; a later one need not name them."""
    logs.configure()
    given = {"deployment": deployment, "origin": origin, "office": office_key, "auditor": auditor_key}
    try:
        settings = _settings(home, {name: value for name, value in given.items() if value is not None})
        address = listen_address(settings.origin, host, port)
        if settings.redis:
            run(lambda: create_app(settings), *address, workers)
            return
        embedded = Embedded(home)
        embedded.start()
        try:
            run(lambda: create_app(settings, embedded), *address, workers)
        finally:
            embedded.stop()
    except (MatcherError, ServiceError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.pass_obj
def status(home: Path) -> None:
    """Show what is in force."""
    try:
        facts: Facts = ask(Settings.load(home), lambda matcher, _: matcher.facts())
    except StoreError as error:
        raise click.ClickException(f"the store does not answer: obacht-matcher --home {home} serve") from error
    except MatcherError as error:
        raise click.ClickException(str(error)) from error
    for name, value in _lines(facts, int(time.time())):
        click.echo(f"{name:<20} {value}")


@main.command()
@click.pass_obj
def doctor(home: Path) -> None:
    """Look at everything that can be wrong, and say how to mend it."""
    sys.exit(examine(checks(home), click.echo))


def _settings(home: Path, given: dict[str, str]) -> Settings:
    """Read the settings, or write them on the first start; given ones must be those that are written down."""
    roots = {name: verify_key(value) for name, value in given.items() if name in {"office", "auditor"}}
    values: dict[str, Any] = given | roots
    if not (home / FILE).exists() and len(values) == 4:
        Settings(home=home, **values).write()
    settings = Settings.load(home)
    for name, value in values.items():
        if getattr(settings, name) != value:
            raise SettingsError(f"{home / FILE} names another {name}: change it there, if that is meant")
    return settings


def _lines(facts: Facts, now: int) -> list[tuple[str, object]]:
    lines: list[tuple[str, object]] = []
    if facts.descriptor is None:
        lines.append(("descriptor", "none yet"))
    else:
        lines += [
            ("deployment", facts.descriptor.deployment),
            ("descriptor version", facts.descriptor.version),
            ("descriptor expires", moment(facts.descriptor.expires, now)),
        ]
    if facts.head is None:
        lines.append(("register", "none yet"))
    else:
        buckets = 1 << facts.head.bits
        lines += [
            ("sequence", facts.head.sequence),
            ("epoch", facts.head.epoch),
            ("head issued", moment(facts.head.issued, now)),
            ("head expires", moment(facts.head.expires, now)),
            ("buckets", buckets),
            ("rows per bucket", facts.head.rows),
            ("register bytes", buckets * facts.head.bucket_length),
        ]
    return [*lines, ("store memory bytes", facts.memory)]
