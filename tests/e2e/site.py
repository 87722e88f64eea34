"""What browsers look at: Parley as a process with the demo shop, and a small help center in three languages."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.demo.seed import PASSWORD
from tests.builders import small_kb
from tests.faults.shop import Shop

ADMIN = "amir@caravan.example"
AGENT = "beth@caravan.example"
ANALYST = "zoe@caravan.example"
COOKIE = "parley_session"
SPEAKERS = {"en": ADMIN, "es": AGENT, "fr": ADMIN}
"""Who of the demo's people takes conversations in a language."""

QUESTIONS = {"en": "Where is my parcel?", "es": "mi pedido no llega", "fr": "je veux être remboursé"}
ANSWERS = {"en": "There you see where the parcel is.", "es": "Ahí ves dónde está el paquete.", "fr": "sous 5 jours."}
SOURCES = {"en": "Where is my parcel?", "es": "¿Dónde está mi pedido?", "fr": "Quand serai-je remboursé ?"}
NONSENSE = {
    "en": "what is the weather tomorrow",
    "es": "qué tiempo hace mañana",
    "fr": "quel temps fera-t-il demain",
}

UNCLEAR = {
    "en": "I have a problem with my refund",
    "es": "tengo un problema con mi reembolso",
    "fr": "j'ai un problème avec mon remboursement",
}
MEANT = {"en": "When do I get my refund?", "es": "¿Cuándo recibo mi reembolso?", "fr": "Quand serai-je remboursé ?"}
MEANT_ANSWERS = {"en": "within 5 days", "es": "en 5 días", "fr": "sous 5 jours"}


def write_kb(folder: Path) -> Path:
    """Write the help center of these tests into the folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    return small_kb(folder)


class Site(Shop):
    """`parley serve --demo` on a free port, with a SQLite file of its own."""

    demo = True

    def __init__(self, folder: Path, kb: Path, **settings: object) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.database = folder / "parley.db"
        super().__init__(folder, f"sqlite:///{self.database}", kb=kb, **settings)
        self._cookies: dict[str, str] = {}

    def command(self) -> list[str]:
        return [*super().command(), *(["--demo"] if self.demo else [])]

    def learn(self) -> None:
        """Build the search index where it is not cached yet: for the whole help center that takes most of a minute."""
        self.run("ask", "hello", "--kb", str(self.environment["PARLEY_KB"]))

    def run(self, *arguments: str) -> str:
        """Run a command of Parley with this site's settings and return what it printed."""
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def report(self, **options: str) -> dict[str, Any]:
        """Return what `parley report --json` says."""
        named = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", value)]
        told: dict[str, Any] = json.loads(self.run("report", "--json", *named))
        return told

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the file as another process does: only what was committed is there."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def sets_up(self, **sections: Any) -> None:
        """Change what supervisors set up, as an admin."""
        headers = {"Content-Type": "application/json", "X-CSRF": "1", "Origin": self.url}
        headers["Cookie"] = f"{COOKIE}={self.session(ADMIN)}"
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", "/api/configuration", headers=headers)
            version = json.loads(connection.getresponse().read())["version"]
            connection.request("PUT", "/api/configuration", json.dumps({"version": version, **sections}), headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()

    def end_sessions(self, email: str) -> None:
        """Sign somebody out everywhere, behind the server's back: what time would do."""
        ended = "delete from sessions where agent_id = (select id from agents where email = ?)"
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute(ended, (email,))
        self._cookies.pop(email, None)

    def session(self, email: str) -> str:
        """Return a session's token; signed in once, as signing in is limited."""
        if email not in self._cookies:
            given = json.dumps({"email": email, "password": PASSWORD})
            headers = {"Content-Type": "application/json", "X-CSRF": "1", "Origin": self.url}
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
                connection.request("POST", "/api/session", given, headers)
                answer = connection.getresponse()
                assert answer.status == 200, answer.read()
                found = re.match(rf"{COOKIE}=([^;]+)", answer.headers["Set-Cookie"])
            assert found
            self._cookies[email] = found[1]
        return self._cookies[email]


class EmptySite(Site):
    """`parley serve` without the demo: nobody can sign in yet."""

    demo = False

    def setup_link(self) -> str:
        """Return the one-time link that the server printed."""
        found = re.findall(r"http://\S+/setup#\S+", self.whole_log())
        assert found, self.whole_log()
        return str(found[-1])
