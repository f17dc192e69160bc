#!/usr/bin/env python3
"""Run b24xero from a checkout: Python 3.11 or newer is all that has to be there.

  python3 run.py demo [--port 8000] [--sim-port N] [--invoices old|both]
                                     try it: both vendors simulated, on a throw-away database
  python3 run.py test [pytest args]  every test; without arguments lint first
  python3 run.py test --quick        what a minute is enough for: no pages, no browser, no PostgreSQL, nothing long
  python3 run.py lint                ruff, mypy and the length of templates' lines only
  python3 run.py bench               print the performance table
  python3 run.py bench chaos [--invoices N] [--database sqlite|postgresql]
                                     push and pull while calls fail and workers are killed: is anything doubled or lost?
  python3 run.py bench news [--changes N] [--database sqlite|postgresql]
                                     events get lost, both sides are away, workers die: is anything missed or doubled?
  python3 run.py bench fuzz          requests of any shape and vendors that mean harm: is anything an accident?
  python3 run.py bench rolling       webs and workers replaced under load: is anything lost or unclear?
  python3 run.py bench fairness      a vendor that hangs, clients that are slow: does anybody else wait for it?
  python3 run.py audit [--sbom FILE] dependencies, kept files and code: what is known against them; or what they are
  python3 run.py screenshots [chapter …] [--language de]
                                     a picture of every page in every state, into docs/screenshots
  python3 run.py serve               web and worker with the settings of the environment

Each command makes .venv first and installs the pinned requirements there, once.
"""
# Standard library only: this file runs before anything is installed. And no syntax newer than Python 3.6, so
# that an older Python gets as far as the sentence that says it is too old.

import argparse
import contextlib
import hashlib
import importlib
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this with an older Python should be told
    sys.exit("b24xero needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info[:2]))

HERE = pathlib.Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "b24xero-stamp.json"
RUNTIME = ("requirements.txt",)
EVERYTHING = ("requirements.txt", "requirements-dev.txt")
SECONDS_TO_STOP = 8.0
# A process that ends sooner has bad settings or no port: to start it again would not help.
SECONDS_TO_PROVE = 10.0
# What lint runs, one after the other: modules of .venv and of ours, each with its arguments.
CHECKS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["gallery.long_lines"])
QUICK = ["--ignore=tests/browser", "--ignore=tests/web", "-m", "not slow", "-k", "not postgresql"]


def main(arguments: list[str]) -> int:
    """Carry out one command and return the exit code."""
    commands = {
        "demo": demo, "test": test, "lint": lint, "bench": bench, "audit": audit, "screenshots": screenshots,
        "serve": serve,
    }  # fmt: skip
    name, rest = (arguments or ["--help"])[0], arguments[1:]
    if name in commands:
        return commands[name](rest)
    print((__doc__ or "").strip())
    return 0 if name in ("-h", "--help", "help") else 2


# -- the commands


def demo(rest: list[str]) -> int:
    """Start the demo on the ports asked for."""
    parser = argparse.ArgumentParser(prog="run.py demo")
    parser.add_argument("--port", type=int, default=8000, help="where the web app listens (default: 8000)")
    parser.add_argument("--sim-port", type=int, help="where the simulator listens (default: a free one)")
    parser.add_argument("--invoices", choices=("new", "old", "both"), default="new", help="which the portal has")
    wanted = parser.parse_args(rest)
    prepare(RUNTIME)
    simulator = [] if wanted.sim_port is None else ["--sim-port", str(wanted.sim_port)]
    return become("b24xero", "demo", "--port", str(wanted.port), "--invoices", wanted.invoices, *simulator)


def test(rest: list[str]) -> int:
    """Run pytest on the arguments; without any, first what is quicker to fail: lint."""
    prepare(EVERYTHING)
    # Each process of the tests, and each of the hundred that they start, would compile all of it anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if "--quick" in rest:
        return become("pytest", *side_by_side(), *QUICK, *(part for part in rest if part != "--quick"))
    if not can_drive_browsers():
        return 1
    if not rest:
        code = lint([])
        if code:
            return code
        heading("pytest")
        rest = side_by_side()
    return become("pytest", *rest)


def side_by_side() -> list[str]:
    """Return pytest's arguments for one process more than there are cores: a test often waits for a socket."""
    return ["-n", str(min((os.cpu_count() or 1) + 1, 5)), "--dist", "worksteal"]


def lint(rest: list[str]) -> int:
    """Run ruff, mypy and our own look at the templates; the first one that complains ends it."""
    prepare(EVERYTHING)
    for check in CHECKS:
        heading(" ".join(check))
        code = module(*check)
        if code:
            heading(f"{' '.join(check)} has found something: see above")
            return code
    return 0


def bench(rest: list[str]) -> int:
    """Print the performance table, or what came of the chaos."""
    prepare(EVERYTHING)
    return become("bench", *rest)


def audit(rest: list[str]) -> int:
    """Look for what is known against dependencies, kept files and code, or write the bill of materials."""
    prepare(EVERYTHING)
    return become("audit", *rest)


def screenshots(rest: list[str]) -> int:
    """Walk through every page and take pictures."""
    prepare(EVERYTHING)
    if not can_drive_browsers():
        return 1
    return become("gallery", *rest)


def serve(rest: list[str]) -> int:
    """Bring the database up to date, then keep web and worker running until we are told to stop."""
    prepare(RUNTIME)
    code = module("flask", "--app", "wsgi", "db", "upgrade") or module("flask", "--app", "wsgi", "show-settings")
    if code:
        return code
    print("  Web and one worker. Ctrl-C stops both.", flush=True)
    stop = StopRequest()
    children: list[Child] = []
    try:
        for name, command in (("web", web_command()), ("worker", ["flask", "--app", "wsgi", "worker"])):
            children.append(Child(name, command))
        while not stop.asked and all(child.keep() for child in children):
            time.sleep(0.2)
        return serve_code(stop, children)
    finally:
        stop_all([child.process for child in children])


# -- the environment


def prepare(files: tuple[str, ...]) -> None:
    """Have .venv hold what these requirement files pin.

    The stamp in it tells of which Python (3.11, whatever its security update) and by hash what was installed. A venv
    with the development tools also serves the demo, and one without them gets them on top; what has changed since means
    a fresh venv, built beside and put in place when it is whole. Where that fails, what was there goes on.
    """
    wanted = {"python": "{}.{}".format(*sys.version_info[:2])} | {name: digest(HERE / name) for name in files}
    held = read_stamp()
    if wanted.items() <= held.items():
        return
    on_top = bool(held) and all(held.get(name, value) == value for name, value in wanted.items())
    failed = install(VENV, files) if on_top else renew(files)
    if not failed:
        STAMP.write_text(json.dumps(held | wanted if on_top else wanted))
    elif wanted.keys() <= held.keys() and held["python"] == wanted["python"]:
        print(f"{failed} What was installed before goes on; the next start tries again.", flush=True)
    else:
        sys.exit(failed)


def digest(file: pathlib.Path) -> str:
    """Return the hash by which we know that a file has not changed."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def read_stamp() -> dict[str, str]:
    """Return what .venv was made of; empty when there is none, or none that was finished."""
    if not (PYTHON.exists() and STAMP.exists()):
        return {}
    held = dict(json.loads(STAMP.read_text()))
    return held | {"python": ".".join(held["python"].split()[0].split(".")[:2])}  # older stamps tell the whole version


def renew(files: tuple[str, ...]) -> str:
    """Build a venv beside .venv and put it in its place; return what went wrong, or nothing."""
    new, old = VENV.with_name(".venv-new"), VENV.with_name(".venv-old")
    failed = make_venv(new) or install(new, files)
    if failed:
        shutil.rmtree(new, ignore_errors=True)
        return failed
    settle(new)
    shutil.rmtree(old, ignore_errors=True)
    if VENV.exists():
        VENV.rename(old)
    new.rename(VENV)
    shutil.rmtree(old, ignore_errors=True)
    return ""


def settle(new: pathlib.Path) -> None:
    """Have the scripts of a venv name the place where it will stand."""
    for script in python_of(new).parent.iterdir():
        if script.is_file() and not script.is_symlink():
            data = script.read_bytes()
            if data.startswith(b"#!") or script.name.lower().startswith("activate"):
                script.write_bytes(data.replace(str(new).encode(), str(VENV).encode()))


def python_of(venv: pathlib.Path) -> pathlib.Path:
    """Return the interpreter of a venv."""
    return venv / PYTHON.relative_to(VENV)


def make_venv(venv: pathlib.Path) -> str:
    """Make a venv anew; return what went wrong, or nothing."""
    if not has_ensurepip():
        install_ensurepip()
    print("Making .venv", flush=True)
    return quietly([sys.executable, "-m", "venv", "--clear", str(venv)], f"{venv} could not be made")


def install(venv: pathlib.Path, files: tuple[str, ...]) -> str:
    """Install the pins; pip refuses whatever does not have the hash beside it. Return what went wrong, or nothing."""
    names = " and ".join(files)
    print(f"Installing {names} (about half a minute, only this once)", flush=True)
    pip = [str(python_of(venv)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    return quietly([*pip, *(part for name in files for part in ("-r", name))], f"pip could not install {names}")


def quietly(command: list[str], failure: str) -> str:
    """Run a command; return nothing, or one sentence with the last line of what it said."""
    done = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        return ""
    said = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    return f"{failure}: {said[-1] if said else f'it ended with {done.returncode}'}"


def has_ensurepip() -> bool:
    """Say whether this Python can put pip into a new venv; Debian and Ubuntu package that part separately."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def install_ensurepip() -> None:
    """Add the missing part by apt where we may; otherwise say what to do and stop."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if is_root() and apt_install(package) and has_ensurepip():
        return
    if shutil.which("apt-get"):
        sys.exit(f"This Python cannot make a venv yet. Run this, then try again: sudo apt-get install {package}")
    sys.exit("This Python lacks the standard modules venv and ensurepip: install them and run this again.")


def can_drive_browsers() -> bool:
    """Have what the browser tests stand on; False only in CI, where nobody would see them skipped."""
    parts = {"chromium": have_chromium, "libatomic1": driver_starts}
    missing = [package for package, is_here in parts.items() if not is_here()]
    if missing and apt_install(*missing):
        missing = [package for package in missing if not parts[package]()]
    if not missing:
        return True
    command = f"Run this, then try again: sudo apt-get install {' '.join(missing)}"
    print(f"The browser tests are skipped, for {' and '.join(missing)} cannot be installed here. {command}", flush=True)
    if os.environ.get("CI"):
        print("CI is set, and there they may not be skipped.", flush=True)
        return False
    return True


def have_chromium() -> bool:
    """Say whether there is a Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return bool(os.environ.get("CHROMIUM") or any(map(shutil.which, names)))


def driver_starts() -> bool:
    """Say whether Playwright's driver runs: a Node.js of its own, linked with a libatomic that a bare Debian lacks."""
    version = [str(PYTHON), "-m", "playwright", "--version"]
    return subprocess.run(version, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def apt_install(*packages: str) -> bool:
    """Install Debian packages, as root or by sudo; False when that is not possible here."""
    if not shutil.which("apt-get") or not (is_root() or shutil.which("sudo")):
        return False
    apt = ["apt-get"] if is_root() else ["sudo", "apt-get"]
    print(f"Installing {' and '.join(packages)} by apt", flush=True)
    call([*apt, "-qq", "update"])  # may fail for one source of many: the install below decides
    return call([*apt, "-qq", "--yes", "--no-install-recommends", "install", *packages]) == 0


def is_root() -> bool:
    """Say whether we may install system packages without sudo."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


# -- serve's two processes


class StopRequest:
    """Remembers that a signal asked us to stop, instead of dying of it with children still running."""

    def __init__(self) -> None:
        self.asked = False
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):  # Windows has no SIGHUP
                signal.signal(getattr(signal, name), self.remember)

    def remember(self, number: int, frame: object) -> None:
        """Note the request; the loop in serve() looks at it."""
        self.asked = True


def listening() -> str:
    """Return host and port as a socket's name; an IPv6 host stands in brackets there."""
    host = (os.environ.get("HOST") or "127.0.0.1").strip().strip("[]")
    return f"{f'[{host}]' if ':' in host else host}:{os.environ.get('PORT') or '8000'}"


def web_command() -> list[str]:
    """Return what serves the pages: gunicorn as gunicorn.conf.py says; on Windows, where it does not run, waitress."""
    if os.name == "nt":
        size = ["--threads=24", "--connection-limit=800", "--channel-timeout=20"]
        return ["waitress", f"--listen={listening()}", *size, "wsgi:app"]
    return ["gunicorn", "wsgi:app"]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start one child out of Ctrl-C's reach: that comes to us alone, and we stop the children properly."""
    return subprocess.Popen([str(PYTHON), "-m", *command], cwd=HERE, start_new_session=True)


class Child:
    """One of serve's processes. One that was killed is started again; one that cannot even begin is not."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self._start()

    def _start(self) -> None:
        self.process, self.since = start(self.command), time.monotonic()

    def keep(self) -> bool:
        """Say whether it runs; start it again if it has ended by itself after a while of good work."""
        if self.process.poll() is None:
            return True
        if time.monotonic() - self.since < SECONDS_TO_PROVE:
            return False
        code = exit_code(self.process)
        print(f"The {self.name} process has ended by itself ({code}): starting it again", flush=True)
        self._start()
        return True


def stop_all(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every child to stop, and end those that have not after SECONDS_TO_STOP."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a child at once, and what it has started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.wait()


def serve_code(stop: StopRequest, children: list[Child]) -> int:
    """Return 0 when we were asked to stop; a child that ended at its start is a failure, whatever it said."""
    if stop.asked:
        return 0
    ended = next(child for child in children if child.process.poll() is not None)
    print(f"The {ended.name} process ends as soon as it is started: stopping", flush=True)
    return exit_code(ended.process) or 1


# -- small change


def become(*command: str) -> int:
    """Let a module of .venv take our place: signals then reach it directly, and its exit code is ours."""
    if os.name != "nt":  # there execv gives the prompt back while the program still runs
        sys.stdout.flush()
        os.chdir(HERE)
        os.execv(PYTHON, [str(PYTHON), "-m", *command])
    return module(*command)


def module(*command: str) -> int:
    """Run a module of .venv and return its exit code."""
    return call([str(PYTHON), "-m", *command])


def call(command: list[str]) -> int:
    """Run a command in the checkout and return its exit code; at Ctrl-C wait for its own way of ending."""
    sys.stdout.flush()
    process = subprocess.Popen(command, cwd=HERE)
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
            return exit_code(process)


def exit_code(process: subprocess.Popen[bytes]) -> int:
    """Return the code of a process that has ended, as a shell gives it: 128 + n where signal n ended it."""
    return 128 - process.returncode if process.returncode < 0 else process.returncode


def heading(words: str) -> None:
    """Print a heading before a step."""
    print(f"\n== {words}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
