"""Whether the database answers, and its tables are those of this version."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from b24xero.checks.result import Around, Check, Verdict, Words, broken, well
from b24xero.db import schema


def look(_around: Around) -> Verdict:
    standing = schema.standing()
    if standing == "current":
        return well(revision=schema.newest())
    return broken(standing, newest=schema.newest())


CHECK = Check(
    "database",
    _("Database"),
    {
        "well": Words(_("It answers, and its tables are those of this version (%(revision)s).")),
        "away": Words(
            _("No database answers."),
            _("DATABASE_URL leads elsewhere, the server is down, or the folder of the file is not there."),
            _("Start the database, and compare DATABASE_URL and DATA_DIR."),
        ),
        "missing": Words(
            _("The database has no tables yet."),
            _("It is new, and nobody has made them."),
            _("Run: flask --app wsgi db upgrade"),
        ),
        "older": Words(
            _("The tables are older than this version, which needs %(newest)s."),
            _("b24xero was upgraded, its database was not."),
            _("Run: flask --app wsgi db upgrade"),
        ),
        "newer": Words(
            _("The tables were made by a newer version; this one knows them up to %(newest)s."),
            _("An older version was put back after an upgrade."),
            _("Start the newer version again, or restore the back-up of the day before."),
        ),
    },
    look,
    needs="",
)
