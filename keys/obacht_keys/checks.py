"""What ``obacht-keys doctor`` looks at."""

import socket
import time
from pathlib import Path

from obacht_keys.custody import TransportKey
from obacht_keys.errors import CustodyError, KeysError, SettingsError, StoreError
from obacht_keys.nonces import newest
from obacht_keys.registry import Registry
from obacht_keys.settings import Home, Settings
from obacht_keys.shares import Shares
from obacht_keys.store import check_database
from obacht_service import files
from obacht_service.doctor import Check, CheckError
from obacht_service.errors import AddressError, FileError
from obacht_service.run import listen_address

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
        Check("nonces", lambda: _nonces(home)),
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
    for path in (home.folder, home.transport, *home.folder.glob("share-*.locked"), home.registry, home.nonces):
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


def _nonces(home: Home) -> str:
    try:
        latest = newest(home.nonces)
    except StoreError as error:
        raise CheckError(str(error), f"with the service stopped for three minutes: rm {home.nonces}") from error
    return "sound" if latest is None else "sound; requests were answered lately"


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
    try:
        address = listen_address(_loaded(home).origin)
    except AddressError:
        return "chosen with --port when the service starts"
    try:
        with socket.create_connection(address, timeout=2.0):
            return f"something listens on port {address[1]}, as it should while the service runs"
    except OSError:
        return f"nothing listens on port {address[1]}, as it should be while the service is stopped"
