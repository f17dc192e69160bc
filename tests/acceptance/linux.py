"""``python -m tests.acceptance.linux [SUITE]``: the Linux guide in a clean root, up to an invoice that stands in Xero.

Both vendors are the simulator over TLS with a private authority; a person reaches b24xero through the guide's Caddy.
Needs root, debootstrap, a way to Debian's and Python's packages, and ports 80, 443 and 8000 of this machine. Ends with
1 when an invoice is not there, or when it took longer than five minutes from ``apt`` on.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from werkzeug.serving import make_server

from b24xero.simulator import world
from tests.acceptance import guide, root
from tests.conftest import ROOT, Vendors
from tests.outbound import network
from tests.over_http import Visitor

PUBLIC_URL = "https://localhost"
MOST_SECONDS = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.linux")
    parser.add_argument("suite", nargs="?", default="bookworm", help="of Debian")
    parser.add_argument("--folder", type=Path, help="where the root is made; one that is there is used as it is")
    parser.add_argument("--keep", action="store_true", help="leave the root")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as held:
        files = Path(held)
        own = network.authority(files)
        folder = wanted.folder or files / "root"
        with vendors(own, files) as both, root.fresh(wanted.suite, folder, keep=wanted.keep) as clean:
            began = time.monotonic()
            lay(clean, own, files, both)
            follow(clean)
            press(own, both)
            seconds = time.monotonic() - began
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime
    print(f"{wanted.suite}: from apt to an invoice in Xero in {seconds:.0f} s (load {os.getloadavg()[0]:.0f})")
    print(f"{processor:.0f} s of it were spent by the processor on setting it up", flush=True)
    return int(seconds > MOST_SECONDS)


@contextmanager
def vendors(own: network.Authority, files: Path) -> Iterator[Vendors]:
    built = world.build(PUBLIC_URL, limits=False)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # each request it served is a line
    server = make_server(
        "127.0.0.1", 0, built.server, threaded=True, ssl_context=own.certify(files, "localhost", "127.0.0.1")
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Vendors(f"https://localhost:{server.server_port}", built)
    server.shutdown()
    thread.join()


def lay(clean: root.Root, own: network.Authority, files: Path, both: Vendors) -> None:
    """What a reader of the guide has at hand: the archive of a release, their settings, a certificate."""
    (files / "b24xero.tar").write_bytes(
        subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    )
    clean.put(files / "b24xero.tar", "/root/b24xero.tar")
    clean.put(own.file, "/etc/ssl/own-authority.pem")
    clean.put(ROOT / "tests" / "acceptance" / "systemctl", "/usr/local/bin/systemctl", 0o755)
    own.certify(files, "localhost", "127.0.0.1", days=29)
    clean.put(files / "localhost29.pem", "/etc/caddy/own.pem")
    (files / "b24xero.env").write_text(settings((ROOT / "deploy" / "b24xero.env.example").read_text(), both))
    clean.put(files / "b24xero.env", "/root/b24xero.env", 0o600)


def settings(example: str, both: Vendors) -> str:
    """The example as its reader fills it in; where the vendors are is the one thing that a reader leaves out."""
    filled = {
        **world.settings(both.base), "PUBLIC_URL": PUBLIC_URL, "EXTRA_CA_FILE": "/etc/ssl/own-authority.pem",
    }  # fmt: skip
    kept = [line for line in example.splitlines() if line.partition("=")[0] not in filled]
    return "\n".join([*kept, *(f"{name}={value}" for name, value in filled.items())]) + "\n"


def follow(clean: root.Root) -> None:
    """All steps in one shell, as a reader's; the last one is the guide's own look whether everything is well."""
    steps = guide.adapted(guide.steps((ROOT / "docs" / "guide" / "linux.md").read_text()))
    *before, (last, look) = steps.items()
    blocks = [f"{_heading(words)}\n{commands}" for words, commands in before]
    # nobody has signed in, and nothing was backed up yet: it ends with 1
    clean.run("\n".join(["began=$(date +%s)", *blocks, _heading(last), f"{look} || true", _heading("done")]))


def _heading(words: str) -> str:
    return f"printf '\\n== %s s: %s\\n' $(($(date +%s) - began)) {shlex.quote(words)}"


def press(own: network.Authority, both: Vendors) -> None:
    """Sign in, connect, save the set-up, press: by one, and many by the worker."""
    until(lambda: requests.get(f"{PUBLIC_URL}/readyz", verify=str(own.file), timeout=5).ok, "b24xero does not answer")
    mere = Visitor(PUBLIC_URL, "Mere Tautahi", verify=str(own.file)).sign_in().connect().save_set_up()
    acme = both.control("bitrix24/company", title="Acme Plumbing", email="ap@acme.example")["item"]["id"]
    one, *many = [both.new_invoice(companyId=acme) for _ in range(4)]
    assert mere.press(one).status_code == 200
    form = {"csrf_token": mere.token(), "id": ",".join(map(str, many))}
    assert "/runs/" in mere.client.post("/invoices/many/write", data=form).headers["Location"]
    for invoice_id in (one, *many):
        number = both.invoice(invoice_id)["item"]["accountNumber"]
        until(lambda number=number: len(both.in_xero(number)) == 1, f"{number} is not in Xero")  # type: ignore[misc]
        print(f"{number} is in Xero", flush=True)


def until(is_so: Callable[[], bool], else_say: str, seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            if is_so():
                return
        except requests.ConnectionError:
            pass  # nobody listens there yet
        time.sleep(0.3)
    raise AssertionError(else_say)


if __name__ == "__main__":
    sys.exit(main())
