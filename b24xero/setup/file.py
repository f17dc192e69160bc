"""A set-up as a file: what stands in it, and what of it fits another portal or organisation. Pure.

Stages, tax rates and the account stand there with their names, for whoever reads the file, and because another portal
has other ids: what is not found by its id is looked for by its name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from b24xero.domain.books import Books
from b24xero.domain.invoice import Stage, VatRate, is_old
from b24xero.domain.rule_choices import NOT_TOLD, RuleChoices
from b24xero.domain.rules import Rule
from b24xero.domain.set_up import (
    CHOICES,
    LEAVE,
    STATUSES,
    TARGETS,
    SetUp,
    Stands,
    tolerance_of,
)
from b24xero.errors import Problem, Rejected, problem
from b24xero.setup import rules_file

KIND = "b24xero set-up"
VERSION = 1
LARGEST = 100_000  # bytes; a set-up of a hundred stages has about a tenth
_LONGEST = 255


@dataclass(frozen=True)
class SetUpFile:
    """What a file says. ``stages``: (id, name, target); ``statuses`` and ``old_statuses``: (status, stage id, name);
    ``taxes``: (key of a rate, its name, tax type, its name). ``organisation`` is whose set-up it was."""

    organisation: str
    stages: tuple[tuple[str, str, str], ...]
    statuses: tuple[tuple[str, str, str], ...]
    taxes: tuple[tuple[str, str, str, str], ...]
    account: tuple[str, str]
    options: Mapping[str, Any]
    old_statuses: tuple[tuple[str, str, str], ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """As much of it as fits here, and what does not."""

    set_up: SetUp
    problems: tuple[Problem, ...]


# -- writing ----------------------------------------------------------------------------------------------------------


def written(
    set_up: SetUp, organisation: str, stages: Sequence[Stage], rates: Iterable[VatRate], books: Books, now: datetime
) -> str:
    """The set-up as a file."""
    stage_names = {stage.id: stage.name for stage in stages}
    rate_names = {rate.key: rate.name for rate in rates}
    tax_names = {tax.type: tax.name for tax in books.tax_rates}
    account = books.account(set_up.sales_account)
    whole = {
        "kind": KIND,
        "version": VERSION,
        "exported_at": now.isoformat(timespec="seconds"),
        "organisation": organisation,
        "stages": [
            {"id": id, "name": stage_names.get(id, ""), "becomes": target} for id, target in set_up.stages.items()
        ],
        "statuses": _moves(set_up.statuses, stage_names),
        "old_statuses": _moves(set_up.old_statuses, stage_names),
        "taxes": [
            {"rate": key, "name": rate_names.get(key, ""), "tax_type": tax, "tax_name": tax_names.get(tax, "")}
            for key, tax in set_up.taxes.items()
        ],
        "sales_account": {"code": set_up.sales_account, "name": account.name if account else ""},
        "options": {
            **{name: getattr(set_up, name) for name in CHOICES},
            "tolerance": set_up.tolerance,
            "no_rows": set_up.no_rows,
            "missing_items": set_up.missing_items,
        },
        "rules": rules_file.written(set_up.rules),
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _moves(statuses: Mapping[Stands, str], names: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"status": status, "stage": id, "name": names.get(id, "")} for status, id in statuses.items()]


# -- reading ----------------------------------------------------------------------------------------------------------


def read(raw: bytes) -> SetUpFile:
    """Raises: Rejected, when it is none of ours, of another version, or larger than any."""
    if len(raw) > LARGEST:
        raise Rejected(problem("set_up_file_too_large", limit=LARGEST // 1000))
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Rejected(problem("set_up_file_unreadable")) from error
    if not isinstance(whole, dict) or whole.get("kind") != KIND:
        raise Rejected(problem("set_up_file_unreadable"))
    if whole.get("version") != VERSION:
        raise Rejected(problem("set_up_file_version", version=str(whole.get("version"))[:20], known=VERSION))
    account, options = whole.get("sales_account"), whole.get("options")
    account = account if isinstance(account, dict) else {}
    return SetUpFile(
        organisation=_text(whole, "organisation"),
        stages=tuple((_text(one, "id"), _text(one, "name"), _text(one, "becomes")) for one in _rows(whole, "stages")),
        statuses=_read_moves(whole, "statuses"),
        old_statuses=_read_moves(whole, "old_statuses"),
        taxes=tuple(
            (_text(one, "rate"), _text(one, "name"), _text(one, "tax_type"), _text(one, "tax_name"))
            for one in _rows(whole, "taxes")
        ),
        account=(_text(account, "code"), _text(account, "name")),
        options=options if isinstance(options, dict) else {},
        rules=rules_file.read(_rows(whole, "rules")),
    )


def _read_moves(whole: Mapping[str, Any], name: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((_text(one, "status"), _text(one, "stage"), _text(one, "name")) for one in _rows(whole, name))


def _rows(whole: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    listed = whole.get(name)
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value[:_LONGEST] if isinstance(value, str) else ""


# -- fitting ----------------------------------------------------------------------------------------------------------


def fitted(
    file: SetUpFile, stages: Sequence[Stage], rates: Iterable[VatRate], books: Books, choices: RuleChoices = NOT_TOLD
) -> Fitted:
    """What the file means here. What is gone is left open and told, never replaced by a guess.

    Args:
        stages: those of both kinds of invoices.
        choices: what rules may go by.
    """
    found: list[Problem] = []
    here, rate_keys = _Stages(stages, found), {rate.key for rate in rates}
    targets = {
        stage: target for id, name, target in file.stages if target in TARGETS and (stage := here.find(id, name))
    }
    moves, old_moves = (_moves_here(listed, here) for listed in (file.statuses, file.old_statuses))
    taxes = {row[0]: tax for row in file.taxes if (tax := _tax(row, rate_keys, books, found))}
    account = _account(*file.account, books, found)
    options = _options(file.options, rate_keys, found)
    rules = rules_file.fitted(file.rules, choices, books, found)
    return Fitted(SetUp(targets, moves, taxes, account, old_statuses=old_moves, rules=rules, **options), tuple(found))


def _moves_here(listed: Iterable[tuple[str, str, str]], here: _Stages) -> dict[Stands, str]:
    return {status: here.move(id, name) for status, id, name in listed if status in STATUSES}


class _Stages:
    """The portal's stages, found by id, else by name among those of their kind; each that is not there is told once.

    A portal gives its own old statuses one letter each, so that of another portal means something else: such a one has
    to have the name as well.
    """

    def __init__(self, stages: Sequence[Stage], found: list[Problem]) -> None:
        self._known = {stage.id: stage for stage in stages}
        self._by_name = {(is_old(stage.id), stage.name.casefold()): stage.id for stage in reversed(stages)}
        self._found = found

    def find(self, id: str, name: str) -> str:
        here = self._known.get(id)
        if not (id or name) or (here and (here.system or not is_old(id) or here.name.casefold() == name.casefold())):
            return id
        by_name = self._by_name.get((is_old(id), name.casefold()), "")
        told = problem("file_stage_by_name" if by_name else "file_stage_gone", stage=name or id)
        if told not in self._found:
            self._found.append(told)
        return by_name

    def move(self, id: str, name: str) -> str:
        return LEAVE if id == LEAVE else self.find(id, name) or LEAVE


def _tax(row: tuple[str, str, str, str], keys: Iterable[str], books: Books, found: list[Problem]) -> str:
    """The tax type here. Another organisation may give the same type to another rate, so its name or its percentage
    has to agree; else the rate of the same name is taken."""
    key, name, tax_type, tax_name = row
    if key not in keys:
        found.append(problem("file_rate_gone", rate=name or key))
        return ""
    percent = Decimal(0 if key == "none" else key)
    live = [(tax, tax.name.casefold() == tax_name.casefold()) for tax in books.live_tax_rates]
    same = [tax.type for tax, named in live if tax.type == tax_type and (named or tax.rate == percent)]
    fitting = same or [tax.type for tax, named in live if named]
    if not fitting:
        found.append(problem("file_tax_gone", tax=tax_name or tax_type, rate=name or key))
    return fitting[0] if fitting else ""


def _account(code: str, name: str, books: Books, found: list[Problem]) -> str:
    if code in {account.code for account in books.live_accounts}:
        return code
    if code:
        found.append(problem("file_account_gone", code=code, name=name))
    return ""


def _options(options: Mapping[str, Any], rate_keys: Iterable[str], found: list[Problem]) -> dict[str, Any]:
    """Each choice that may be chosen; the usual one stands in for any other, and for what the file leaves out."""
    wrong = [name for name, allowed in CHOICES.items() if name in options and options[name] not in allowed]
    kept = {name: options[name] for name in CHOICES if name in options and name not in wrong}
    if "tolerance" in options and (amount := tolerance_of(_text(options, "tolerance"))) is not None:
        kept["tolerance"] = str(amount)
    elif "tolerance" in options:
        wrong.append("tolerance")
    if options.get("no_rows", "") in ("", *rate_keys):
        kept["no_rows"] = options.get("no_rows", "")
    else:
        wrong.append("no_rows")
    kept["missing_items"] = options.get("missing_items") is True
    found += [problem("file_option_unknown", option=name) for name in wrong]
    return kept
