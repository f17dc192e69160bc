"""How a contact that was made without an address gets it, once somebody presses to whom Bitrix24 shows it."""

from __future__ import annotations

import logging

from b24xero.contacts import links
from b24xero.contacts.resolve import Customers
from b24xero.domain.invoice import Customer
from b24xero.errors import Forbidden, NotFound, OutcomeUnknown, Rejected, RetryLater
from b24xero.writes import intents
from b24xero.writes.intents import Write
from b24xero.xero import payload

log = logging.getLogger(__name__)


def complete(customers: Customers, customer: Customer, contact_id: str) -> None:
    """Nothing is asked or written unless the address lacks in Xero because of us. What stands there by now stays. The
    invoice does not wait for it: what goes wrong is tried again with the next press.

    Raises:
        Disconnected: no live Xero login.
    """
    if customer.address_hidden or not links.lacking(customers.organisation, [customer]):
        return
    try:
        done = _has_address(customers, contact_id) or _written(customers, customer, contact_id)
    except (Forbidden, NotFound, OutcomeUnknown, Rejected, RetryLater) as error:
        log.warning("address not completed contact=%s error=%s", contact_id, error)
        return
    if done:
        links.completed_address(customers.organisation, customer)


def _has_address(customers: Customers, contact_id: str) -> bool:
    """Also after a write whose answer nobody heard, which is over with it."""
    contact = customers.xero.contact(contact_id)
    return contact is None or contact.has_address


def _written(customers: Customers, customer: Customer, contact_id: str) -> bool:
    """Whether nothing is left to do; False while somebody else is at it."""
    addresses = payload.contact_body(customer).get("Addresses")
    if not addresses:
        return True
    body = {"Addresses": addresses}
    subject = f"{customer.number} address"  # beside the one write that creates it
    intent = intents.begin(
        customers.organisation, customers.user, Write("contact", "update", subject, body), customers.claim
    )
    if intent is None:
        intent = intents.open_of(customers.organisation, "contact", subject)
        if intent is None or not intents.take(intent, customers.claim):
            return False
    with intents.sending([intent]) as vendor:
        vendor.answers(lambda: customers.xero.update_contact(contact_id, body, intent.key, customers.about))
        intents.settle([intent], "done", contact_id)
    return True
