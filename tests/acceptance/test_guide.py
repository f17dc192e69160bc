"""What the acceptance carries out is what the guide says, but for the few words that it names."""

from __future__ import annotations

import pytest

from tests.acceptance import guide
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "guide" / "linux.md").read_text()


def test_every_numbered_block_is_carried_out_in_its_order() -> None:
    steps = guide.steps(PAGE)
    begin = ["What is needed", "The settings", "Web, worker and a copy", "The proxy that speaks TLS", "Look whether"]
    assert [words.startswith(said) for words, said in zip(steps, begin, strict=True)] == [True] * 5
    assert steps["What is needed, a user, the program"].startswith("apt-get update\n")


def test_little_is_another_and_a_guide_that_says_something_else_is_noticed() -> None:
    steps = guide.steps(PAGE)
    told = guide.adapted(steps)
    same = [line for words, block in told.items() for line in block.splitlines() if line in steps[words]]
    lines = [line for block in steps.values() for line in block.splitlines()]
    assert len(same) >= len(lines) - len(guide.OTHERWISE)
    with pytest.raises(ValueError, match="editor /etc/b24xero.env"):
        guide.adapted({words: block.replace("editor ", "nano ") for words, block in steps.items()})
