"""Set-up in Chromium: each choice is tried at once, what is typed stays, a file fills the form."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation
from tests.browser.test_journey import sign_in_and_connect


def test_each_choice_is_tried_at_once_and_a_file_brings_it_back(page: Page, installation: Installation) -> None:
    sign_in_and_connect(page, installation)
    page.goto(f"{installation.url}/setup")
    check = page.locator("#check")
    expect(check).to_contain_text("Not sent: stage New")
    new, sent = page.get_by_label("New", exact=True), page.get_by_label("Sent", exact=True)
    new.select_option(label="Draft")
    expect(check).not_to_contain_text("Not sent: stage New")
    expect(check.locator(".tally")).to_contain_text("Draft")
    sent.select_option(label="Do not send")
    expect(check).to_contain_text("Not sent: stage Sent")
    expect(page.locator('[id="lately-DT31_7:S"]')).to_have_text(re.compile("^[1-9][0-9]*$"))
    page.get_by_role("button", name="Save set-up").click()
    expect(page.get_by_text("Set-up saved")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    sent.select_option(label="Awaiting approval")
    expect(check.locator(".tally")).to_contain_text("Awaiting approval")
    page.get_by_label("File").set_input_files(download.value.path())
    page.locator("#import").get_by_role("button", name="Import").click()
    expect(page.get_by_text("The form shows what the file says")).to_be_visible()
    expect(sent).to_have_value("none")
    expect(check).to_contain_text("Not sent: stage Sent")


def test_a_portal_that_is_down_leaves_the_form_and_is_tried_again(page: Page, installation: Installation) -> None:
    sign_in_and_connect(page, installation)
    page.goto(f"{installation.url}/setup")
    check = page.locator("#check")
    expect(check.locator(".tally")).to_be_visible()
    sent = page.get_by_label("Sent", exact=True)
    sent.select_option(label="Draft")
    expect(check.locator(".tally")).to_contain_text("Draft")
    installation.fault("answer", vendor="bitrix24", path="/rest/", status=502, body="<html>", times=4)
    page.get_by_role("button", name="Check again").click()
    expect(check).to_contain_text("Bitrix24 does not answer")
    expect(sent).to_have_value("DRAFT")
    installation.control("faults/clear")
    page.get_by_role("button", name="Try again").click()
    expect(check.locator(".tally")).to_contain_text("Draft")
    page.get_by_role("button", name="Save set-up").click()
    expect(page.get_by_text("Set-up saved")).to_be_visible()
