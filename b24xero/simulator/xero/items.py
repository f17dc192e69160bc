"""The /Items endpoints and what makes an item acceptable (facts §5.2)."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Response

from b24xero.simulator.xero import dates, query, shapes
from b24xero.simulator.xero.answers import Call, Outcome, body_error, by_verb, envelope, not_found, write_batch
from b24xero.simulator.xero.codes import account_problem, applies, default_tax_type
from b24xero.simulator.xero.kept_text import kept
from b24xero.simulator.xero.money import rounded
from b24xero.simulator.xero.records import NO_ID, Item, Json

_WRITE_ARGS = ("summarizeErrors", "unitdp")


def answer(call: Call, rest: list[str]) -> Response:
    if len(rest) > 1:
        raise not_found()
    if call.method == "DELETE" and rest:
        return _delete(call, rest[0])
    return by_verb(call, rest, one=_one, several=_list, update_one=_update_one, write=_write)


def _list(call: Call) -> Response:
    """Never paged (facts §5.2)."""
    query.check_args(call, ("where", "order", "unitdp"))
    items = sorted(call.organisation.items.values(), key=lambda item: item.item_id)
    items = query.select(call, items, "Item", query.ITEM)
    return envelope(call, "Items", [row(call, item, dates.stamp(item.updated)) for item in items])


def _one(call: Call, key: str) -> Response:
    query.check_args(call, ("unitdp",))
    item = _at(call, key)
    return envelope(call, "Items", [row(call, item, dates.stamp(item.updated))])


def _at(call: Call, key: str) -> Item:
    item = call.organisation.item_at(key)
    if item is None:
        raise not_found()
    return item


def _delete(call: Call, key: str) -> Response:
    query.check_args(call, ())
    del call.organisation.items[_at(call, key).item_id]
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _write(call: Call, upsert: bool) -> Response:
    query.check_args(call, _WRITE_ARGS)
    elements = shapes.elements_of(call, "Items", shapes.ITEM)

    def save(element: Json) -> Outcome:
        return _upsert(call, element) if upsert else save_item(call, element, None)

    return write_batch(call, "Items", "", elements, save)


def _upsert(call: Call, element: Json) -> Outcome:
    """By ItemID, else by Code. The refusal of an unknown ItemID is assumed."""
    books, item_id = call.organisation, element.get("ItemID", NO_ID)
    if item_id != NO_ID and item_id not in books.items:
        return Outcome(_refused(element, None), [f"Item with ItemID '{item_id}' could not be found"])
    return save_item(call, element, books.items.get(item_id) or books.item_at(element.get("Code", "")))


def _update_one(call: Call, key: str) -> Response:
    query.check_args(call, _WRITE_ARGS)
    elements = shapes.elements_of(call, "Items", shapes.ITEM, bare=True)
    item = _at(call, key)
    if len(elements) != 1:
        raise body_error("Exactly one element is expected")
    return write_batch(call, "Items", "", elements, lambda element: save_item(call, element, item))


def save_item(call: Call, element: Json, existing: Item | None) -> Outcome:
    base = existing or Item(NO_ID, "", call.now)
    item = replace(
        base,
        code=element.get("Code", base.code).strip(),
        name=kept(call, element.get("Name", base.name)),
        description=kept(call, element.get("Description", base.description)),
        purchase_description=element.get("PurchaseDescription", base.purchase_description),
        is_sold=element.get("IsSold", base.is_sold),
        is_purchased=element.get("IsPurchased", base.is_purchased),
        sales=base.sales | element.get("SalesDetails", {}),
        purchase=base.purchase | element.get("PurchaseDetails", {}),
        updated=call.now,
    )
    item = _with_defaults(call, item)
    errors = _errors(call, item)
    if errors:
        return Outcome(_refused(element, existing), errors)
    if existing is None:
        item = replace(item, item_id=call.ids.uuid())
    call.organisation.items[item.item_id] = item
    answer_row = row(call, item, dates.bare_stamp(item.updated)) | {"ValidationErrors": []}
    return Outcome(answer_row)


def _with_defaults(call: Call, item: Item) -> Item:
    """Prices are rounded, tax types come from the account, a side that is switched off is emptied."""
    sales = _details(call, item.sales, "AccountCode") if item.is_sold else {}
    purchase = _details(call, item.purchase, "COGSAccountCode" if "COGSAccountCode" in item.purchase else "AccountCode")
    return replace(item, sales=sales, purchase=purchase if item.is_purchased else {})


def _details(call: Call, details: Json, account_key: str) -> Json:
    details = dict(details)
    if "UnitPrice" in details:
        details["UnitPrice"] = rounded(details["UnitPrice"], call.unit_places)
    if details.get(account_key) and not details.get("TaxType"):
        details["TaxType"] = default_tax_type(call.organisation, details[account_key])
    return details


def _errors(call: Call, item: Item) -> list[str]:
    """Code rules, lengths, accounts and tax types. Only the taken code's wording is recorded."""
    errors = []
    if not item.code:
        errors.append("Price List Item Code must be specified")
    if len(item.code) > 30:
        errors.append("Price List Item Code must be 30 characters or fewer")
    same = call.organisation.item_at(item.code)
    if same and same.item_id != item.item_id:
        errors.append(f"Price List Item with Code '{item.code}' already exists")
    if len(item.name) > 50:
        errors.append("Price List Item Name must be 50 characters or fewer")
    if len(item.description) > 4000:
        errors.append("Price List Item Description must be 4000 characters or fewer")
    for details, key in (
        (item.sales, "AccountCode"),
        (item.purchase, "AccountCode"),
        (item.purchase, "COGSAccountCode"),
    ):
        errors += _detail_errors(call, details, key)
    return errors


def _detail_errors(call: Call, details: Json, key: str) -> list[str]:
    code, tax_type = details.get(key, ""), details.get("TaxType", "")
    if not code:
        return []
    problem = account_problem(call.organisation, code)
    if problem:
        return [problem]
    if tax_type and not applies(call.organisation, tax_type, code):
        return [f"The TaxType code '{tax_type}' cannot be used with account code '{code}'."]
    return []


def row(call: Call, item: Item, updated: str) -> Json:
    """Key order as recorded (facts §5.2); two decimals unless ``unitdp=4``."""
    texts: dict[str, str] = {"Description": item.description, "PurchaseDescription": item.purchase_description}
    head: Json = {"ItemID": item.item_id, "Code": item.code}
    head |= {key: text for key, text in texts.items() if text}
    head |= {
        "UpdatedDateUTC": updated,
        "PurchaseDetails": _at_places(call, item.purchase),
        "SalesDetails": _at_places(call, item.sales),
    }
    if item.name:
        head["Name"] = item.name
    return head | {"IsTrackedAsInventory": False, "IsSold": item.is_sold, "IsPurchased": item.is_purchased}


def _at_places(call: Call, details: Json) -> Json:
    if "UnitPrice" not in details:
        return details
    return details | {"UnitPrice": rounded(details["UnitPrice"], call.unit_places)}


def _refused(element: Json, existing: Item | None) -> Json:
    return element | {"ItemID": existing.item_id if existing else NO_ID}
