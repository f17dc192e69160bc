"""The /Contacts endpoints (facts §5.1)."""

from __future__ import annotations

from dataclasses import replace

from werkzeug.wrappers import Response

from b24xero.simulator.xero import contact_rows, contact_rules, query, shapes
from b24xero.simulator.xero.answers import Call, Outcome, body_error, by_verb, envelope, not_found, write_batch
from b24xero.simulator.xero.records import NO_ID, Contact, Json

_LIST_ARGS = ("where", "order", "IDs", "page", "pageSize", "includeArchived", "summaryOnly", "searchTerm")
_WRITE_ARGS = ("summarizeErrors",)
_SEARCHED = ("FirstName", "LastName", "ContactNumber", "EmailAddress")


def answer(call: Call, rest: list[str]) -> Response:
    if len(rest) > 1:
        raise not_found()
    return by_verb(call, rest, one=_one, several=_list, update_one=_update_one, write=_write)


def _list(call: Call) -> Response:
    query.check_args(call, _LIST_ARGS)
    contacts = list(_candidates(call))
    contacts = query.select(call, contacts, "Contact", query.CONTACT)
    contacts, block = query.page_of(call, contacts)
    row = contact_rows.summary if query.is_true(call, "summaryOnly") else contact_rows.listed
    return envelope(call, "Contacts", [row(contact) for contact in contacts], block)


def _candidates(call: Call) -> list[Contact]:
    """Archived contacts are left out unless asked for, ids or not."""
    contacts = sorted(call.organisation.contacts.values(), key=lambda contact: contact.contact_id)
    if not query.is_true(call, "includeArchived"):
        contacts = [contact for contact in contacts if contact.status != "ARCHIVED"]
    ids = query.listed_ids(call, "IDs")
    if ids is not None:
        contacts = [contact for contact in contacts if contact.contact_id in ids]
    term = call.args.get("searchTerm", "")
    if term:
        contacts = [contact for contact in contacts if query.matches(term, _searched(contact))]
    return contacts


def _searched(contact: Contact) -> list[str]:
    return [contact.name, *(contact.texts.get(name, "") for name in _SEARCHED)]


def _one(call: Call, key: str) -> Response:
    query.check_args(call, ())
    contact = call.organisation.contact_at(key)
    if contact is None:
        raise not_found()
    row = contact_rows.full(contact) | {"HasAttachments": False}
    if contact.is_customer:
        row["Balances"] = contact_rows.balances(call.organisation, contact)
    return envelope(call, "Contacts", [row])


def _write(call: Call, upsert: bool) -> Response:
    query.check_args(call, _WRITE_ARGS)
    elements = shapes.elements_of(call, "Contacts", shapes.CONTACT)

    def save(element: Json) -> Outcome:
        return save_contact(call, element, matching(call, element) if upsert else None)

    return write_batch(call, "Contacts", "HasValidationErrors", elements, save)


def _update_one(call: Call, key: str) -> Response:
    query.check_args(call, _WRITE_ARGS)
    elements = shapes.elements_of(call, "Contacts", shapes.CONTACT, bare=True)
    contact = call.organisation.contact_at(key)
    if contact is None:
        raise not_found()
    if len(elements) != 1:
        raise body_error("Exactly one element is expected")
    return write_batch(
        call, "Contacts", "HasValidationErrors", elements, lambda element: save_contact(call, element, contact)
    )


def matching(call: Call, element: Json) -> Contact | None:
    """Whom an upsert means: ContactID, then ContactNumber, then the name among the active (facts §5.1).

    An unknown ContactID refuses the whole request with a 404.
    """
    books = call.organisation
    contact_id = element.get("ContactID", NO_ID)
    if contact_id != NO_ID:
        if contact_id not in books.contacts:
            raise not_found()
        return books.contacts[contact_id]
    found = books.contact_numbered(element.get("ContactNumber", ""))
    return found or books.active_contact_named(contact_rules.tidy(element.get("Name", "")))


def save_contact(call: Call, element: Json, existing: Contact | None) -> Outcome:
    contact, errors = contact_rules.merged(call, element, existing)
    if errors:
        return Outcome(contact_rows.refused(element, existing), errors)
    if existing is None:
        contact = replace(contact, contact_id=call.ids.uuid())
    call.organisation.contacts[contact.contact_id] = contact
    return Outcome(contact_rows.full(contact))
