"""A root of a distribution in which nothing is installed, and what runs in it; taken away at the end."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

AUTHORITIES = "/root/authorities.pem"


class Root:
    """``env``: what every command in it finds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        handed = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
        told = {name: value for name, value in os.environ.items() if name.startswith(handed)}
        self.env = {
            **told, "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
            "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "PIP_CERT": AUTHORITIES,
        }  # fmt: skip

    def run(self, commands: str, env: Mapping[str, str] | None = None) -> None:
        """As root's shell would, ending at the first command that fails."""
        subprocess.run(
            ["chroot", self.folder, "sh", "-euc", commands], check=True, env={**self.env, **(env or {})},
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def put(self, file: Path, place: str, mode: int = 0o644) -> None:
        target = self.folder / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
        target.chmod(mode)

    def processes(self) -> list[int]:
        """Of whatever was started in it and still runs."""
        found = []
        for one in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended
                if os.readlink(one / "root") == str(self.folder):
                    found.append(int(one.name))
        return found


@contextlib.contextmanager
def fresh(suite: str, folder: Path, *, keep: bool = False) -> Iterator[Root]:
    """By debootstrap, which needs root; without compiler and git."""
    if not folder.exists():
        print(f"debootstrap {suite}", flush=True)
        subprocess.run(["debootstrap", "--variant=minbase", suite, folder], check=True, stdout=subprocess.DEVNULL)
    root = Root(folder.resolve())
    mounts = [folder / "proc", folder / "dev"]
    subprocess.run(["mount", "-t", "proc", "proc", mounts[0]], check=True)
    subprocess.run(["mount", "--rbind", "/dev", mounts[1]], check=True)
    subprocess.run(["mount", "--make-rslave", mounts[1]], check=True)
    try:
        _as_this_machine_reaches_packages(root)
        yield root
    finally:
        for pid in root.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for mount in mounts:
            subprocess.run(["umount", "--recursive", "--lazy", mount], check=True)
        if keep:
            print(f"kept: {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)


def _as_this_machine_reaches_packages(root: Root) -> None:
    """Name servers, mirrors and authorities are the machine's own affair, not the guide's."""
    for name in ("etc/resolv.conf", "etc/hosts", "etc/pip.conf"):
        if Path("/", name).exists():
            root.put(Path("/", name), name)
    root.put(Path("/etc/ssl/certs/ca-certificates.crt"), AUTHORITIES)  # beside the root's own, which apt makes anew
    for file in Path("/etc/apt/apt.conf.d").glob("99*"):
        root.put(file, str(file))
