"""What the documents say of commands, codes and files is true."""

import re
from importlib import import_module
from pathlib import Path

import click
import pytest

from obacht_protocol.problems import PROBLEMS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMMANDS = {
    "obacht-keys": "obacht_keys.cli:main",
    "obacht-matcher": "obacht_matcher.cli:main",
    "obacht-office": "obacht_enrollment.cli:main",
    "obacht": "obacht_clients.cli.commands:obacht",
}
_LINE = re.compile(r"^ {4,}(obacht(?:-[a-z]+)? .*?)(?:\s+#.*)?$", re.MULTILINE)
LINES = sorted({line for text in (README, OPERATIONS) for line in _LINE.findall(text)})
DOCUMENTS = [path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")) if path.name != "performance.md"]


def problem_table() -> str:
    rows = (f"| `{code}` | {problem.status} | {problem.title} |" for code, problem in PROBLEMS.items())
    return "\n".join(["| code | status | meaning |", "|---|---|---|", *rows])


def test_the_protocol_lists_every_problem_as_the_servers_state_it() -> None:
    assert problem_table() in (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", LINES)
def test_every_command_in_readme_and_operations_exists_with_its_options(line: str) -> None:
    program, *words = re.sub(r'"[^"]*"', "X", line).split()
    module, _, name = COMMANDS[program].partition(":")
    command = getattr(import_module(module), name)
    while isinstance(command, click.Group) and words:
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_the_readme_shows_commands_of_every_party() -> None:
    assert {line.split()[0] for line in _LINE.findall(README)} == set(COMMANDS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []
