"""What is said of users, their roles and their sign-in, in German and in English."""

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # roles and rights
    "forbidden": (
        "Dazu fehlt Ihnen das Recht; wer es hat, steht bei den Rollen.",
        "You do not have the right to do this; the roles tell who has.",
    ),
    "roles-unknown": ("Diese Rolle gibt es nicht.", "There is no such role."),
    "roles-none": ("Es fehlt mindestens eine Rolle.", "At least one role is needed."),
    "roles-alone": (
        "Aufsicht und Betrieb lassen sich mit keiner anderen Rolle verbinden.",
        "Auditor and operator go with no other role.",
    ),
    # users
    "login-form": (
        "Die Anmeldekennung besteht aus 2 bis 40 Zeichen: a-z, 0-9, Punkt, Bindestrich, Unterstrich.",
        "A login is 2 to 40 characters: a-z, 0-9, dot, hyphen, underscore.",
    ),
    "login-taken": ("Diese Anmeldekennung ist vergeben.", "This login is taken."),
    "name-form": (
        "Der Name fehlt oder ist länger als 100 Zeichen.",
        "The name is missing, or longer than 100 characters.",
    ),
    "user-unknown": ("Diesen Nutzer gibt es nicht.", "There is no such user."),
    "user-self": (
        "Das eigene Konto ändert eine andere Person mit Leitungsrecht.",
        "Your own account is changed by another head.",
    ),
    "user-last-head": (
        "Das ist die letzte Leitung, die sich anmelden kann; bestimmen Sie zuerst eine weitere.",
        "This is the last head who can sign in; please appoint another one first.",
    ),
    # passwords
    "password-short": (
        "Das Passwort braucht mindestens {least} Zeichen; ein paar Wörter hintereinander sind gut.",
        "The password needs at least {least} characters; a few words in a row are good.",
    ),
    "password-long": (
        "Das Passwort hat mehr als {most} Zeichen.",
        "The password has more than {most} characters.",
    ),
    "password-plain": (
        "Das Passwort ist zu leicht zu erraten; es darf nicht aus der Kennung oder wenigen Zeichen bestehen.",
        "The password is too easy to guess; it must not be made of the login or of few characters.",
    ),
    "password-differs": ("Die beiden Eingaben sind verschieden.", "The two entries differ."),
    "assets-missing": (
        "Stil und Skript der Seiten fehlen in dieser Installation: make install, oder das Paket neu installieren.",
        "Style and script of the pages are missing in this installation: make install, or install the package again.",
    ),
    "foreign": (
        "Die Anfrage kam nicht von dieser Seite oder gehört zu einer anderen Sitzung; bitte die Seite neu laden.",
        "The request did not come from this page, or belongs to another session; please load the page again.",
    ),
    # proving who one is
    "sign-in": (
        "Kennung oder Passwort stimmt nicht, oder das Konto ist gesperrt.",
        "Login or password is wrong, or the account is disabled.",
    ),
    "sign-in-locked": (
        "Zu viele Fehlversuche. Bitte warten Sie {minutes} Min. und versuchen Sie es dann wieder.",
        "Too many failed attempts. Please wait for {minutes} min., and then try again.",
    ),
    "sign-in-busy": (
        "Gerade melden sich zu viele zugleich an. Bitte gleich wieder versuchen.",
        "Too many people are signing in at once. Please try again in a moment.",
    ),
    "code": (
        "Kennung oder Einmalcode stimmt nicht, oder der Code ist abgelaufen.",
        "Login or one-time code is wrong, or the code has expired.",
    ),
    "session-over": (
        "Ihre Sitzung ist zu Ende. Bitte melden Sie sich wieder an.",
        "Your session is over. Please sign in again.",
    ),
    "passkey": (
        "Der Passkey passt zu keinem Konto, oder die Anfrage ist abgelaufen. Bitte noch einmal versuchen.",
        "The passkey fits no account, or the request has expired. Please try again.",
    ),
    "passkey-known": ("Dieser Passkey ist schon eingetragen.", "This passkey is registered already."),
    "passkey-label": ("Die Bezeichnung fehlt oder ist länger als 60 Zeichen.", "The label is missing, or too long."),
    "passkey-many": ("Mehr als {most} Passkeys gehen nicht.", "There cannot be more than {most} passkeys."),
    "only-way": (
        "Ohne diesen Passkey könnten Sie sich nicht mehr anmelden; setzen Sie zuerst ein Passwort.",
        "Without this passkey you could not sign in any more; please set a password first.",
    ),
    "single-sign-on": (
        "Die zentrale Anmeldung hat nicht geklappt. Bitte noch einmal versuchen.",
        "Single sign-on did not work. Please try again.",
    ),
    "single-sign-on-unreachable": (
        "Die zentrale Anmeldung ist nicht erreichbar.",
        "The single sign-on service cannot be reached.",
    ),
    "single-sign-on-unknown": (
        "Für diese Person gibt es hier kein Konto; eines anlegen kann die Leitung.",
        "This person has no account here; the head can add one.",
    ),
    "single-sign-on-roles": (
        "Diese Person hat keine Rolle an diesem Arbeitsplatz.",
        "This person has no role at this workplace.",
    ),
    "single-sign-on-old": (
        "Die zentrale Anmeldung hat nicht noch einmal nach Ihrer Person gefragt; damit ist nichts bestätigt.",
        "Single sign-on did not ask again who you are, so nothing is confirmed.",
    ),
}
