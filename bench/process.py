"""What the processes themselves cost: how long one takes to be ready, and how much memory it holds."""

from __future__ import annotations

import subprocess
import sys

from bench.place import ROOT, Place

# Linux tells a process's memory in its own words; elsewhere nothing is told.
_TOLD = """
import time
began, cpu = time.perf_counter(), time.process_time()
{work}
seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
try:
    held = next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]
except OSError:
    held = "0"
print(f"{{seconds:.3f}} {{cpu:.3f}} {{int(held) / 1024:.0f}}")
"""
_WEB = "from wsgi import app"
_SERVED = _WEB + "\nfor _ in range(50):\n    app.test_client().get('/login')"


def costs(here: Place) -> dict[str, float]:
    """CPU seconds from nothing to ready, and MB held then, and after fifty pages."""
    _seconds, cold, rest = _told(here, _WEB)
    _seconds, _cpu, after = _told(here, _SERVED)
    return {"cold start, CPU s": cold, "memory of a process, MB": rest, "after 50 pages, MB": after}


def _told(here: Place, work: str) -> tuple[float, float, float]:
    program = _TOLD.format(work=work)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=here.environ, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, cpu, held = map(float, done.stdout.split()[-3:])
    return seconds, cpu, held
