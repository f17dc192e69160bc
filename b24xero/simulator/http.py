"""The wire of the simulator: one WSGI server, a clock, a journal of requests, and planned faults.

The two vendors are plain callables ``Request -> Response`` mounted under a prefix. Everything a test or a person may
do from outside stands below ``/_control/``. A fault is applied around a vendor's handler, never inside it, so that
"applied, answer lost" is exactly that: the handler ran, the state changed, the client never hears of it.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from b24xero.simulator.faults import Chance, Fault

Handler = Callable[[Request], Response]
# Around a request from its arrival to its answer, while others are at work or waiting.
Arriving = Callable[[Request], contextlib.AbstractContextManager[None]]


class Clock:
    """The simulator's own time: real time plus an offset that tests move forward. Always aware UTC."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._still: datetime | None = None

    def now(self) -> datetime:
        return (self._still or datetime.now(UTC)) + self._offset

    def stand_still(self) -> None:
        """From now on only ``advance`` moves it: what is answered has the same length each time."""
        self._still = datetime.now(UTC).replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)


@dataclass
class Seen:
    """One request in the journal: what was asked, when, and what was answered (0 = connection dropped), in how many
    bytes."""

    vendor: str
    method: str
    path: str
    query: str
    body: str
    headers: dict[str, str]
    at: str
    status: int = 0
    size: int = 0


class _Drop(Exception):
    """The connection is to be reset without an answer."""


class Server:
    """Mounts vendors under prefixes and answers ``/_control/`` calls given by ``controls`` (name -> callable)."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.vendors: dict[str, tuple[str, Handler]] = {}
        self.arriving: dict[str, Arriving] = {}
        self.controls: dict[str, Callable[[dict[str, Any]], Any]] = {
            "faults": self._plan_fault,
            "faults/random": self._plan_chance,
            "faults/clear": self._clear_faults,
            "requests": self._list_requests,
            "requests/clear": self._clear_requests,
            "clock": self._advance,
        }
        self.faults: list[Fault] = []
        self.chances: dict[str, Chance] = {}
        self.journal: list[Seen] = []

    def mount(self, prefix: str, vendor: str, handler: Handler, arriving: Arriving | None = None) -> None:
        """Requests below ``/prefix/`` go to ``handler`` with the prefix moved to ``script_root``. Handlers work one at
        a time; ``arriving`` sees how many are here at once."""
        self.vendors[prefix.strip("/")] = (vendor, handler)
        if arriving:
            self.arriving[vendor] = arriving

    # -- WSGI ---------------------------------------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        head, _, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        if head == "_control":
            return self._control(rest, Request(environ))(environ, start_response)
        if head not in self.vendors:
            return Response("No such host in the simulator", status=404)(environ, start_response)
        vendor, handler = self.vendors[head]
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/" + head
        environ["PATH_INFO"] = "/" + rest
        request = Request(environ)
        request.get_data(cache=True, parse_form_data=False)
        try:
            with self.arriving[vendor](request) if vendor in self.arriving else contextlib.nullcontext():
                response = self._answer(vendor, handler, request)
        except _Drop as fault:
            raise ConnectionResetError("planned fault") from fault
        return response(environ, start_response)

    def _answer(self, vendor: str, handler: Handler, request: Request) -> Response:
        with self.lock:
            seen = Seen(
                vendor, request.method, request.path, request.query_string.decode(), request.get_data(as_text=True),
                dict(request.headers), self.clock.now().isoformat(),
            )  # fmt: skip
            self.journal.append(seen)
            fault = self._fault(vendor, request)
        if fault is None:
            response = self._apply(handler, request)
        else:
            response = self._apply_with(fault, handler, request)
        seen.status, seen.size = response.status_code, len(response.get_data())
        return response

    def _fault(self, vendor: str, request: Request) -> Fault | None:
        """What was planned comes before what chance has in store."""
        planned = next((fault for fault in self.faults if fault.takes(vendor, request)), None)
        if planned or vendor not in self.chances:
            return planned
        return self.chances[vendor].fault(vendor, request)

    def _apply(self, handler: Handler, request: Request) -> Response:
        with self.lock:
            return handler(request)

    def _apply_with(self, fault: Fault, handler: Handler, request: Request) -> Response:
        if fault.do == "drop_before":
            raise _Drop
        if fault.do == "answer":
            time.sleep(fault.seconds)
            return fault.response()
        if fault.do == "delay":
            time.sleep(fault.seconds)
            return self._apply(handler, request)
        if fault.do == "hold":
            with fault.held.holding() as goes_on:
                if not goes_on:
                    raise _Drop
                return self._apply(handler, request)
        if fault.do == "act":
            with self.lock:
                self.controls[fault.control](dict(fault.values))
            return self._apply(handler, request)
        response = self._apply(handler, request)
        time.sleep(fault.seconds)
        if fault.do == "answer_after":
            return fault.response()
        if fault.do == "truncate":
            return truncated(response)
        raise _Drop

    # -- control ------------------------------------------------------------------------------------------------

    def _control(self, name: str, request: Request) -> Response:
        control = self.controls.get(name.strip("/"))
        if control is None:
            return Response(f"No such control: {name}", status=404)
        values = request.get_json(silent=True) if request.data else None
        with self.lock:
            try:
                answer = control({**request.args.to_dict(), **(values or {})})
            except (KeyError, ValueError, TypeError) as error:
                return Response(json.dumps({"error": repr(error)}), status=400, mimetype="application/json")
        return Response(json.dumps(answer, default=str), mimetype="application/json")

    def _plan_fault(self, values: dict[str, Any]) -> Any:
        fault = Fault(**values)
        if fault.do == "act" and fault.control not in self.controls:
            raise KeyError(fault.control)
        self.faults.append(fault)
        return {"planned": len(self.faults)}

    def _plan_chance(self, values: dict[str, Any]) -> Any:
        """``vendor`` and what else ``Chance`` takes; how many calls it saw and hit stands in the answer of the next
        one of the same vendor, and in that of ``faults/clear``."""
        chance = Chance(**values)
        told = self._told_chances()
        self.chances[chance.vendor] = chance
        return told

    def _clear_faults(self, _values: dict[str, Any]) -> Any:
        told = self._told_chances()
        self.faults.clear()
        self.chances.clear()
        return told

    def _told_chances(self) -> dict[str, dict[str, int]]:
        return {vendor: {"seen": chance.seen, "hit": chance.hit} for vendor, chance in self.chances.items()}

    def _list_requests(self, values: dict[str, Any]) -> Any:
        vendor = values.get("vendor")
        return [vars(seen) for seen in self.journal if vendor in (None, seen.vendor)]

    def _clear_requests(self, _values: dict[str, Any]) -> Any:
        self.journal.clear()
        return {}

    def _advance(self, values: dict[str, Any]) -> Any:
        """``seconds`` forward; with ``still`` it goes on by itself no more."""
        if values.get("still"):
            self.clock.stand_still()
        self.clock.advance(float(values.get("seconds", 0)))
        return {"now": self.clock.now().isoformat()}


def truncated(response: Response) -> Response:
    """The same answer with half of its body under the full Content-Length: the client sees the end missing."""
    body = response.get_data()
    cut = Response([body[: len(body) // 2]], status=response.status)
    cut.headers.extend(response.headers)
    cut.headers["Content-Length"] = str(len(body))
    cut.headers["Connection"] = "close"
    cut.automatically_set_content_length = False
    return cut


class _QuietHandler(WSGIRequestHandler):
    # Headers and body leave in one packet: unbuffered writes cost 40 ms a call (Nagle against delayed ACK).
    wbufsize = -1
    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """A planned drop: close with a TCP reset, so that the client sees a broken connection and no answer."""
        self.close_connection = True
        with contextlib.suppress(OSError):  # the client may have gone first; the connection is over either way
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header Date by the simulator's own clock."""
        return http_date(timestamp or cast(Server, self.server.app).clock.now())

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Stay silent: the journal is the log."""


@contextlib.contextmanager
def serving(server: Server, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve in a thread of this process; gives the base address, e.g. ``http://localhost:41231``."""
    httpd: BaseWSGIServer = make_server(host, port, server, threaded=True, request_handler=_QuietHandler)
    # It looks for its end this often: the usual half second would be paid at the end of every test.
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{httpd.server_port}"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()
