"""run.py's .venv: a new one is built beside and swapped; what was there goes on when that fails."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import run

pytestmark = pytest.mark.slow


def wheel(folder: Path, version: str) -> str:
    """A package "tiny" of this version that a test's index has; its pin."""
    path = folder / f"tiny-{version}-py3-none-any.whl"
    code = f'print("tiny {version}")\n'.encode()
    files = {
        "tiny.py": code,
        f"tiny-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n".encode(),
        f"tiny-{version}.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"tiny-{version}.dist-info/entry_points.txt": b"[console_scripts]\ntiny = tiny:__name__.strip\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data in files.items()
    )
    with zipfile.ZipFile(path, "w") as file:
        for name, data in files.items():
            file.writestr(name, data)
        file.writestr(f"tiny-{version}.dist-info/RECORD", record + f"tiny-{version}.dist-info/RECORD,,\n")
    return f"tiny=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Checkout:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = folder / "index"
        self.index.mkdir()

    def pin(self, version: str, *, in_index: bool = True) -> None:
        line = wheel(self.index, version)
        if not in_index:
            (self.index / f"tiny-{version}-py3-none-any.whl").unlink()
        (self.folder / "requirements.txt").write_text(line)

    def says(self) -> str:
        command = [str(run.PYTHON), "-m", "tiny"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    made = Checkout(tmp_path)
    venv = tmp_path / ".venv"
    for name, value in {
        "HERE": tmp_path, "VENV": venv, "PYTHON": venv / run.PYTHON.relative_to(run.VENV),
        "STAMP": venv / "b24xero-stamp.json",
    }.items():  # fmt: skip
        monkeypatch.setattr(run, name, value)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(made.index))
    return made


def test_a_venv_is_made_kept_renewed_and_kept_again_without_the_index(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.pin("1.0")
    run.prepare(run.RUNTIME)
    assert checkout.says() == "tiny 1.0"
    capsys.readouterr()
    run.prepare(run.RUNTIME)
    assert capsys.readouterr().out == "", "nothing is done that was done"

    checkout.pin("2.0")
    run.prepare(run.RUNTIME)
    assert checkout.says() == "tiny 2.0"
    script = (run.PYTHON.parent / "tiny").read_text()
    assert script.startswith(f"#!{run.PYTHON}")
    assert sorted(path.name for path in checkout.folder.glob(".venv*")) == [".venv"]

    (checkout.folder / "kept.txt").write_text((checkout.folder / "requirements.txt").read_text())
    checkout.pin("3.0", in_index=False)
    capsys.readouterr()
    run.prepare(run.RUNTIME)
    assert checkout.says() == "tiny 2.0"
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if "What was installed before goes on" in line] == told[-1:]
    assert "tiny==3.0" in told[-1]
    assert sorted(path.name for path in checkout.folder.glob(".venv*")) == [".venv"]

    stamp = json.loads(run.STAMP.read_text())
    assert stamp["python"] == "{}.{}".format(*sys.version_info[:2])
    (checkout.folder / "kept.txt").rename(checkout.folder / "requirements.txt")
    run.STAMP.write_text(json.dumps({**stamp, "python": f"{stamp['python']}.99 (an older stamp)"}))
    capsys.readouterr()
    run.prepare(run.RUNTIME)
    assert capsys.readouterr().out == "", "a security update of Python needs no other venv"


def test_a_first_start_without_the_index_ends_with_one_sentence(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.pin("1.0", in_index=False)
    with pytest.raises(SystemExit) as ended:
        run.prepare(run.RUNTIME)
    assert str(ended.value).startswith("pip could not install requirements.txt: ")
    assert "\n" not in str(ended.value)
    assert list(checkout.folder.glob(".venv*")) == []
