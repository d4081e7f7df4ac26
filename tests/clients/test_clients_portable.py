"""The client runs on Windows: no module or call that only Unix has."""

import ast
from pathlib import Path

import obacht_clients

ROOT = Path(obacht_clients.__file__).parent
UNIX_MODULES = {
    "crypt", "curses", "fcntl", "grp", "nis", "ossaudiodev", "posix", "pty", "pwd", "readline", "resource", "signal",
    "spwd", "syslog", "termios", "tty", "uvloop",
}  # fmt: skip
UNIX_CALLS = {
    "chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "geteuid", "getgid", "getpgid", "getuid", "initgroups",
    "kill", "killpg", "lchown", "lockf", "mkfifo", "nice", "openpty", "posix_spawn", "pread", "pwrite", "sendfile",
    "setgid", "setsid", "setuid", "statvfs", "sync", "uname", "wait", "waitpid", "start_unix_server",
    "add_signal_handler",
    "open_unix_connection", "AF_UNIX", "O_DIRECTORY", "O_NOFOLLOW", "O_CLOEXEC", "MAP_PRIVATE", "PROT_READ",
}  # fmt: skip


def trees() -> list[ast.Module]:
    return [ast.parse(file.read_text("utf-8")) for file in ROOT.rglob("*.py")]


def test_no_module_that_only_unix_has_is_imported() -> None:
    assert len(trees()) > 20
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not {name.name.partition(".")[0] for name in node.names} & UNIX_MODULES
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in UNIX_MODULES


def test_no_name_that_only_unix_has_is_used() -> None:
    for tree in trees():
        used = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node) != "asyncio.wait"  # not the one of os
        }
        assert not used & UNIX_CALLS


def test_every_text_file_is_opened_with_its_encoding() -> None:
    for tree in trees():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        encoded = [call.func for call in calls if call.args or call.keywords]
        for node in ast.walk(tree):
            text = isinstance(node, ast.Attribute) and node.attr in {"read_text", "write_text"}
            assert not text or node in encoded
