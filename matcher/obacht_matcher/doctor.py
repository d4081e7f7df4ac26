"""What can be wrong with a matcher, how it shows, and what mends it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from obacht_matcher.embedded import OPTIONS, Embedded
from obacht_matcher.errors import SettingsError, StoreError
from obacht_matcher.service import Facts, Matcher
from obacht_matcher.settings import FILE, Settings
from obacht_matcher.store import Store
from obacht_service.doctor import Check, CheckError

_HOUR: Final = 3600
_LATE: Final = 2 * _HOUR
"""Age in seconds at which a head that is renewed every hour is late."""
_SOON: Final = 7 * 24 * _HOUR
"""Seconds before the descriptor's end at which a new one should be under way."""
_DURABLE: Final = ("appendonly", "appendfsync", "maxmemory-policy")
_NEW_DESCRIPTOR: Final = (
    "at the safety office: obacht-office descriptor draft, then sign; at the auditor's: obacht audit sign"
)


def ask(settings: Settings, question: Callable[[Matcher, Store], Awaitable[Any]]) -> Any:  # noqa: ANN401 - any answer
    """Ask the store while no event loop runs; ``StoreError`` if it does not answer."""

    async def connected() -> Any:  # noqa: ANN401 - the same
        store = Store(settings.redis or Embedded(settings.home).url, settings.deployment)
        try:
            return await question(Matcher(store, settings, _now), store)
        finally:
            await store.close()

    return asyncio.run(connected())


def moment(then: int, now: int) -> str:
    """Write a time (both in Unix seconds) as date and distance."""
    minutes = abs(then - now) // 60
    span = f"{minutes // 60} h {minutes % 60} min"
    date = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(then))
    return f"{date} ({f'in {span}' if then > now else f'{span} ago'})"


def checks(home: Path) -> list[Check]:
    """List what to look at; every check reads anew, so that one that fails leaves the others alone."""
    looks = _Looks(home)
    return [
        Check("settings", looks.at_settings),
        Check("folder", looks.at_folder),
        Check("store", looks.at_store),
        Check("durability", looks.at_durability),
        Check("TCP port of the store", looks.at_ports),
        Check("descriptor", looks.at_descriptor),
        Check("head", looks.at_head),
    ]


class _Looks:
    def __init__(self, home: Path) -> None:
        self._home = home
        self._serve = f"obacht-matcher --home {home} serve"

    def at_settings(self) -> str:
        settings = self._settings()
        return f"{settings.deployment} at {settings.origin}"

    def at_folder(self) -> str:
        if self._home.stat().st_mode & 0o077:
            raise CheckError("others may look into the folder", f"chmod 700 {self._home}")
        return "closed to others"

    def at_store(self) -> str:
        return f"answers, {self._ask(lambda _, store: store.memory())} bytes of memory"

    def at_durability(self) -> str:
        return self._compare({name: OPTIONS[name] for name in _DURABLE})

    def at_ports(self) -> str:
        if self._settings().redis:
            return "its operator's matter"
        return self._compare({"port": "0"})

    def at_descriptor(self) -> str:
        descriptor, now = self._facts().descriptor, _now()
        if descriptor is None:
            raise CheckError("none has been published", _NEW_DESCRIPTOR)
        if descriptor.expires - now < _SOON:
            raise CheckError(f"version {descriptor.version} ends {moment(descriptor.expires, now)}", _NEW_DESCRIPTOR)
        if descriptor.matcher != self._settings().origin:
            remedy = f"origin in {self._home / FILE}, or a new descriptor"
            raise CheckError("it sends clients to another matcher than this one", remedy)
        return f"version {descriptor.version}, ends {moment(descriptor.expires, now)}"

    def at_head(self) -> str:
        head, now = self._facts().head, _now()
        if head is None:
            raise CheckError("no register has been published", "at the safety office: obacht-office publish")
        if now - head.issued > _LATE:
            raise CheckError(
                f"the last was issued {moment(head.issued, now)}", "at the safety office: obacht-office serve"
            )
        return f"sequence {head.sequence}, issued {moment(head.issued, now)}"

    def _settings(self) -> Settings:
        try:
            return Settings.load(self._home)
        except SettingsError as error:
            raise CheckError(str(error), f"mend {self._home / FILE}, or start anew: {self._serve} --help") from error

    def _ask(self, question: Callable[[Matcher, Store], Awaitable[Any]]) -> Any:  # noqa: ANN401 - any answer
        try:
            return ask(self._settings(), question)
        except StoreError as error:
            raise CheckError("it does not answer", self._serve) from error

    def _facts(self) -> Facts:
        facts: Facts = self._ask(lambda matcher, _: matcher.facts())
        return facts

    def _compare(self, wanted: dict[str, str]) -> str:
        found: dict[str, str] = self._ask(lambda _, store: store.options(*wanted))
        for name, value in wanted.items():
            if found.get(name) != value:
                own = f"restart {self._serve}"
                remedy = f"CONFIG SET {name} {value}, and in its file" if self._settings().redis else own
                raise CheckError(f"{name} is not {value}", remedy)
        return ", ".join(f"{name} {value}" for name, value in wanted.items())


def _now() -> int:
    return int(time.time())
