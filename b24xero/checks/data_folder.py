"""Whether the folder of the data is ours, and ours alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from flask_babel import lazy_gettext as _

from b24xero.checks.result import Around, Check, Verdict, Words, broken, see_to, well


def look(around: Around) -> Verdict:
    folder = Path(around.settings.data_dir)
    if not folder.is_dir():  # with PostgreSQL and keys of the settings nothing is kept there
        return well("unused")
    if not os.access(folder, os.W_OK | os.X_OK):
        return broken("not_ours", folder=folder)
    files = [path for path in folder.iterdir() if path.is_file()]
    if os.name == "posix" and any(_is_open(path) for path in files):
        return see_to("open", folder=folder)
    return well(folder=folder)


def _is_open(path: Path) -> bool:
    """What others of this machine may read although it holds keys or books. The folder itself may keep them out."""
    closed = not path.parent.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH)
    return not closed and bool(path.stat().st_mode & stat.S_IROTH) and path.name != ".gitkeep"


CHECK = Check(
    "data_folder",
    _("Folder of the data"),
    {
        "well": Words(_("%(folder)s belongs to b24xero alone.")),
        "unused": Words(_("Nothing is kept in files: database and keys come from the settings.")),
        "not_ours": Words(
            _("b24xero may not write into %(folder)s."),
            _("The folder belongs to another user than the one that b24xero runs as."),
            _("Run: chown -R b24xero: %(folder)s"),
        ),
        "open": Words(
            _("Others on this machine may read what is in %(folder)s."),
            _("It was copied or made with open rights."),
            _("Run: chmod 700 %(folder)s"),
        ),
    },
    look,
    needs="",
)
