"""The witnesses that watch the office's log, as its operator has named them in the registry."""

from dataclasses import dataclass

from obacht_keys.errors import RegistryError
from obacht_keys.registry import Registry, translated
from obacht_protocol.checkpoints import WitnessKey


@dataclass(frozen=True, slots=True)
class Watcher:
    """A witness that cosigns the log's checkpoints.

    Attributes:
        key: Its name and public key.
        url: Where it takes checkpoints: C2SP tlog-witness's submission prefix.
    """

    key: WitnessKey
    url: str


class Watchers:
    """The witnesses of an office. Every method raises ``StoreError`` if the registry stays locked."""

    def __init__(self, registry: Registry) -> None:
        """Take the open registry."""
        self._registry = registry

    def all(self) -> list[Watcher]:
        """List them."""
        with translated():
            rows = self._registry.connection.execute("SELECT witness, url FROM witnesses ORDER BY witness").fetchall()
        return [Watcher(WitnessKey.parse(witness), url) for witness, url in rows]

    def find(self, name: str) -> Watcher:
        """Find one by its name; ``RegistryError`` if none has it."""
        known = [watcher for watcher in self.all() if watcher.key.name == name]
        if not known:
            raise RegistryError(f"no witness is called {name!r}; see: obacht-keys witness list")
        return known[0]

    def add(self, watcher: Watcher) -> None:
        """Add one, or give a known one another address."""
        with self._registry.writing():
            self._registry.connection.execute(
                "INSERT OR REPLACE INTO witnesses VALUES (?, ?)", (str(watcher.key), watcher.url)
            )

    def remove(self, name: str) -> None:
        """Ask one no more; ``RegistryError`` if none has this name."""
        with self._registry.writing():
            key = str(self.find(name).key)
            self._registry.connection.execute("DELETE FROM witnesses WHERE witness = ?", (key,))
