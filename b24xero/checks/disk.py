"""Whether the disk has room for what is still to be written."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask_babel import lazy_gettext as _

from b24xero.checks.result import Around, Check, Verdict, Words, broken, see_to, well

MB = 1024 * 1024
LITTLE, VERY_LITTLE = 1024 * MB, 200 * MB


def look(around: Around) -> Verdict:
    folder = Path(around.settings.data_dir)
    free = shutil.disk_usage(folder if folder.is_dir() else folder.anchor).free
    told = {"free": free // MB, "folder": folder}
    if free < LITTLE:
        return broken("full", **told) if free < VERY_LITTLE else see_to("little", **told)
    return well(**told)


CHECK = Check(
    "disk",
    _("Disk"),
    {
        "well": Words(_("%(free)s MB are free.")),
        "little": Words(
            _("Only %(free)s MB are free at %(folder)s."),
            _("Logs, back-ups or other programs fill the disk."),
            _("Make room before it is full: nothing can be written then."),
        ),
        "full": Words(
            _("The disk is as good as full: %(free)s MB are free at %(folder)s."),
            _("Logs, back-ups or other programs fill the disk."),
            _("Make room now: without it nothing can be written."),
        ),
    },
    look,
    needs="",
)
