"""Where each value of the preview comes from: the set-up, an item of Xero, the contact."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from b24xero.domain.books import Account
from b24xero.domain.invoice import LineItem, tax_key
from b24xero.domain.rules import Rule
from b24xero.push.case import NOT_LINKED
from b24xero.push.preview import Preview
from b24xero.web.common import formats, labels
from b24xero.web.common.look import StatusLook
from b24xero.web.preview.lines import STATUS_OF
from b24xero.xero import content, dimensions, item_defaults


@dataclass(frozen=True)
class Source:
    """Where a value comes from. ``anchor``: the part of Set-up that says so; ``status``: the value is that one."""

    words: str
    value: str
    anchor: str = ""
    status: StatusLook = ""


def sources_of(found: Preview) -> list[Source]:
    invoice, set_up = found.invoice, found.set_up
    stage = invoice.stage_name or invoice.stage
    target = set_up.stages.get(invoice.stage, "")
    account = found.books.account(set_up.sales_account)
    name = f"{set_up.sales_account} · {account.name}" if account else set_up.sales_account
    return [
        _contact(found),
        Source(gettext("Status, from stage %(stage)s", stage=stage), str(labels.TARGETS.get(target, "–")), "statuses",
               STATUS_OF.get(target, "none")),
        *([Source(gettext("Sales account"), name or "–", "accounts")] if _needs_set_up(found) else []),
        *_of_rules(found),
        *_of_items(found),
        *_taxes(found),
        Source(gettext("Number, from Bitrix24"), invoice.number or "–")
        if set_up.number == "bitrix24"
        else Source(gettext("Number"), gettext("Xero’s next number"), "accounts"),
        Source(gettext("Date, from Bitrix24"), formats.day(invoice.date)),
        *_due(found),
    ]  # fmt: skip


def _contact(found: Preview) -> Source:
    contact = found.contact
    if contact.id == NOT_LINKED:
        words = gettext("Contact, looked for in Xero when it is written, else created")
        return Source(words, contact.name or "–")
    day = formats.day(contact.linked_at.date()) if contact.linked_at else ""
    return Source(gettext("Contact, linked on %(day)s", day=day), contact.name)


def _needs_set_up(found: Preview) -> bool:
    ruled = dimensions.of(found.invoice, found.set_up, found.books)
    return dimensions.need_sales_account(found.invoice, found.set_up, found.books, ruled)


def _of_rules(found: Preview) -> list[Source]:
    """What rules say of tracking, theme and account: each rule once, with the lines that it decides where these are
    not all."""
    ruled = dimensions.of(found.invoice, found.set_up, found.books)
    lines = found.written.lines if found.written else ()
    sources = []
    for rule in found.set_up.rules:
        numbers = [n for n, line in enumerate(lines, start=1) if rule in ruled.of(line.row_id).by.values()]
        if numbers or rule is ruled.whole.theme:
            words = gettext("%(what)s, by the rule “%(rule)s”", what=_what(rule), rule=_asked(rule))
            if numbers and len(numbers) < len(lines):
                listed = ", ".join(map(str, numbers))
                words += ngettext(" (line %(lines)s)", " (lines %(lines)s)", len(numbers), lines=listed)
            sources.append(Source(words, _leads_to(rule, found), "rules"))
    return sources


def _what(rule: Rule) -> str:
    if rule.then == "tracking":
        return rule.category_name or gettext("Tracking")
    return gettext("Branding theme") if rule.then == "theme" else gettext("Sales account")


def _asked(rule: Rule) -> str:
    return ": ".join(filter(None, (rule.field_name, rule.value_name or rule.value)))


def _leads_to(rule: Rule, found: Preview) -> str:
    """By its name in Xero now."""
    if rule.then == "account":
        account = found.books.account(rule.to)
        return f"{rule.to} · {account.name}" if account else rule.to_name or rule.to
    if rule.then == "theme":
        theme = found.books.theme(rule.to)
        return theme.name if theme else rule.to_name or rule.to
    category = found.books.category(rule.category)
    option = category.option(rule.to) if category else None
    return option.name if option else rule.to_name or rule.to


def _item_account(row: LineItem, found: Preview) -> Account | None:
    """Its item's account, where its line is written under it; one of before it was known keeps the set-up's."""
    account = item_defaults.own_account(row, found.set_up, found.books)
    lines = found.written.lines if found.written else ()
    written = next((line.account for line in lines if line.row_id == row.id), None)
    return account if account and written in (None, account.code) else None


def _of_items(found: Preview) -> list[Source]:
    """Sales accounts and tax rates that go before the set-up's because a product's item has them, each item once."""
    sources: dict[tuple[str, str], Source] = {}
    for row in found.invoice.line_items:
        read = {"code": row.item_code, "day": formats.day(row.item_read_at.date()) if row.item_read_at else ""}
        if account := _item_account(row, found):
            words = gettext("Sales account of the item %(code)s, read on %(day)s", **read)
            sources[row.item_code, "account"] = Source(words, f"{account.code} · {account.name}")
        rate = item_defaults.own_tax_rate(row, found.books)
        if rate and rate.type != found.set_up.taxes.get(tax_key(row.tax_rate)):
            words = gettext("Tax rate of the item %(code)s, read on %(day)s", **read)
            sources[row.item_code, "tax"] = Source(words, rate.name)
    return list(sources.values())


def _taxes(found: Preview) -> list[Source]:
    """Each tax rate of the lines that the set-up leads to, with the portal's rates that lead to it."""
    sources = []
    mapped = set(found.set_up.taxes.values())
    keys = {line.tax_type: line for line in (found.written.lines if found.written else ()) if line.tax_type in mapped}
    for tax_type in keys:
        rate = found.books.tax_rate(tax_type)
        ours = [formats.percent(key) for key, mapped in found.set_up.taxes.items() if mapped == tax_type]
        words = gettext("Tax, from %(rates)s", rates=", ".join(ours))
        sources.append(Source(words, rate.name if rate else tax_type, "taxes"))
    return sources


def _due(found: Preview) -> list[Source]:
    due_date = content.sent(found.written.body).due_date if found.written else None
    if due_date is None:
        return []
    due = formats.day(due_date)
    if found.invoice.due_date:
        return [Source(gettext("Due date, from Bitrix24"), due)]
    return [Source(gettext("Due date, %(rule)s", rule=labels.DUE_RULES[found.set_up.due_rule]), due, "accounts")]
