"""What an accountant set by hand stays: beside what a rule says, and against it until somebody chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from b24xero.domain.books import TrackingCategory, TrackingOption
from b24xero.domain.rules import Rule
from b24xero.domain.set_up import SetUp
from b24xero.domain.traits import Traits
from b24xero.push.choices import Choices
from b24xero.push.policy import Decision, decide
from b24xero.xero import drift
from b24xero.xero.dropped import dropped
from b24xero.xero.parse import XeroInvoice
from tests.push.test_policy import BILL, CONTACT, TODAY, Link, said, set_up
from tests.xero.test_dimensions import BOOKS as WITH_REGION
from tests.xero.test_dimensions import FOR_SCHOOLS, TO_NORTH
from tests.xero.test_payload import URL

KIND = TrackingCategory("kind", "Kind", (TrackingOption("trade", "Trade"), TrackingOption("retail", "Retail")))
BOOKS = replace(WITH_REGION, tracking=(*(WITH_REGION.tracking or ()), KIND))
RULED = replace(BILL, traits=Traits(responsible=12, industry="1"))
NORTH = {"TrackingCategoryID": "region", "TrackingOptionID": "north"}
SOUTH = {"TrackingCategoryID": "region", "TrackingOptionID": "south"}
TRADE = {"TrackingCategoryID": "kind", "TrackingOptionID": "trade"}


def shown(category: str, name: str, option: str) -> dict[str, str]:
    """As Xero's lists show it, without the option's id."""
    return {"Name": name, "Option": option, "TrackingCategoryID": category}


IN_NORTH, IN_SOUTH = shown("region", "Region", "North"), shown("region", "Region", "South")
IN_TRADE = shown("kind", "Kind", "Trade")


def under(*rules: Rule, **changes: Any) -> SetUp:
    return set_up(rules=rules, **changes)


def decided(rules: tuple[Rule, ...], link: Link, now: XeroInvoice, **choices: Any) -> Decision:
    return decide(
        RULED, link, now, under(*rules), BOOKS, TODAY, url=URL, contact_id=CONTACT, choices=Choices(**choices)
    )


def link_of(*rules: Rule) -> Link:
    """Just written under these rules, each line under its id."""
    new = decide(RULED, None, None, under(*rules), BOOKS, TODAY, url=URL, contact_id=CONTACT).written
    assert new
    lines = [{**line, "LineItemID": f"line-{n}"} for n, line in enumerate(new.body["LineItems"])]
    body = {**new.body, "LineItems": lines, "Contact": {"ContactID": CONTACT}, drift.FILLED: [], drift.DAYS: True}
    ids = {str(row): f"line-{n}" for n, row in enumerate(new.row_ids)}
    return Link(written=body, fingerprint=new.fingerprint(CONTACT), line_ids=ids)


def in_xero(link: Link, *tracking: list[dict[str, str]], **changes: Any) -> XeroInvoice:
    assert link.written
    lines = [{**line, "Tracking": listed} for line, listed in zip(link.written["LineItems"], tracking, strict=True)]
    return said(link, {**link.written, "LineItems": lines}, **changes)


def tracked(decision: Decision) -> list[Any]:
    assert decision.body
    return [line.get("Tracking") for line in decision.body["LineItems"]]


def test_what_stands_as_it_was_written_is_up_to_date() -> None:
    link = link_of(TO_NORTH)
    assert decided((TO_NORTH,), link, in_xero(link, [IN_NORTH], [IN_NORTH])).reason == "up_to_date"


def test_a_new_rule_is_a_change_and_what_was_set_in_another_category_goes_along() -> None:
    link = link_of()
    found = decided((TO_NORTH,), link, in_xero(link, [IN_TRADE], []))
    assert (found.action, tracked(found)) == ("update", [[NORTH, TRADE], [NORTH]])


def test_another_option_by_hand_is_asked_about_kept_or_overwritten_never_lost_silently() -> None:
    link = link_of()
    now = in_xero(link, [IN_SOUTH], [])
    asked = decided((TO_NORTH,), link, now)
    assert (asked.action, asked.choice, [p.code for p in asked.problems]) == ("ask", "drift", ["edited_by_hand"])
    (edit,) = asked.by_hand
    assert (edit.field, edit.written, edit.now, edit.current) == ("tracking", None, "Region: North", "Region: South")
    assert tracked(decided((TO_NORTH,), link, now, drift="leave")) == [[SOUTH], [NORTH]]
    assert tracked(decided((TO_NORTH,), link, now, drift="bitrix24")) == [[NORTH], [NORTH]]


def test_without_a_rule_tracking_is_whoevers_set_it() -> None:
    link = link_of()
    assert decided((), link, in_xero(link, [IN_SOUTH, IN_TRADE], [])).reason == "up_to_date"


def test_a_rule_that_fits_no_more_takes_back_what_it_gave_and_no_more() -> None:
    link = link_of(TO_NORTH)
    found = decided((), link, in_xero(link, [IN_NORTH, IN_TRADE], [IN_NORTH]))
    assert (found.action, tracked(found)) == ("update", [[TRADE], []])


def test_an_option_that_was_taken_off_by_hand_stays_off_where_edits_are_kept() -> None:
    link = link_of(TO_NORTH)
    now = in_xero(link, [], [IN_NORTH])
    assert decided((TO_NORTH,), link, now).choice == "drift"
    changed = replace(RULED, title="Another")
    found = decide(
        changed, link, now, under(TO_NORTH), BOOKS, TODAY, url=URL, contact_id=CONTACT, choices=Choices(drift="leave")
    )
    assert tracked(found) == [[], [NORTH]]


def test_what_xero_dropped_at_the_write_is_told_and_is_no_edit_by_hand() -> None:
    link = link_of(TO_NORTH, FOR_SCHOOLS)
    answer = in_xero(link, [], [IN_NORTH], BrandingThemeID="usual")
    assert link.written
    link.written[drift.FILLED] = drift.filled(link.written, answer, BOOKS)
    assert dropped(link.written, BOOKS) == ("Region: North", "Schools and trusts")
    assert decided((TO_NORTH, FOR_SCHOOLS), link, answer).by_hand == ()


def test_an_answer_that_does_not_tell_tracking_proves_nothing_dropped() -> None:
    link = link_of(TO_NORTH)
    assert link.written
    lines = [{k: v for k, v in line.items() if k != "Tracking"} for line in link.written["LineItems"]]
    silent = said(link, {**link.written, "LineItems": lines})
    link.written[drift.FILLED] = drift.filled(link.written, silent, BOOKS)
    assert dropped(link.written, BOOKS) == ()


def test_a_theme_chosen_by_hand_is_asked_about_and_the_usual_one_is_not() -> None:
    link = link_of()
    assert decided((FOR_SCHOOLS,), link, in_xero(link, [], [], BrandingThemeID="usual")).action == "update"
    assert decided((FOR_SCHOOLS,), link, in_xero(link, [], [], BrandingThemeID="orange")).choice == "drift"


def test_an_invoice_whose_theme_rule_fits_no_more_goes_back_to_the_usual_one() -> None:
    link = link_of(FOR_SCHOOLS)
    found = decided((), link, in_xero(link, [], [], BrandingThemeID="schools"))
    assert found.body
    assert (found.action, found.body["BrandingThemeID"]) == ("update", "usual")


def test_a_theme_that_a_contact_has_by_itself_is_no_edit_by_hand() -> None:
    link = link_of()
    answer = in_xero(link, [], [], BrandingThemeID="contacts own")
    assert link.written
    link.written[drift.FILLED] = drift.filled(link.written, answer, BOOKS)
    assert decided((FOR_SCHOOLS,), link, answer).action == "update"
