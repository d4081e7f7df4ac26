"""``obacht-office descriptor draft | sign | put``: what all parties trust, signed by office and auditor."""

import asyncio
from pathlib import Path

import click

from obacht_enrollment import drafting, rotation
from obacht_enrollment import home as homes
from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.errors import DescriptorDraftError
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import descriptor_in_force, open_store, read_settings, verify_own
from obacht_enrollment.outside import Outside
from obacht_protocol.descriptor import Descriptor
from obacht_protocol.errors import NoteError
from obacht_protocol.notes import VerifyKey

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def descriptor() -> None:
    """Beschreibung der Anlage: wem alle vertrauen. / The deployment's descriptor: what all parties trust."""


@descriptor.command()
@click.option(
    "--ceremony",
    "transcript_file",
    type=_FILE,
    help="transcript.json der Zeremonie für eine neue Epoche; sonst bleiben die Epochen. "
    "/ transcript.json of the ceremony for a new epoch; else the epochs stay.",
)
@click.option(
    "--drop-epoch",
    "drop",
    type=int,
    multiple=True,
    help="Nummer einer Epoche, die zu Ende ist. / The number of an epoch that is over.",
)
@click.option(
    "--receipts",
    "receipts_file",
    type=_FILE,
    help="receipt-keys.json der Aufsicht; sonst die bisherigen. / The auditor's receipt-keys.json; else as before.",
)
@click.option("--auditor", help="Schlüssel der Aufsicht; sonst der bisherige. / The auditor's vkey; else as before.")
@click.pass_obj
def draft(
    context: Context,
    *,
    transcript_file: Path | None,
    drop: tuple[int, ...],
    receipts_file: Path | None,
    auditor: str | None,
) -> None:
    """Entwirft die nächste Beschreibung. / Draft the next descriptor from office.toml and the key ceremony."""
    with context.in_words():
        settings = read_settings(context.home)
        previous = descriptor_in_force(context.home)
        transcript = drafting.read_transcript(transcript_file.read_bytes()) if transcript_file else None
        contacts, published = _in_use(context)
        drafted = drafting.draft(
            settings,
            PublicKeys(context.home),
            transcript,
            _auditor(auditor, previous),
            previous,
            now=context.clock(),
            drop=drop,
            published=published,
            contacts_in_use=contacts,
            receipts=drafting.read_receipt_keys(receipts_file.read_bytes()) if receipts_file else None,
        )
        drafting.write_draft(context.home, drafted)
    path = context.home.path(homes.DRAFT)
    if transcript:
        digest = transcript.digest.hex()
        context.say(
            f"SHA-256 der Niederschrift der Schlüsselzeremonie: {digest}. Mit den Schlüsselstellen vergleichen.",
            f"SHA-256 of the key ceremony's transcript: {digest}. Compare it with the key offices.",
        )
    numbers = ", ".join(str(epoch.number) for epoch in drafted.epochs)
    context.say(f"Epochen: {numbers}", f"Epochs: {numbers}")
    missing = ", ".join(drafting.months_missing(drafted))
    if missing:
        context.say(
            f"ACHTUNG: Für diese Monate fehlt der Schlüssel der Belege, dann kann niemand fragen: {missing}",
            f"ATTENTION: the keys for receipts of these months are missing, and nobody can ask then: {missing}",
        )
    context.say(
        f"Entwurf der Version {drafted.version}: {path}. Bitte lesen, dann: obacht-office descriptor sign",
        f"Draft of version {drafted.version}: {path}. Please read it, then: obacht-office descriptor sign",
    )


@descriptor.command()
@passphrase_option
@click.pass_obj
def sign(context: Context, passphrase_file: Path | None) -> None:
    """Unterschreibt den Entwurf für die Stelle. / Sign the draft for the office."""
    with context.office(passphrase_file) as office:
        signed = drafting.sign(office.home, office.keys)
    path = context.home.path(homes.SIGNED)
    context.say(
        f"Version {signed.version} unterschrieben: {path}. Nun prüft und unterschreibt die Aufsicht: obacht audit sign",
        f"Version {signed.version} signed: {path}. The auditor checks and signs it with: obacht audit sign",
    )


@descriptor.command()
@click.argument("file", type=_FILE)
@passphrase_option
@click.pass_obj
def put(context: Context, file: Path, passphrase_file: Path | None) -> None:
    """Setzt die doppelt unterschriebene Beschreibung in Kraft. / Put the descriptor, signed by both, in force."""
    note = file.read_bytes()
    with context.office(passphrase_file) as office:

        async def walk() -> tuple[Descriptor, dict[str, str]]:
            descriptor = verify_own(note, PublicKeys(office.home))
            rotation.check_names_published(office.store, descriptor)
            async with Outside.open(office.keys.publisher.seed, office.settings.matcher, context.clock) as outside:
                # The key offices first: a purpose that only clients know is refused.
                untold = await outside.tell_key_offices(descriptor, note)
                return await drafting.put(office.home, note, outside), untold

        done, untold = asyncio.run(walk())
        forgotten = rotation.forget(office.store, done, context.clock())
    for name, code in untold.items():
        context.say(
            f"Die Schlüsselstelle {name} hat sie nicht angenommen ({code}). Bitte dort nachfragen und wiederholen.",
            f"The key office {name} has not taken it ({code}). Please ask there, and repeat this.",
        )
    context.say(f"Version {done.version} ist in Kraft.", f"Version {done.version} is in force.")
    for row in forgotten:
        context.say(
            f"Epoche {row.epoch} ist zu Ende: Was diese Stelle aus {row.records} Einträgen abgeleitet hatte, ist "
            "vernichtet und verzeichnet (obacht-office epochs). Bitte auch ältere Sicherungen von office.db "
            "vernichten.",
            f"Epoch {row.epoch} is over: what this office had derived of {row.records} records is destroyed, and that "
            "is on record (obacht-office epochs). Please destroy older backups of office.db as well.",
        )
        context.say(
            f"Jede Schlüsselstelle: obacht-keys rotate finish --epoch {row.epoch}",
            f"Every key office: obacht-keys rotate finish --epoch {row.epoch}",
        )


def _in_use(context: Context) -> tuple[dict[int, list[int]], int | None]:
    """Give the contacts that valid records name, and the number of the epoch of the newest register."""
    with open_store(context.home) as store:
        used: dict[int, list[int]] = {}
        for row in store.records():
            if row.valid_until > context.clock():
                used.setdefault(row.contact, []).append(row.number)
        latest = store.latest_publication()
        return used, latest.epoch if latest else None


def _auditor(vkey: str | None, previous: tuple[Descriptor, bytes] | None) -> VerifyKey:
    if vkey is None:
        if previous is None:
            raise DescriptorDraftError("auditor-missing")
        return previous[0].auditor
    try:
        return VerifyKey.parse(vkey.strip())
    except NoteError as error:
        raise DescriptorDraftError("auditor-key") from error
