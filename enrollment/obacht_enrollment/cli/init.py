"""``obacht-office init``: make an office."""

from pathlib import Path

import click

from obacht_enrollment.cli.context import Context, passphrase_option
from obacht_enrollment.keyring import PublicKeys
from obacht_enrollment.office import Office
from obacht_enrollment.settings import new_settings
from obacht_protocol.encoding import base64url


@click.command()
@click.option("--deployment", required=True, help="Kennung der Anlage. / Id: a-z, 0-9, dot, hyphen.")
@click.option("--matcher", required=True, help="Adresse des Matchers. / Its origin, as https://matcher.example.org")
@click.option("--office", "name", required=True, help="Name der Sicherheitsstelle. / The office's name, for people.")
@click.option("--phone", required=True, help="Telefonnummer für Rückfragen. / Whom to call about an entry.")
@click.option("--stretch", default="INTERACTIVE", show_default=True, help="INTERACTIVE, HARDENED.")
@passphrase_option
@click.pass_obj
def init(
    context: Context,
    *,
    deployment: str,
    matcher: str,
    name: str,
    phone: str,
    stretch: str,
    passphrase_file: Path | None,
) -> None:
    """Richtet die Stelle ein; nichts wird überschrieben. / Make an office; nothing is overwritten."""
    with context.in_words():
        settings = new_settings(deployment=deployment, matcher=matcher, office=name, phone=phone, stretch=stretch)
        Office.create(context.folder, context.passphrase(passphrase_file, new=True), settings).close()
        keys = PublicKeys(context.home)
    publisher = base64url(keys.publisher)
    context.say(
        f"Eingerichtet in {context.folder}. Sichern Sie den Ordner, und bewahren Sie die Passphrase woanders auf.",
        f"Made in {context.folder}. Back the folder up, and keep the passphrase elsewhere.",
    )
    context.say(f"Schlüssel der Stelle (für Dienststellen und Aufsicht): {keys.office}", f"Office key: {keys.office}")
    context.say(f"Schlüssel der Registerköpfe: {keys.head}", f"Head key: {keys.head}")
    context.say(f"Gerät der Veröffentlichung: {publisher}", f"Publishing device: {publisher}")
    context.say(
        f"Bei jeder Schlüsselstelle: obacht-keys department add NAME --office; "
        f"obacht-keys device add NAME {publisher} --label Sicherheitsstelle",
        f"At every key office: obacht-keys department add NAME --office; "
        f"obacht-keys device add NAME {publisher} --label office",
    )
