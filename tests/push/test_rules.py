"""Rules from Set-up to the line in Xero: a press, many, both kinds of invoices, and what each costs."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import select

from b24xero.db.models import Organisation
from b24xero.db.transactions import writing
from b24xero.domain.rules import Rule
from b24xero.extensions import db
from tests.conftest import ROWS, Vendors, on_old_and_both
from tests.people import HTMX, Person, text
from tests.push.test_batch import push

LIST, OLD_LIST = "ufCrm_SMART_INVOICE_1772717700", "UF_CRM_1550507398"
FITTED = [{**ROWS[0], "productName": "Installation of a pump", "productId": 1301}, ROWS[1]]


def region(vendors: Vendors) -> tuple[str, dict[str, str]]:
    """The id of the category, and of its options by name."""
    row = next(iter(vendors.xero.organisations.values())).tracking[0]
    return row["TrackingCategoryID"], {option["Name"]: option["TrackingOptionID"] for option in row["Options"]}


def theme(vendors: Vendors, name: str) -> str:
    themes = next(iter(vendors.xero.organisations.values())).themes
    return next(str(one["BrandingThemeID"]) for one in themes if one["Name"] == name)


def rule_to(vendors: Vendors, option: str, when: str, value: str, **rest: str) -> Rule:
    category, options = region(vendors)
    said = {"category": category, "category_name": "Region", "to_name": option, **rest}
    return Rule(when, value, "tracking", options[option], **said)  # type: ignore[arg-type]


def under(app: Flask, *rules: Rule) -> None:
    with app.app_context(), writing():
        here = db.session.scalars(select(Organisation)).one()
        here.stored_set_up = {**here.stored_set_up, "rules": [vars(rule) for rule in rules]}


def in_xero(vendors: Vendors, key: int) -> dict[str, Any]:
    path = f"/details/{key}/" if key > 0 else f"/show/{-key}/"
    (found,) = vendors.with_address(path)
    return found


def tracked(invoice: dict[str, Any]) -> list[list[str]]:
    return [[choice["Option"] for choice in line["Tracking"]] for line in invoice["LineItems"]]


def calls_of_a_press(person: Person, vendors: Vendors, key: int) -> tuple[int, list[str]]:
    token = person.token()
    vendors.forget_requests()
    name = f"old-{-key}" if key < 0 else key
    answer = person.client.post(f"/invoices/{name}/push", data={"csrf_token": token}, headers=HTMX)
    assert answer.status_code == 200, text(answer.text)
    return len(vendors.calls("bitrix24")), vendors.calls("xero")


def test_each_condition_reaches_xero_and_departments_cost_no_call(ready: Person, vendors: Vendors, app: Flask) -> None:
    under(
        app, rule_to(vendors, "South", "department", "3"), rule_to(vendors, "North", "list", "45", field=LIST),
        Rule("words", "installation", "account", "260"),
        Rule("industry", "1", "theme", theme(vendors, "Special Projects")),
    )  # fmt: skip
    school = vendors.control("bitrix24/company", title="Nelson College", industry="1")["item"]["id"]
    by_list = vendors.new_invoice(companyId=school, rows=FITTED, **{LIST: 45})
    by_department = vendors.new_invoice(companyId=school, assignedById=12, **{LIST: 45})
    neither = vendors.new_invoice(companyId=vendors.invoice(vendors.new_invoice())["item"]["companyId"])
    for key in (by_list, by_department, neither):
        assert calls_of_a_press(ready, vendors, key)[0] == 1
    first, second, third = (in_xero(vendors, key) for key in (by_list, by_department, neither))
    assert tracked(first) == [["North"], ["North"]]
    assert [line["AccountCode"] for line in first["LineItems"]] == ["260", "200"]
    assert first["BrandingThemeID"] == theme(vendors, "Special Projects")
    assert tracked(second) == [["South"], ["South"]]
    assert (tracked(third), third["BrandingThemeID"]) == ([[], []], theme(vendors, "Standard"))
    assert "Already up to date" in text(ready.press(by_list).text)


def test_sections_cost_one_call_of_a_press_and_fit_their_lines_alone(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    vendors.bitrix24.world.sections = {5: {"NAME": "Services"}}
    product = vendors.control("bitrix24/product", name="Installation", iblockSectionId=5)["id"]
    under(app, rule_to(vendors, "North", "section", "5"))
    key = vendors.new_invoice(rows=[{**ROWS[0], "productId": product}, ROWS[1]])
    assert calls_of_a_press(ready, vendors, key)[0] == 2
    assert tracked(in_xero(vendors, key)) == [["North"], []]


def test_many_go_by_the_same_rules(ready: Person, vendors: Vendors, app: Flask) -> None:
    under(app, rule_to(vendors, "South", "department", "3"), rule_to(vendors, "North", "responsible", "1"))
    acme = vendors.invoice(vendors.new_invoice())["item"]["companyId"]
    keys = [vendors.new_invoice(companyId=acme, assignedById=by) for by in (1, 12, 15)]
    push(app, keys)
    assert [tracked(in_xero(vendors, key))[0] for key in keys] == [["North"], ["South"], []]


@on_old_and_both
def test_old_invoices_go_by_their_own_fields(ready: Person, vendors: Vendors, app: Flask) -> None:
    under(
        app, rule_to(vendors, "North", "list", "46", field=OLD_LIST), rule_to(vendors, "South", "department", "4"),
        rule_to(vendors, "North", "list", "45", field=LIST),
    )  # fmt: skip
    acme = vendors.control("bitrix24/company", title="Harbour Joinery")["item"]["id"]
    by_list = vendors.new_old_invoice(UF_COMPANY_ID=acme, **{OLD_LIST: 46})
    by_department = vendors.new_old_invoice(UF_COMPANY_ID=acme, RESPONSIBLE_ID=15)
    for key in (by_list, by_department):
        assert calls_of_a_press(ready, vendors, key)[0] == 1
    assert [tracked(in_xero(vendors, key)) for key in (by_list, by_department)] == [[["North"]] * 2, [["South"]] * 2]


def test_a_field_that_is_gone_stops_the_invoice_with_what_to_do(ready: Person, vendors: Vendors, app: Flask) -> None:
    under(app, rule_to(vendors, "North", "list", "45", field=LIST, field_name="Kind of customer"))
    vendors.control("bitrix24/settings", list_field=False)
    key = vendors.new_invoice()
    said = text(ready.press(key).text)
    assert "A rule goes by the field “Kind of customer”, which Bitrix24 does not show in this invoice any more" in said
    assert vendors.with_address(f"/details/{key}/") == []


def test_an_archived_option_stops_the_invoice_until_it_is_in_use_again(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    under(app, rule_to(vendors, "North", "responsible", "1"))
    vendors.control("xero/tracking/archive", category="Region", option="North")
    ready.client.get("/setup")
    key = vendors.new_invoice()
    assert "“North” of “Region”, which is archived or gone in Xero" in text(ready.press(key).text)
    vendors.control("xero/tracking/archive", category="Region", option="North", back=True)
    ready.press(key)
    assert tracked(in_xero(vendors, key)) == [["North"], ["North"]]


def test_what_xero_drops_without_a_word_is_told(ready: Person, vendors: Vendors, app: Flask) -> None:
    under(app, rule_to(vendors, "North", "responsible", "1"))
    vendors.control("xero/options", drops_tracking=True)
    key = vendors.new_invoice()
    said = text(ready.press(key).text)
    assert "Written, but Xero left out “Region: North” without saying why" in said
    assert "Already up to date" in text(ready.press(key).text)


def test_the_preview_names_each_dimension_and_the_rule_that_says_so(
    ready: Person, vendors: Vendors, app: Flask
) -> None:
    under(
        app, rule_to(vendors, "North", "responsible", "1", field_name="Responsible person", value_name="Mere Tautahi"),
        Rule("words", "installation", "account", "260", field_name="Line contains", value_name="installation"),
    )  # fmt: skip
    key = vendors.new_invoice(rows=FITTED)
    page = text(ready.client.get(f"/invoices/{key}/preview").text)
    assert "Region, by the rule “Responsible person: Mere Tautahi”, Set-up" in page
    assert "Sales account, by the rule “Line contains: installation” (line 1), Set-up" in page
    assert "260 · Other Revenue" in page
    assert "Sales account, Set-up" in page
