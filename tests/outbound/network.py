"""What stands in a company's network: a server with a certificate of the company's own authority, and a proxy."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import ipaddress
import select
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Authority:
    """``file``: its certificate, as EXTRA_CA_FILE names it."""

    file: Path
    key: Any
    certificate: x509.Certificate

    def certify(self, folder: Path, *hosts: str, days: int = 30) -> ssl.SSLContext:
        """A server's side of TLS for these hosts; ``days`` below 0: over already."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.IPAddress(ipaddress.ip_address(h)) if h[0].isdigit() else x509.DNSName(h) for h in hosts]
        made = _certificate(hosts[0], self.certificate.subject, key.public_key(), days)
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        known = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        signed = made.add_extension(known, critical=False).sign(self.key, hashes.SHA256())
        return _server_side(folder / f"{hosts[0]}{days}.pem", signed, key)


def authority(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Harbour & Hill's own authority")])
    made = _certificate(name.rfc4514_string(), name, key.public_key(), 30).subject_name(name)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate = (
        made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "authority.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Authority(file, key, certificate)


def _certificate(host: str, issuer: x509.Name, key: Any, days: int) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(now + datetime.timedelta(days=days))
    )
    if "=" in host:
        return builder
    return builder.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))


def _server_side(file: Path, certificate: x509.Certificate, key: Any) -> ssl.SSLContext:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


EMPTY = b'{"result": {}, "Organisations": [], "Accounts": [], "TaxRates": [], "Currencies": []}'


@contextlib.contextmanager
def serving(
    tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", *, status: int = 200, body: bytes = EMPTY,
    headers: Mapping[str, str] | None = None,
) -> Iterator[str]:  # fmt: skip
    """Answers every request alike, with an empty result of both vendors' kinds unless it is told otherwise; gives
    "localhost:port"."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            """Not into the output of the tests."""

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """A handshake that is broken off is what some tests are about."""

    server = Server((host, 0), Answer)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Proxy:
    """An HTTP proxy that forwards CONNECT and notes for whom; ``refuses`` answers 407 to everything."""

    url: str = ""
    refuses: bool = False
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def proxy(*, refuses: bool = False) -> Iterator[Proxy]:
    seen = Proxy(refuses=refuses)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            seen.asked.append(self.path)
            if seen.refuses:
                self.send_error(407)
                return
            name, _, port = self.path.rpartition(":")
            with socket.create_connection((name, int(port)), 5) as there:
                self.send_response(200)
                self.end_headers()
                _both_ways(self.connection, there)

        def log_message(self, *_: Any) -> None:
            """Not into the output of the tests."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    seen.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _both_ways(one: socket.socket, other: socket.socket) -> None:
    while True:
        ready, _, _ = select.select([one, other], [], [], 2)
        if not ready:
            return
        for source in ready:
            data = source.recv(65536)
            if not data:
                return
            (other if source is one else one).sendall(data)


def nobody_listens() -> str:
    """ "localhost:port" where nothing is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"localhost:{free.getsockname()[1]}"


@contextlib.contextmanager
def hanging_up() -> Iterator[str]:
    """ "localhost:port" that takes a connection and breaks it off."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def hang_up() -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    server.accept()[0].close()

        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        yield f"localhost:{server.getsockname()[1]}"
        over.set()
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join(2)


@contextlib.contextmanager
def silent() -> Iterator[str]:
    """ "localhost:port" that takes a connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"localhost:{server.getsockname()[1]}"
