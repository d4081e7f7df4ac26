"""A department's client that asks once and then waits: what it holds in memory is looked at from outside."""

import sys
from pathlib import Path

from obacht_clients.department import Department
from obacht_protocol.identity import Person

if __name__ == "__main__":
    with Department(Path(sys.argv[1])) as department:
        answer = department.check(Person("Niemand", "Nora", 1990), purpose=sys.argv[2])
        sys.stdout.write(f"{answer.state}\n")
        sys.stdout.flush()
        sys.stdin.read()
