"""The dump of a database as text, without what differs from one making to the next; and its way into another one."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

from tests.pgtest import Server
from tests.releases.world import PORT

DATABASES = ("sqlite", "postgresql")
# Every sign-in of a dump: encrypted with the tests' own key, and a word that opens nothing.
A_TOKEN = (
    "gAAAAABpVbkAXJJZMsSJ0ZnHBRBPcQwUZ6zWcn7uhFjpJWVu7Vmz-3ki38dNVN1FDKpIeUrJr1tufqk5MsVs52xLzP5i313fb14W7bQmtf4X0EmzEGEt"
    "fMc="
)
A_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)([ T])(\d\d:\d\d:\d\d)\.(\d{1,6})")
_SECONDS = re.compile(r"\b1[789]\d{8}\.\d+")
_SECRET = re.compile(r"gAAAA[\w-]{60,}={0,2}")
_HASH_OF_SESSION = "UPDATE session SET id_hash = 'the hash of session ' || id"
# Written by pg_dump of some releases, and another word each time.
_WORD = re.compile(r"^\\(un)?restrict .*\n", re.MULTILINE)


def of_sqlite(file: Path) -> str:
    with sqlite3.connect(file) as connection:
        connection.execute(_HASH_OF_SESSION)
        connection.commit()
        return settled("\n".join(connection.iterdump()) + "\n")


def of_postgresql(server: Server, database: str) -> str:
    server.sql(database, _HASH_OF_SESSION)
    return settled(_WORD.sub("", server.dump(database)))


def settled(text: str) -> str:
    """Moments by their order alone, one second apart; every secret the same."""
    moments = sorted({(day, clock, part.ljust(6, "0")) for day, _, clock, part in A_MOMENT.findall(text)})
    told = {moment: f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000001" for n, moment in enumerate(moments)}

    def tell(found: re.Match[str]) -> str:
        return f"2026-01-01{found[2]}{told[found[1], found[3], found[4].ljust(6, '0')]}"

    seconds = {said: f"1767225600.{n}" for n, said in enumerate(sorted(set(_SECONDS.findall(text))))}
    text = _SECONDS.sub(lambda found: seconds[found[0]], text)
    return _SECRET.sub(A_TOKEN, A_MOMENT.sub(tell, text))


def at(text: str, base: str) -> str:
    """The same dump for vendors that are served elsewhere."""
    return text.replace(f"http://localhost:{PORT}", base)


def into_sqlite(text: str, file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.executescript(text)


def into_postgresql(text: str, server: Server, database: str) -> None:
    server.load(database, text)


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
