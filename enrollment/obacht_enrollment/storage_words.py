"""What the office's commands say of its database, its backups and its office key, in German and in English."""

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # where the records lie
    "storage-password": (
        "In office.toml steht ein Passwort in storage.url; es gehört in eine Datei, die storage.password_file nennt.",
        "In office.toml, storage.url holds a password; it belongs in a file, which storage.password_file names.",
    ),
    "storage-password-file": (
        "{path} mit dem Passwort für den Datenbankserver lässt sich nicht lesen.",
        "{path} with the password for the database server cannot be read.",
    ),
    "storage-password-open": (
        "{path} mit dem Passwort für den Datenbankserver ist für andere lesbar: chmod 600 {path}",
        "{path} with the password for the database server can be read by others: chmod 600 {path}",
    ),
    "office-in-use": (
        "Der Dienst oder ein anderer Befehl arbeitet gerade mit {path}; bitte erst beenden.",
        "The service or another command is working with {path}; please end it first.",
    ),
    # the database
    "database": ("{path} lässt sich nicht anlegen.", "{path} cannot be made."),
    "database-missing": (
        "{path} fehlt; holen Sie die Datei aus der Sicherung.",
        "{path} is missing; restore it from the backup.",
    ),
    "database-foreign": (
        "{path} ist keine Datenbank dieser Stelle.",
        "{path} is no database of an office.",
    ),
    "database-old": (
        "{path} stammt von einer älteren Version. Beenden Sie den Dienst, und rufen Sie auf: obacht-office migrate",
        "{path} is of an older version. Please stop the service, and run: obacht-office migrate",
    ),
    "database-new": (
        "{path} stammt von einer neueren Version dieses Programms; bitte diese installieren.",
        "{path} is of a newer version of this program; please install that.",
    ),
    "database-unreachable": (
        "Der Datenbankserver ist nicht zu erreichen, oder er hat die Verbindung beendet: {path}",
        "The database server cannot be reached, or has ended the connection: {path}",
    ),
    "database-login": (
        "Der Datenbankserver nimmt Benutzer oder Passwort nicht an: {path}",
        "The database server accepts neither user nor password as given: {path}",
    ),
    "database-none": (
        "Auf dem Datenbankserver gibt es diese Datenbank nicht; sie muss leer angelegt werden (createdb): {path}",
        "The database server has no such database; it must be made, empty (createdb): {path}",
    ),
    "database-failed": ("Die Datenbank hat versagt ({kind}).", "The database failed ({kind})."),
    "database-damaged": (
        "Die Datenbank ist beschädigt; holen Sie sie aus der Sicherung.",
        "The database is damaged; restore it from the backup.",
    ),
    # backups
    "backup-exists": (
        "{path} gibt es schon und wird nicht überschrieben.",
        "{path} is there already and is not overwritten.",
    ),
    "backup-busy": (
        "Eine andere Sicherung läuft gerade; bitte später noch einmal.",
        "Another backup is under way; please try again later.",
    ),
    "backup-changing": (
        "Die Dateien der Stelle ändern sich fortwährend; bitte später noch einmal.",
        "The office's files keep changing; please try again later.",
    ),
    "backup-write": ("{path} lässt sich nicht schreiben.", "{path} cannot be written."),
    "backup-read": ("{path} fehlt oder lässt sich nicht lesen.", "{path} is missing or cannot be read."),
    "backup-damaged": (
        "Das ist keine vollständige, unveränderte Sicherung einer Sicherheitsstelle.",
        "This is no complete, unaltered backup of an office.",
    ),
    "restore-exists": (
        "In {path} liegt schon etwas; wiederhergestellt wird nur in einen leeren Ordner (obacht-office --home ORDNER).",
        "There is something in {path} already; please restore into an empty folder (obacht-office --home FOLDER).",
    ),
    "restore-database": (
        "In der Datenbank liegt schon etwas; wiederhergestellt wird nur in eine leere: {path}",
        "There is something in the database already; please restore into an empty one: {path}",
    ),
    "restore-write": ("{path} lässt sich nicht schreiben.", "{path} cannot be written."),
    # the office key
    "rekey-interrupted": (
        "Der Wechsel des Schlüssels office.key wurde unterbrochen; beenden Sie ihn mit: obacht-office rekey",
        "The change of the key office.key was interrupted; please end it with: obacht-office rekey",
    ),
    "rekey-passphrase": (
        "Die neue Passphrase ist nicht die, mit der der Wechsel begonnen wurde.",
        "The new passphrase is not the one with which the change was begun.",
    ),
    "rekey-none": ("Es wurde kein Wechsel des Schlüssels begonnen.", "No change of the key was begun."),
    "rekey-reached": (
        "Der Wechsel hat die Einträge schon erreicht und lässt sich nur noch beenden: obacht-office rekey",
        "The change has reached the records already, and can only be ended: obacht-office rekey",
    ),
    "tampered": (
        "In der Tabelle {table} passt Zeile {number} nicht zu office.key oder wurde verändert.",
        "In the table {table}, row {number} does not fit office.key, or was tampered with.",
    ),
    "rekey-tampered-file": (
        "{path} passt nicht zu office.key; bitte aus der Sicherung holen, dann noch einmal: obacht-office rekey",
        "{path} does not fit office.key; please restore it from the backup, then once more: obacht-office rekey",
    ),
    "office-key-other": (
        "office.key ist nicht der Schlüssel, unter dem die Einträge stehen; holen Sie beides aus derselben Sicherung.",
        "office.key is not the key under which the records stand; restore both from one backup.",
    ),
}
