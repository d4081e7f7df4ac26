"""What everybody would build: a FastAPI service over an SQLite table of names. For comparison only."""

import sqlite3
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from obacht_protocol.identity import Person
from obacht_protocol.phonetics import cologne

_SCHEMA = """
CREATE TABLE listed (family TEXT, given TEXT, birth_date TEXT, level INTEGER);
CREATE INDEX by_sound ON listed (family, birth_date);
CREATE TABLE asked (at TEXT DEFAULT CURRENT_TIMESTAMP, family TEXT, given TEXT, birth_date TEXT);
"""


class Question(BaseModel):
    """Who is asked about."""

    family_name: str
    given_names: str
    birth_date: str


def fill(path: Path, persons: Iterable[Person]) -> None:
    """Make the table."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(_SCHEMA)
        database.executemany(
            "INSERT INTO listed VALUES (?, ?, ?, 2)",
            ((cologne(one.family_name), cologne(one.given_names), str(one.birth_date)) for one in persons),
        )


def create_app(path: Path) -> FastAPI:
    """Serve the table."""
    app = FastAPI()
    database = sqlite3.connect(path, check_same_thread=False)
    database.execute("PRAGMA synchronous = FULL")

    def find(question: Question) -> int | None:
        family, given = cologne(question.family_name), cologne(question.given_names)
        found = database.execute(
            "SELECT level FROM listed WHERE family = ? AND birth_date = ? AND given = ?",
            (family, question.birth_date, given),
        ).fetchone()
        return None if found is None else int(found[0])

    @app.get("/healthz")
    async def health() -> str:
        return "ok"

    @app.post("/check")
    async def check(question: Question) -> dict[str, int | None]:
        return {"level": find(question)}

    @app.post("/check-and-note")
    async def check_and_note(question: Question) -> dict[str, int | None]:
        with database:
            database.execute(
                "INSERT INTO asked (family, given, birth_date) VALUES (?, ?, ?)",
                (question.family_name, question.given_names, question.birth_date),
            )
        return {"level": find(question)}

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
