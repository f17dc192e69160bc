"""The commands of docs/guide/linux.md, and the few words of them that are another here. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

# What the guide itself leaves to its reader, and what a root without systemd and a public name needs.
REPOSITORY = (
    "git clone ADDRESS-OF-THIS-REPOSITORY /opt/b24xero",
    "mkdir /opt/b24xero\ntar -xf /root/b24xero.tar -C /opt/b24xero",
)
EDITED = ("editor /etc/b24xero.env", "cp /root/b24xero.env /etc/b24xero.env\nchmod 600 /etc/b24xero.env")
NAME = ("YOUR.NAME", "localhost")
WITHOUT_GIT = ("ca-certificates git caddy", "ca-certificates caddy")
OWN_CERTIFICATE = (
    "systemctl reload caddy",
    "sed -i '/^localhost {/a tls /etc/caddy/own.pem /etc/caddy/own.pem' /etc/caddy/Caddyfile\nsystemctl reload caddy",
)
OTHERWISE = (REPOSITORY, EDITED, NAME, WITHOUT_GIT, OWN_CERTIFICATE)


def steps(page: str) -> dict[str, str]:
    """What each numbered step says → its commands."""
    found = re.findall(r"^\d+\. (.+?)[:.]\n\n((?:   ```sh\n(?:.*\n)*?   ```\n))", page, re.MULTILINE)
    return {words: _without_frame(block) for words, block in found}


def _without_frame(block: str) -> str:
    return "\n".join(line.removeprefix("   ") for line in block.splitlines() if "```" not in line)


def adapted(commands: Mapping[str, str]) -> dict[str, str]:
    """The same with what is another here.

    Raises:
        ValueError: the guide has not such words any more, so nobody would notice that it says something else.
    """
    left = {old for old, _new in OTHERWISE}
    told = {}
    for words, block in commands.items():
        for old, new in OTHERWISE:
            if old in block:
                left.discard(old)
                block = block.replace(old, new)
        told[words] = block
    if left:
        raise ValueError(f"the guide says no more: {', '.join(sorted(left))}")
    return told
