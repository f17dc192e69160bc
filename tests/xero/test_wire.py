"""How calls travel to Xero: one connection for all logins of a process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from b24xero.xero.client import Xero

EMPTY = b'{"Contacts": []}'


@contextmanager
def counted() -> Iterator[tuple[str, list[list[str]]]]:
    """A server's address, and for each connection made to it the tokens that came over it."""
    connections: list[list[str]] = []

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            connections.append([])
            super().setup()

        def do_GET(self) -> None:  # noqa: N802
            connections[-1].append(str(self.headers["Authorization"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(EMPTY)))
            self.end_headers()
            self.wfile.write(EMPTY)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("localhost", 0), Answers) as httpd:
        serving = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        serving.start()
        yield f"http://localhost:{httpd.server_port}", connections
        httpd.shutdown()
        serving.join()


def test_logins_of_one_process_share_a_connection_and_never_a_token() -> None:
    with counted() as (base, connections):
        for token in ("mere", "tom", "mere"):
            Xero(base, token, "organisation").contacts_like("B24-CO-7", "Acme Plumbing", "")
    assert connections == [["Bearer mere", "Bearer tom", "Bearer mere"]]
