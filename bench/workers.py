"""Workers as processes: started, killed in the middle of whatever they do, and started again."""

from __future__ import annotations

import contextlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.place import ROOT, Place


class Workers:
    """Several ``flask --app wsgi worker`` on one database."""

    def __init__(self, here: Place, count: int, seed: int, every: tuple[float, float] | None, most: int) -> None:
        self._here = here
        self._every = every
        self._most = most
        self._moments = random.Random(seed)
        self._log = (here.folder / "workers.log").open("ab")
        self._processes = [self._start() for _ in range(count)]
        self._next = self._when()
        self.kills = 0

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "worker"],
            cwd=ROOT, env=self._here.environ, stdout=self._log, stderr=self._log,
        )  # fmt: skip

    def _when(self) -> float:
        return time.monotonic() + (self._moments.uniform(*self._every) if self._every else float("inf"))

    def strike(self) -> None:
        """When its time has come: kill -9 one of them and start another in its place."""
        if time.monotonic() < self._next or self.kills >= self._most:
            return
        victim = self._moments.randrange(len(self._processes))
        self._processes[victim].send_signal(signal.SIGKILL)
        self._processes[victim].wait()
        self._processes[victim] = self._start()
        self.kills += 1
        self._next = self._when()

    def end(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()


@contextlib.contextmanager
def working(
    here: Place, count: int = 2, seed: int = 1, every: tuple[float, float] | None = None, most: int = 10**6
) -> Iterator[Workers]:
    """``every``: kill one of them after so many seconds, from and to, ``most`` times in all; None lets them live."""
    workers = Workers(here, count, seed, every, most)
    try:
        yield workers
    finally:
        workers.end()
