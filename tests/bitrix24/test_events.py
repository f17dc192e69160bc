"""What Bitrix24's events tell, of whatever is posted."""

from __future__ import annotations

from typing import Any

import pytest

from b24xero.bitrix24.events import Told, read


def posted(event: str, **data: Any) -> dict[str, str]:
    return {"event": event, "auth[application_token]": "word", **{f"data[FIELDS][{k}]": v for k, v in data.items()}}


@pytest.mark.parametrize(
    ("post", "kind"),
    [
        (posted("ONCRMDYNAMICITEMADD", ID="7", ENTITY_TYPE_ID="31"), "invoice"),
        (posted("oncrmdynamicitemupdate", ID="7", ENTITY_TYPE_ID="31"), "invoice"),
        (posted("ONCRMDYNAMICITEMUPDATE_31", ID="7"), "invoice"),
        (posted("ONCRMDYNAMICITEMUPDATE", ID="7"), "invoice"),
        (posted("ONCRMINVOICEUPDATE", ID="7"), "invoice"),
        (posted("ONCRMINVOICESETSTATUS", ID="7"), "invoice"),
        (posted("ONCRMDYNAMICITEMUPDATE", ID="7", ENTITY_TYPE_ID="177"), "other"),
        (posted("ONCRMDYNAMICITEMUPDATE_177", ID="7", ENTITY_TYPE_ID="177"), "other"),
        (posted("ONCRMDYNAMICITEMDELETE", ID="7", ENTITY_TYPE_ID="31"), "other"),
        (posted("ONCRMDEALUPDATE", ID="7"), "other"),
    ],
)
def test_it_is_told_of_an_invoice_or_of_something_else(post: dict[str, str], kind: Any) -> None:
    assert read(post) == Told(kind, "word")


def test_a_test_says_what_it_was_to_say() -> None:
    assert read({**posted("ONAPPTEST"), "data[QUERY][any]": "abc"}) == Told("test", "word", "abc")


def test_what_is_nothing_has_no_word() -> None:
    assert read({}) == Told("other", "")
