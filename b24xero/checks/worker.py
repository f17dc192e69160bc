"""Whether a worker lives."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks.result import Around, Check, Verdict, Words, broken, well
from b24xero.runs import workers


def look(around: Around) -> Verdict:
    alive = workers.alive(around.now)
    if alive:
        return well(count=len(alive), moment=alive[0].started_at.isoformat())
    seen = workers.last_sign()
    return broken("silent", moment=seen.isoformat()) if seen else broken("never")


_START = _("Run: systemctl restart b24xero-worker; on Heroku: heroku ps:scale worker=1. run.py serve starts both.")
CHECK = Check(
    "worker",
    _("Worker"),
    {
        "well": Words(_("Running: %(count)s, since %(moment)s.")),
        "silent": Words(
            _("No worker is running since %(moment)s, so no run goes on."),
            _("It was stopped or killed, or cannot reach the database."),
            _START,
        ),
        "never": Words(
            _("No worker has ever run here, so no run goes on."), _("Only the web process was started."), _START
        ),
    },
    look,
)
