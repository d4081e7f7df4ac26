"""What ``obacht-keys doctor`` looks at."""

import socket
import time
from pathlib import Path

from obacht_keys.custody import TransportKey
from obacht_keys.errors import CustodyError, KeysError, SettingsError
from obacht_keys.log.checkpoints import Checkpoints
from obacht_keys.log.key import LogKey, log_name
from obacht_keys.log.ledger import Ledger
from obacht_keys.log.opening import reach
from obacht_keys.log.place import Lock
from obacht_keys.log.store import Store
from obacht_keys.registry import Registry
from obacht_keys.settings import Home, Settings
from obacht_keys.shares import Shares
from obacht_keys.store import check_database
from obacht_keys.trust import TRUST, Roots, Trust
from obacht_keys.watchers import Watchers
from obacht_service import files
from obacht_service.doctor import Check, CheckError
from obacht_service.errors import AddressError, FileError

INIT = "obacht-keys init"
ACCEPT = "obacht-keys share accept TRANSCRIPT.JSON SHARE.SEALED"
_STILL_LOCKED = "there, still locked (--passphrase-file has it opened)"


def checks(home: Home, passphrase: bytes | None) -> list[Check]:
    """List the checks of an office.

    Args:
        home: Its folder.
        passphrase: Opens the shares; None leaves them closed.
    """
    return [
        Check("settings", lambda: _settings(home)),
        Check("permissions", lambda: _permissions(home)),
        Check("transport key", lambda: _transport(home, passphrase)),
        Check("key shares", lambda: _shares(home, passphrase)),
        Check("registry", lambda: _registry(home)),
        Check("descriptor", lambda: _descriptor(home)),
        Check("rotation", lambda: _rotation(home)),
        Check("log key", lambda: _log_key(home, passphrase)),
        Check("log", lambda: _log(home, passphrase)),
        Check("witnesses", lambda: _witnesses(home)),
        Check("clock", lambda: _clock(home)),
        Check("port", lambda: _port(home)),
    ]


def _settings(home: Home) -> str:
    settings = _loaded(home)
    return f"{settings.name}, deployment {settings.deployment}, at {settings.origin}"


def _loaded(home: Home) -> Settings:
    try:
        return Settings.load(home)
    except SettingsError as error:
        raise CheckError(str(error), f"an editor, or for a new office {INIT}") from error


def _permissions(home: Home) -> str:
    locked = home.folder.glob("share-*.locked")
    for path in (home.folder, home.transport, home.log_key, *locked, home.registry, home.log, home.log_socket):
        if path.exists() and files.open_to_others(path):
            raise CheckError(f"{path} is open to others", f"chmod go= {path}")
    return "closed to others"


def _transport(home: Home, passphrase: bytes | None) -> str:
    try:
        data = files.read(home.transport)
        if passphrase is None:
            return _STILL_LOCKED
        TransportKey.unlock(data, passphrase)
    except FileError as error:
        raise CheckError(str(error), f"a backup, or for a new office {INIT}") from error
    except CustodyError as error:
        raise CheckError(str(error), "the right passphrase, or a backup of the file") from error
    return "unlocks"


def _shares(home: Home, passphrase: bytes | None) -> str:
    try:
        if passphrase is None:
            epochs = ", ".join(map(str, home.shares))
            return f"epoch {epochs}: {_STILL_LOCKED}"
        opened = Shares.unlock(home.shares, _loaded(home).deployment, passphrase)
    except (SettingsError, FileError) as error:
        raise CheckError(str(error), f"a backup, or after a key ceremony {ACCEPT}") from error
    except CustodyError as error:
        raise CheckError(str(error), "the right passphrase, or a backup of the file") from error
    facts = [custody.facts for custody in opened.values()]
    return "unlocks; " + "; ".join(
        f"epoch {fact.epoch}, office {fact.index}, {fact.threshold} needed" for fact in facts
    )


def _rotation(home: Home) -> str:
    """Look for a share whose epoch is over: one that should have been destroyed."""
    try:
        found = Trust(home, _loaded(home).deployment).current()
        held = home.shares
    except SettingsError as error:
        raise CheckError(str(error), f"{TRUST}, or {ACCEPT}") from error
    if found is None:
        return "no descriptor names an epoch yet"
    named = sorted(epoch.number for epoch in found.descriptor.epochs)
    for epoch in held:
        if epoch < named[0]:
            raise CheckError(f"epoch {epoch} is over", f"obacht-keys rotate finish --epoch {epoch}")
    numbers = ", ".join(map(str, named))
    return f"the descriptor in force names epoch {numbers}; no older share is here"


def _registry(home: Home) -> str:
    try:
        with Registry(home.registry, patience=2.0) as registry:
            check_database(registry.connection)
            devices = [device for device in registry.devices() if device.revoked is None]
            disabled = [department for department in registry.departments() if not department.enabled]
    except KeysError as error:
        raise CheckError(str(error), f"a backup of {home.registry}") from error
    if not devices:
        raise CheckError("no device may ask", "obacht-keys department add NAME, then obacht-keys device add")
    return f"sound; {len(devices)} devices may ask, {len(disabled)} departments are disabled"


def _descriptor(home: Home) -> str:
    try:
        Roots.load(home)
        in_force = Trust(home, _loaded(home).deployment).current()
    except SettingsError as error:
        raise CheckError(str(error), TRUST) from error
    if in_force is None:
        raise CheckError("no descriptor is here, so no department can ask", "at the safety office: descriptor put")
    version, expires = in_force.descriptor.version, in_force.descriptor.expires
    if expires <= time.time():
        raise CheckError(f"descriptor {version} has expired", "at the safety office: a new descriptor")
    return f"version {version}, until {_moment(expires)}"


def _log_key(home: Home, passphrase: bytes | None) -> str:
    try:
        data = files.read(home.log_key)
        return _STILL_LOCKED if passphrase is None else str(_unlocked(home, data, passphrase).verify_key)
    except FileError as error:
        raise CheckError(str(error), f"a backup, or for a new office {INIT}") from error
    except CustodyError as error:
        raise CheckError(str(error), "the right passphrase, or a backup of the file") from error


def _unlocked(home: Home, data: bytes, passphrase: bytes) -> LogKey:
    settings = _loaded(home)
    return LogKey.unlock(log_name(settings.origin, settings.deployment), data, passphrase)


def _log(home: Home, passphrase: bytes | None) -> str:
    """Go through the log's file while no service has it open; ask the service otherwise."""
    lock = Lock(home.log_lock)
    try:
        if home.log.exists() and lock.take():
            ledger = Ledger(lambda: Store(home.log).check(), key=None)
            try:
                if passphrase is not None:
                    key = _unlocked(home, files.read(home.log_key), passphrase)
                    Checkpoints(ledger, key, int(time.time()))
                return f"sound; {ledger.size} entries"
            finally:
                ledger.close()
        with reach(home) as call:
            state = call("state")
    except (KeysError, FileError) as error:
        raise CheckError(str(error), "docs/operations.md, section 'If it refuses to start'") from error
    finally:
        lock.release()
    if state["stopped"]:
        raise CheckError(state["stopped"], "docs/operations.md, section 'If it refuses to start'")
    return f"the service has it open; {state['size']} entries"


def _witnesses(home: Home) -> str:
    try:
        with Registry(home.registry, patience=2.0) as registry:
            watchers = Watchers(registry).all()
        if not watchers:
            return "none; a log that is cut or restored would go unnoticed (obacht-keys witness add)"
        with reach(home) as call:
            states = call("state")["witnesses"]
    except KeysError as error:
        raise CheckError(str(error), "obacht-keys serve") from error
    for watcher in watchers:
        _, since = states.get(str(watcher.key), (0, 0))
        if since:
            raise CheckError(
                f"{watcher.key.name} has not answered since {_moment(since)}", "a word with whoever runs that witness"
            )
    return f"{len(watchers)} of them" + ("" if states else "; the service, which asks them, is stopped")


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


def _clock(home: Home) -> str:
    now = time.time()
    made = _modified(home.transport)
    if now < made:
        raise CheckError("the clock is behind the day on which this office was made", "timedatectl set-ntp true")
    return time.strftime("%Y-%m-%d %H:%M:%S UTC, compare it", time.gmtime(now))


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError as error:
        raise CheckError(f"{path} cannot be found", INIT) from error


def _port(home: Home) -> str:
    from obacht_service.run import listen_address  # noqa: PLC0415 - with it comes a whole server, which takes its time

    try:
        address = listen_address(_loaded(home).origin)
    except AddressError:
        return "chosen with --port when the service starts"
    try:
        with socket.create_connection(address, timeout=2.0):
            return f"something listens on port {address[1]}, as it should while the service runs"
    except OSError:
        return f"nothing listens on port {address[1]}, as it should be while the service is stopped"
