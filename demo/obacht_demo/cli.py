"""The command ``obacht-demo`` (``make demo``): set a deployment up, ask it, and show what every party saw."""

import datetime as dt
import signal
import sys
import time
from pathlib import Path
from threading import Lock
from typing import Final

import click

from obacht_clients.answers import Answer
from obacht_clients.department import Department
from obacht_clients.words import LANGUAGES, sentences
from obacht_demo import case_stories, people, reports
from obacht_demo.deployment import Deployment
from obacht_demo.recording import Recorder
from obacht_demo.servers import Server, ServerError
from obacht_demo.staff import APPROVER, AUDITOR, HEAD, OPERATOR, PASSWORD, WORKER
from obacht_demo.story import Question, questions

_PURPOSE: Final = "vorsprache"
_REFERENCE: Final = "32/1-2026"
_TEXTS: Final = {
    "intro": (
        "Obacht, Vorführung: {0} erfundene Personen und {1} Anschriften. Niemand davon ist wirklich.",
        "Obacht, a demo: {0} invented people and {1} addresses. Nobody of them is real.",
    ),
    "ready": ("Bereit nach {0:.0f} Sekunden.", "Ready after {0:.0f} seconds."),
    "asked": ("Gefragt wird", "Asked"),
    "asker": ("Wer fragt, sieht", "The asker sees"),
    "keys": ("Schlüsselstelle {0} sah", "Key office {0} saw"),
    "matcher": ("Der Abgleichdienst sah", "The matcher saw"),
    "office": ("Die Sicherheitsstelle sah", "The safety office saw"),
    "log": ("im Protokoll", "in its log"),
    "nothing": ("nichts", "nothing"),
    "audit": ("Die Aufsicht prüft die Protokolle und öffnet die Belege", "The auditor verifies logs and receipts"),
    "wrong": ("FALSCH: erwartet war „{0}“.", "WRONG: expected was “{0}”."),
    "right": ("Alle {0} Antworten waren richtig.", "All {0} answers were right."),
    "serving": ("Die Dienste laufen weiter, bis Strg-C gedrückt wird:", "The servers keep running until Ctrl-C:"),
    "ask": ("Selbst fragen, und selbst etwas melden:", "Ask yourself, and report something yourself:"),
    "work": ("Am Arbeitsplatz der Sicherheitsstelle arbeiten:", "Work at the safety office's workplace:"),
    "password": ("Kennungen, alle mit dem Passwort „{0}“:", "Logins, all with the password “{0}”:"),
}
_DUTIES: Final = {
    WORKER: ("Meldungen, Fälle, Anträge, Briefe", "reports, cases, requests, letters"),
    APPROVER: ("gibt als zweite Person frei", "approves, as the second person"),
    HEAD: ("beides, und verwaltet Konten", "both, and manages accounts"),
    AUDITOR: ("sieht Entscheidungen, aber keine Namen", "sees decisions, and no names"),
    OPERATOR: ("sieht nichts von Fällen", "sees nothing of cases"),
}


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default="var/demo", show_default=True)
@click.option("--once", is_flag=True, help="Nach den Antworten beenden. / End after the answers.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="de", show_default=True)
def main(folder: Path, *, once: bool, language: str) -> None:
    """Zeigt eine ganze Anlage mit erfundenen Personen. / Show a whole deployment with invented people."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    show = _Show(language)
    deployment = Deployment(folder, tell=show.step)
    try:
        wrong = _play(deployment, show)
        if not wrong and not once:
            _serve(deployment, show)
    except ServerError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        wrong = 0
    finally:
        deployment.stop()
    sys.exit(1 if wrong else 0)


class _Show:
    """Prints in the reader's language."""

    def __init__(self, language: str) -> None:
        self._place = list(LANGUAGES).index(language)
        self.name = language
        self.language = LANGUAGES[language]
        self._steps: set[str] = set()
        self._turn = Lock()

    def pick(self, texts: tuple[str, str]) -> str:
        return texts[self._place]

    def text(self, name: str, *values: object) -> str:
        return self.pick(_TEXTS[name]).format(*values)

    def step(self, step: str) -> None:
        """Tell once of each command that several parties run."""
        with self._turn:
            if step not in self._steps:
                self._steps.add(step)
                print(f"  … {step}", flush=True)

    def title(self, question: Question) -> str:
        return self.pick(question.title)

    def block(self, heading: str, lines: list[str]) -> None:
        print(f"  {heading + ':':<26} {lines[0] if lines else self.text('nothing')}")
        for line in lines[1:]:
            print(f"  {'':<26} {line}")


def _play(deployment: Deployment, show: _Show) -> int:
    """Set up, ask everything, and count the wrong answers."""
    moment = dt.datetime.now().astimezone()
    today, now = moment.date(), int(moment.timestamp())
    invented = people.people(today)
    print(show.text("intro", people.COUNT, people.ADDRESSES))
    begin = time.monotonic()
    deployment.set_up(people.as_csv(invented, today), lambda office: case_stories.tell(office, now))
    for report in reports.reports(today):
        deployment.report(report)
    with deployment.at_office() as office:
        reports.take_up(office, int(time.time()))
    print(show.text("ready", time.monotonic() - begin))
    asked = questions(invented[people.COUNT])
    recorder = Recorder()
    with Department(deployment.department, network=recorder) as department:
        wrong = sum(_ask(question, department, deployment, recorder, show) for question in asked)
    print(f"\n{show.text('audit')}")
    for line in deployment.audit(show.name).splitlines():
        print(f"  {line}")
    if not wrong:
        print(f"\n{show.text('right', len(asked))}")
    return wrong


def _ask(question: Question, department: Department, deployment: Deployment, recorder: Recorder, show: _Show) -> bool:
    """Ask one question, show who saw what, and tell whether the answer was wrong."""
    print(f"\n{show.title(question)}")
    show.block(show.text("asked"), [question.typed])
    stopped = deployment.keys[: question.keys_stopped]
    for server in stopped:
        server.stop()
    for server in deployment.servers:
        server.new_log_lines()
    answer = department.check(question.about, purpose=_PURPOSE, reference=_REFERENCE, user="demo")
    show.block(show.text("asker"), sentences.of(answer, show.language))
    headings = [show.text("keys", number) for number in range(1, len(deployment.keys) + 1)]
    headings += [show.text("matcher"), show.text("office")]
    for heading, server in zip(headings, deployment.servers, strict=True):
        show.block(heading, [*recorder.take(server.url), *_logged(server, show)])
    for server in stopped:
        server.start()
    wrong = not _fits(answer, question)
    if wrong:
        print(f"  {show.text('wrong', ' / '.join(sorted(question.expected)))}")
    return wrong


def _logged(server: Server, show: _Show) -> list[str]:
    return [f"{show.text('log')}: {line}" for line in server.new_log_lines()]


def _fits(answer: Answer, question: Question) -> bool:
    return answer.state in question.expected and getattr(answer, "level", None) == question.level


def _serve(deployment: Deployment, show: _Show) -> None:
    print(f"\n{show.text('serving')}")
    for server in [deployment.auditor, *deployment.servers]:
        print(f"  {server.name:<8} {server.url}")
    print(f"\n{show.text('ask')}")
    for verb in ("check", "report"):
        print(f"  .venv/bin/obacht --home {deployment.department} {verb}")
    print(f"\n{show.text('work')}\n  http://localhost:{deployment.office.port}")
    print(f"{show.text('password', PASSWORD)}")
    for login, duties in _DUTIES.items():
        print(f"  {login:<12} {show.pick(duties)}")
    sys.stdout.flush()
    signal.pause()
