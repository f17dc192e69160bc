"""What Xero makes of the words that it is sent (more §0b)."""

from __future__ import annotations

from b24xero.simulator.xero.answers import Call


def kept(call: Call, text: str) -> str:
    """Emoji and CRLF may come back changed. (Into what is assumed.)"""
    if call.options.keeps_text:
        return text
    return "".join("?" if ord(letter) > 0xFFFF else letter for letter in text.replace("\r\n", "\n"))
