"""A whole deployment in one folder: every party set up by its own commands, as its people would do it."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from obacht_demo import office_settings
from obacht_demo.servers import Server, ServerError, command, free_port, run
from obacht_demo.staff import APPROVER, PASSWORD, WORKER, hire
from obacht_enrollment.office import Office

PORTS: Final = {"matcher": 8502, "office": 8503, "keys-1": 8501, "keys-2": 8504, "keys-3": 8505, "auditor": 8506}
KEY_OFFICES: Final = ("IT-Amt", "Datenschutz", "Personalrat")
DEPARTMENT: Final = "Bürgeramt"
OFFICE: Final = "Sicherheitsstelle"
AUDITOR: Final = "Aufsicht"
_MARK: Final = ".obacht-demo"
_MONTHS: Final = 4
"""For which there are keys for receipts: as many as an epoch touches."""
_MATCH_KEYS: Final = 100_000
"""Released for enrolment: more than a demo's people have."""
_PASSPHRASE: Final = "erfunden und nur für die Vorführung"  # noqa: S105 - an invented deployment's


@dataclass
class Deployment:
    """An invented town's Obacht.

    Attributes:
        folder: Holds every party's folder, their logs and the passphrases.
        name: Id of the deployment.
        stretch: Name of the stretch set; CHEAPEST needs a name that begins with ``test-``.
        ports: Where the parties listen; others are taken where these are not free, or none is named.
        key_offices: Who holds a share of the key, each in a folder and a process of its own (``keys-1`` ...).
        needed: How many of them must answer.
        tell: Told what is being done, in the words of the command.
    """

    folder: Path
    name: str = "demo-stadt"
    stretch: str = "INTERACTIVE"
    ports: dict[str, int] = field(default_factory=lambda: dict(PORTS))
    key_offices: tuple[str, ...] = KEY_OFFICES
    needed: int = 2
    tell: Callable[[str], None] = lambda _: None
    keys: list[Server] = field(init=False)
    matcher: Server = field(init=False)
    office: Server = field(init=False)
    auditor: Server = field(init=False)

    def __post_init__(self) -> None:
        """Choose ports, and know how to start the servers."""
        self.folder = self.folder.absolute()
        self.keys = [
            self._server(f"keys-{number}", "obacht-keys", "serve", *self._passphrase)
            for number in range(1, len(self.key_offices) + 1)
        ]
        self.matcher = self._server("matcher", "obacht-matcher", "serve")
        self.office = self._server("office", "obacht-office", "serve", *self._passphrase)
        port = free_port(self.ports.get("auditor", 0))
        witness = ("audit", "witness", "--listen", f"127.0.0.1:{port}", *self._passphrase)
        self.auditor = self._server("auditor", "obacht", *witness, port=port)

    @property
    def servers(self) -> list[Server]:
        """The servers that have to do with questions and answers, in the order in which they start."""
        return [*self.keys, self.matcher, self.office]

    @property
    def department(self) -> Path:
        """The department's folder."""
        return self.folder / "department"

    def set_up(self, records: str, past: Callable[[Office], object] = lambda _: None) -> None:
        """Make every party, start the servers, sign the descriptor, import ``records`` (CSV) and publish.

        Args:
            records: What the office imports.
            past: Puts into the office what has happened there before.

        Raises:
            ServerError: A step failed; what the command said is the message.
        """
        self._empty_folder()
        self._found()
        self._share_key()
        self._each_key_office(lambda _, server: server.start())
        self.matcher.start()
        self._sign_descriptor()
        self.tell("obacht-office user")
        with self.at_office() as office:
            hire(office)
            past(office)
        self.take_in(records)
        self._office("publish", *self._passphrase)
        self.office.start()
        self._watch_logs()
        self._add_department()

    def stop(self) -> None:
        """Stop all servers, the last one first."""
        for server in reversed([*self.servers, self.auditor]):
            server.stop()

    def take_in(self, records: str) -> None:
        """Let one person of the office import ``records`` (CSV), and another approve them.

        Raises:
            ServerError: A step failed; what the command said is the message.
        """
        file = self.folder / "records.csv"
        file.write_text(records, encoding="utf-8")
        said = self._office("import", file, "--yes", *self._user(WORKER), *self._passphrase)
        number = said.split()[-1]
        self._office("case", "approve", "--import", number, *self._user(APPROVER), *self._passphrase)

    @contextmanager
    def at_office(self) -> Iterator[Office]:
        """Unlock the office, beside its service, for the length of a block."""
        office = Office.open(self.folder / "office", _PASSPHRASE.encode())
        try:
            yield office
        finally:
            office.close()

    def report(self, typed: Mapping[str, Mapping[str, str]]) -> str:
        """Let the department report what happened, sealed, and give the receipt number.

        Raises:
            ServerError: The office did not get it; what the command said is the message.
        """
        said = run(
            *(command("obacht"), "--home", self.department, "report", "--file", "-", "--json"), stdin=json.dumps(typed)
        )
        receipt: str = json.loads(said)["reports"][0]["receipt"]
        return receipt

    def publish(self) -> str:
        """Let the office publish, and give what its command said."""
        return self._office("publish", *self._passphrase)

    def audit(self, language: str) -> str:
        """Let the auditor verify all logs and open all receipts, and give what was found in words.

        Raises:
            ServerError: Something is not right; what was found is the message.
        """
        home = ("--home", self.folder / "auditor", "--language", language)
        return run(command("obacht"), *home, "audit", "receipts", *self._passphrase)

    def _found(self) -> None:
        """Make key offices, auditor, safety office and matcher, each in a folder of its own."""
        named = ("--deployment", self.name)
        self._each_key_office(self._found_key_office)
        self._auditor_key = self._auditor("init", "--name", f"{self.name}/auditor", *self._passphrase).split()[-1]
        month = dt.datetime.now(dt.UTC).strftime("%Y-%m")
        self._auditor("keys", "make", "--from", month, "--months", str(_MONTHS), *self._passphrase)
        self._office(
            *("init", *named, "--matcher", self.matcher.url, "--office", OFFICE, "--phone", office_settings.PHONE),
            *("--stretch", self.stretch, *self._passphrase),
        )
        settings = self.folder / "office" / "office.toml"
        text = settings.read_text(encoding="utf-8")
        settings.write_text(office_settings.changed(text, self.office.port, self.office.url), encoding="utf-8")
        self._office_keys = json.loads((self.folder / "office" / "public.json").read_bytes())
        first = (*named, "--origin", self.matcher.url, *self._roots)
        self.matcher = self._server("matcher", "obacht-matcher", "serve", *first, port=self.matcher.port)

    def _share_key(self) -> None:
        """Share a key among the key offices, let each take its share in, and verify that all went well."""
        dealt = self._ceremony.parent
        cards = [self.folder / server.name / "office.json" for server in self.keys]
        self._dealer("ceremony", "deal", "--threshold", str(self.needed), "--out", dealt, *cards)
        self._dealer("ceremony", "verify", self._ceremony)
        self._each_key_office(self._accept_share)

    def _found_key_office(self, index: int, server: Server) -> None:
        own = ("--origin", server.url, "--name", self.key_offices[index - 1], *self._lock)
        self._key_office(server, "init", "--deployment", self.name, *own, *self._passphrase)

    def _accept_share(self, index: int, server: Server) -> None:
        sealed = self._ceremony.with_name(f"share-{index}.sealed")
        self._key_office(server, "share", "accept", self._ceremony, sealed, *self._lock, *self._passphrase)
        sealed.unlink()

    def _sign_descriptor(self) -> None:
        """Let the office draft and sign, the auditor read and sign, and the office put it in force."""
        publisher = self._office_keys["publisher"]
        self._each_key_office(
            lambda _, server: self._register(server, OFFICE, publisher, "Veröffentlichung", "--office")
        )
        self._each_key_office(self._trust_office)
        office = self.folder / "office"
        receipts = self.folder / "auditor" / "receipt-keys.json"
        named = ("--ceremony", self._ceremony, "--auditor", self._auditor_key, "--receipts", receipts)
        self._office("descriptor", "draft", *named)
        self._office("descriptor", "sign", *self._passphrase)
        self._auditor("sign", office / "descriptor.note", "--yes", *self._passphrase)
        self._office("descriptor", "put", office / "descriptor.note", *self._passphrase)

    def _trust_office(self, _: int, server: Server) -> None:
        """Pin the roots of trust at a key office, and release match keys for enrolment."""
        self._key_office(server, "trust", "--office", self._office_keys["office"], "--auditor", self._auditor_key)
        self._key_office(server, "enrolment", "release", str(_MATCH_KEYS), "--epoch", "1")

    def _watch_logs(self) -> None:
        """Start the auditor's witness, let it and the office's cosign every log, and let the auditor read them."""
        self.auditor.start()
        device = self._auditor("device").split()[-1]
        own = self._auditor("witness", "--key", *self._passphrase).split()[-1]
        self._auditor("trust", "--witness-key", self._office_keys["witness"])

        def watch(_: int, server: Server) -> None:
            self._register(server, AUDITOR, device, "Prüfung", "--auditor")
            self._key_office(server, "witness", "add", f"{self.office.url}/witness", self._office_keys["witness"])
            self._key_office(server, "witness", "add", self.auditor.url, own)

        self._each_key_office(watch)

    def _add_department(self) -> None:
        """Set a department's client up, and let every key office and the safety office know its device."""
        said = self._run("obacht", self.department, "init", "--matcher", self.matcher.url, *self._roots, "--json")
        device = json.loads(said)["public_key"]
        self._each_key_office(lambda _, server: self._admit_department(server, device))
        self._office("device", "add", DEPARTMENT, device, "--label", "Schalter 1")

    def _admit_department(self, server: Server, device: str) -> None:
        """Let a department ask: here one person alone asks everything, and faster than anybody at a desk."""
        self._register(server, DEPARTMENT, device, "Schalter 1")
        limits = ("--user-day", "1000", "--user-burst", "1000", "--list-day", "1000")
        self._key_office(server, "quota", "set", DEPARTMENT, *limits)

    def _register(self, server: Server, name: str, device: str, label: str, *options: str) -> None:
        self._key_office(server, "department", "add", name, *options)
        self._key_office(server, "device", "add", name, device, "--label", label)

    def _each_key_office(self, step: Callable[[int, Server], None]) -> None:
        """Let all key offices take a step at once, as people in different houses would."""
        with ThreadPoolExecutor() as people:
            for done in [people.submit(step, index, server) for index, server in enumerate(self.keys, 1)]:
                done.result()

    @property
    def _ceremony(self) -> Path:
        return self.folder / "ceremony" / "transcript.json"

    @property
    def _lock(self) -> tuple[str, ...]:
        return ("--lock", "CHEAPEST") if self.stretch == "CHEAPEST" else ()

    @property
    def _roots(self) -> tuple[str, ...]:
        return "--office-key", self._office_keys["office"], "--auditor-key", self._auditor_key

    def _user(self, login: str) -> tuple[str | Path, ...]:
        return "--user", login, "--password-file", self.folder / "password"

    @property
    def _passphrase(self) -> tuple[str, Path]:
        return "--passphrase-file", self.folder / "passphrase"

    def _empty_folder(self) -> None:
        """Begin anew, but never throw away a folder that is not a demo's."""
        if self.folder.exists() and any(self.folder.iterdir()):
            if not (self.folder / _MARK).exists():
                raise ServerError(f"{self.folder} holds something else than a demo; it is left as it is.")
            shutil.rmtree(self.folder)
        (self.folder / "logs").mkdir(parents=True)
        (self.folder / _MARK).touch()
        for name, secret in (("passphrase", _PASSPHRASE), ("password", PASSWORD)):
            file = self.folder / name
            file.touch(0o600)
            file.write_text(secret, encoding="utf-8")

    def _server(self, party: str, *arguments: str | Path, port: int | None = None) -> Server:
        program, *verb = arguments
        if port is None:
            port = free_port(self.ports.get(party, 0))
        log = self.folder / "logs" / f"{party}.log"
        return Server(party, port, log, [command(str(program)), "--home", self.folder / party, *verb])

    def _dealer(self, *arguments: str | Path) -> str:
        return self._run("obacht-keys", self.folder / "ceremony", *arguments)

    def _key_office(self, server: Server, *arguments: str | Path) -> str:
        return self._run("obacht-keys", self.folder / server.name, *arguments)

    def _office(self, *arguments: str | Path) -> str:
        return self._run("obacht-office", self.folder / "office", *arguments)

    def _auditor(self, *arguments: str | Path) -> str:
        return self._run("obacht", self.folder / "auditor", "audit", *arguments)

    def _run(self, program: str, home: Path, *arguments: str | Path) -> str:
        verbs = [str(argument) for argument in arguments[:2] if not str(argument).startswith("-")]
        self.tell(" ".join([program, *(verb for verb in verbs if "/" not in verb and "+" not in verb)]))
        return run(command(program), "--home", home, *arguments)
