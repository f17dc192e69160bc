"""The way of a call through api.xro/2.0: gate, limits, idempotency, resource, form of the answer."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from b24xero.simulator.xero import contacts, credit_notes, invoices, items, payments, settings
from b24xero.simulator.xero.answers import Call, Refused, as_xml, not_found, plain
from b24xero.simulator.xero.gate import Gate
from b24xero.simulator.xero.idempotency import Idempotency
from b24xero.simulator.xero.limits import Limiter
from b24xero.simulator.xero.state import Organisation

_RESOURCES: dict[str, Callable[[Call, list[str]], Response]] = {
    "organisation": settings.organisation,
    "accounts": settings.accounts,
    "taxrates": settings.tax_rates,
    "currencies": settings.currencies,
    "brandingthemes": settings.branding_themes,
    "trackingcategories": settings.tracking_categories,
    "contacts": contacts.answer,
    "items": items.answer,
    "invoices": invoices.answer,
    "payments": payments.answer,
    "creditnotes": credit_notes.answer,
}


class Api:
    """The accounting API of every organisation."""

    def __init__(
        self, gate: Gate, limiter: Limiter, idempotency: Idempotency, new_call: Callable[[Request, Organisation], Call]
    ) -> None:
        self.gate = gate
        self.limiter = limiter
        self.idempotency = idempotency
        self.new_call = new_call

    def __call__(self, request: Request, rest: list[str]) -> Response:
        """Authentication first, then the limits, then the idempotency key (facts §6.1), then the resource."""
        access = self.gate.bearer(request, self.limiter.now())
        call = self.new_call(request, self.gate.organisation(request, access))
        self.gate.scope(request, access, rest)
        tenant_id = call.organisation.tenant_id
        response = self.limiter.enter(tenant_id, request)
        if response is None:
            response = self.idempotency.answer(request, lambda: _execute(call, rest))
        self.limiter.write_headers(response, tenant_id)
        return response


def _execute(call: Call, rest: list[str]) -> Response:
    try:
        resource = _RESOURCES.get(rest[0].lower()) if rest else None
        if resource is None:
            raise not_found()
        response = _in_form(call, lambda: resource(call, rest[1:]))
    except Refused as refused:
        response = refused.response
    return as_xml(response) if _wants_xml(call.request, response) else response


def _in_form(call: Call, answer: Callable[[], Response]) -> Response:
    """406 for a form that no resource has; PDF is only known to a single invoice."""
    accept = call.request.headers.get("Accept", "")
    known = ("json", "xml", "*/*", "pdf", "octet-stream")
    if accept and not any(kind in accept for kind in known):
        raise plain(406)
    response = answer()
    if "json" not in accept and "pdf" in accept and "json" in (response.content_type or ""):
        raise plain(406)
    return response


def _wants_xml(request: Request, response: Response) -> bool:
    """XML unless JSON is asked for by name (facts §2)."""
    return "json" in (response.content_type or "") and "json" not in request.headers.get("Accept", "")
