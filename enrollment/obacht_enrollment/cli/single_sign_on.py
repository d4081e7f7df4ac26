"""``obacht-office single-sign-on``: what the office proves itself with to the single sign-on service."""

from pathlib import Path

import click

from obacht_enrollment.cli.context import Context, passphrase_option


@click.group("single-sign-on")
def single_sign_on() -> None:
    """Zentrale Anmeldung (OpenID Connect). / Single sign-on."""


@single_sign_on.command()
@click.option(
    "--secret-file",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="Die erste Zeile ist das Geheimnis; sonst Eingabe. / Its first line is the secret; otherwise a prompt.",
)
@passphrase_option
@click.pass_obj
def secret(context: Context, secret_file: Path | None, passphrase_file: Path | None) -> None:
    """Hält das Client-Geheimnis verschlüsselt fest. / Keep the client secret, sealed."""
    # imported here, because no other verb needs what asks the service
    from obacht_enrollment.accounts.single_sign_on import keep_secret  # noqa: PLC0415

    question = "Geheimnis" if context.language == "de" else "Secret"
    value = (
        secret_file.read_text().partition("\n")[0].strip()
        if secret_file
        else str(click.prompt(question, hide_input=True))
    )
    with context.office(passphrase_file) as office:
        keep_secret(office, value)
    context.say(
        "Festgehalten; es gilt, sobald der Dienst neu gestartet ist.",
        "Kept; it is used as soon as the service has been started again.",
    )
