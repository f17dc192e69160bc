"""How gunicorn serves b24xero, whoever starts it: run.py, the Procfile, or "gunicorn wsgi:app" by hand."""

from __future__ import annotations

import os

from b24xero import env_file
from b24xero.ratelimit.places import THREADS

env_file.read()

_host = (os.environ.get("HOST") or "127.0.0.1").strip("[] ")
bind = f"{f'[{_host}]' if ':' in _host else _host}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_CONCURRENCY") or "2")
worker_class = "b24xero.server.worker.Worker"
# Made once and then forked, so that the processes share what none of them changes: more than half of their memory. To
# make the app starts no thread and opens no file, no socket and no database (tests/test_forking.py holds it to that).
preload_app = True
threads = THREADS
# Of one process; a connection is a file, of which most systems allow a process 1,024.
worker_connections = 800
timeout = 60
graceful_timeout = 7
control_socket_disable = True
# Headers of the gateway's own, and what is said of the scheme: PUBLIC_URL and TRUSTED_PROXIES decide that, nobody here.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
