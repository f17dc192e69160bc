"""Who watches the simulated Xero: the vendor's own OpenAPI file and the vendor's own client library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import urllib3
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import HTTPStatusException
from xero_python.identity import IdentityApi

from tests.simulator.xero_books import SCOPE, Books, opened

SPEC = Path(__file__).parents[3] / "shared" / "xero-openapi" / "xero_accounting.yaml"
# The file's documented gaps: envelope and twin fields that it does not know. It allows further fields anyway.
READ = (
    ("Organisations", "Organisation", {}),
    ("Accounts", "Accounts", {"where": 'Status=="ACTIVE"'}),
    ("TaxRates", "TaxRates", {}),
    ("Currencies", "Currencies", {}),
    ("BrandingThemes", "BrandingThemes", {}),
    ("TrackingCategories", "TrackingCategories", {}),
    ("Contacts", "Contacts", {"page": "1", "includeArchived": "true", "pageSize": "1000"}),
    ("Contacts", "Contacts", {"summaryOnly": "true"}),
    ("Items", "Items", {}),
    ("Invoices", "Invoices", {"page": "1", "pageSize": "1000"}),
    ("Invoices", "Invoices", {"summaryOnly": "true"}),
    ("Invoices", "Invoices", {}),
    ("Payments", "Payments", {"page": "1"}),
    ("CreditNotes", "CreditNotes", {}),
)


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    with opened() as books:
        books.sign_in(scope=f"{SCOPE} accounting.payments")
        yield books


# -- the OpenAPI file -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def problems() -> Any:
    """Gives what is wrong with an answer by the vendor's schema of that name."""
    if not SPEC.exists():
        pytest.skip("the vendor's OpenAPI file is not here")
    yaml = pytest.importorskip("yaml")
    validators = pytest.importorskip("openapi_schema_validator")
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4

    contents = yaml.load(SPEC.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    registry = Registry().with_resource("urn:x", Resource(contents=contents, specification=DRAFT4))

    def of(schema: str, value: Any) -> list[str]:
        reference = {"$ref": f"urn:x#/components/schemas/{schema}"}
        found = validators.OAS30Validator(reference, registry=registry).iter_errors(value)
        return [f"{list(error.path)}: {error.message}"[:300] for error in found]

    return of


@pytest.mark.parametrize(("schema", "path", "query"), READ)
def test_lists_are_what_the_openapi_file_says(
    books: Books, problems: Any, schema: str, path: str, query: dict[str, str]
) -> None:
    answer = books.call("GET", path, **query)
    assert answer.status_code == 200
    assert answer.json()[schema]
    assert problems(schema, answer.json()) == []


def test_single_reads_and_writes_are_what_the_openapi_file_says(books: Books, problems: Any) -> None:
    number = books.put("Invoices", books.invoice())["InvoiceNumber"]
    books.control("pay", invoice=number, amount=5)
    books.control("credit", invoice=number, amount=5)
    for path in (f"Invoices/{number}", f"Contacts/{books.acme()}"):
        assert problems(path.split("/")[0], books.call("GET", path).json()) == []
    for name, element in (("Invoices", books.invoice()), ("Contacts", {"Name": "Nord"}), ("Items", {"Code": "OAR"})):
        answer = books.call("PUT", name, {name: [element]}, summarizeErrors="false")
        assert problems(name, answer.json()) == [], name


def test_refusals_are_what_the_openapi_file_says(books: Books, problems: Any) -> None:
    bad = books.invoice(CurrencyCode="EUR", LineItems=[{"Description": "x", "Quantity": 1, "AccountCode": "999"}])
    answer = books.call("PUT", "Invoices", {"Invoices": [bad]})
    assert problems("Error", answer.json()) == []
    answer = books.call("PUT", "Invoices", {"Invoices": [bad]}, summarizeErrors="false")
    assert problems("Invoices", answer.json()) == []
    answer = books.call("PUT", "Contacts", {"Contacts": [{"Name": "Marks & Marks + Partners"}]})
    assert answer.status_code == 400
    assert problems("Error", answer.json()) == []


# -- the client library -----------------------------------------------------------------------------------------


@pytest.fixture
def sdk(books: Books) -> Iterator[ApiClient]:
    """xero-python with a configuration of its own, no hidden retries and no renewal."""
    configuration = type.__call__(Configuration, oauth2_token=OAuth2Token())
    token = {"access_token": books.token, "scope": [], "expires_in": 1800, "token_type": "Bearer"}
    client = ApiClient(configuration, oauth2_token_getter=lambda: token)
    manager = client.rest_client.pool_manager
    manager.connection_pool_kw["retries"] = urllib3.Retry(0, redirect=0, raise_on_status=False)
    yield client
    manager.clear()


@pytest.fixture
def accounting(books: Books, sdk: ApiClient) -> AccountingApi:
    return AccountingApi(sdk, base_url=f"{books.base}/api.xro/2.0")


def test_xero_python_reads_every_list(books: Books, accounting: AccountingApi) -> None:
    tenant = books.tenant_id
    organisation = accounting.get_organisations(tenant, _request_timeout=60).organisations[0]
    assert (organisation.name, organisation.base_currency.value) == ("Harbour & Hill Joinery", "NZD")
    assert accounting.get_accounts(tenant, where='Class=="REVENUE"', _request_timeout=60).accounts
    assert accounting.get_tax_rates(tenant, _request_timeout=60).tax_rates[0].effective_rate == Decimal("12.5")
    assert {row.code.value for row in accounting.get_currencies(tenant, _request_timeout=60).currencies} == {
        "NZD", "USD", "AUD",
    }  # fmt: skip
    assert accounting.get_branding_themes(tenant, _request_timeout=60).branding_themes
    assert accounting.get_tracking_categories(tenant, _request_timeout=60).tracking_categories
    assert accounting.get_items(tenant, _request_timeout=60).items
    contacts = accounting.get_contacts(tenant, page=1, page_size=1000, include_archived=True, _request_timeout=60)
    assert len(contacts.contacts) == contacts.pagination.item_count
    since = datetime(2020, 1, 1, tzinfo=UTC)
    invoices = accounting.get_invoices(tenant, page=1, if_modified_since=since, _request_timeout=60).invoices
    assert isinstance(invoices[0].total, Decimal)
    assert accounting.get_invoice(tenant, invoices[0].invoice_id, _request_timeout=60).invoices[0].contact.name


def test_xero_python_writes_and_reads_back(books: Books, accounting: AccountingApi) -> None:
    body = {"Invoices": [books.invoice(Reference="By the library")]}
    made = accounting.create_invoices(
        books.tenant_id, body, summarize_errors=False, unitdp=4, idempotency_key="sdk-1", _request_timeout=60
    )
    invoice = made.invoices[0]
    assert (invoice.total, invoice.status, invoice.status_attribute_string) == (Decimal("24.15"), "AUTHORISED", "OK")
    voided = accounting.update_invoice(
        books.tenant_id, invoice.invoice_id, {"Invoices": [{"Status": "VOIDED"}]}, _request_timeout=60
    )
    assert voided.invoices[0].status == "VOIDED"


def test_xero_python_finds_the_first_message_of_a_refusal(books: Books, accounting: AccountingApi) -> None:
    body = {"Invoices": [books.invoice(CurrencyCode="EUR")]}
    with pytest.raises(HTTPStatusException) as refusal:
        accounting.create_invoices(books.tenant_id, body, summarize_errors=True, _request_timeout=60)
    assert "Organisation is not subscribed to currency EUR" in str(refusal.value)


def test_xero_python_lists_connections(books: Books, sdk: ApiClient) -> None:
    connections = IdentityApi(sdk, base_url=books.base).get_connections(_request_timeout=60)
    assert {connection.tenant_name for connection in connections} == {
        "Harbour & Hill Joinery", "Harbour & Hill Design Studio",
    }  # fmt: skip


def test_answers_are_json_numbers_with_a_decimal_point(books: Books) -> None:
    text = books.call("PUT", "Invoices", {"Invoices": [books.invoice()]}).text
    assert '"Quantity":2.0' in text
    assert '"LineAmount":21.0' in text
    assert json.loads(text, parse_float=Decimal)["Invoices"][0]["Total"] == Decimal("24.15")
