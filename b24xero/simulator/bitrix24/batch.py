"""``batch``: up to 50 commands in one request, later ones reading earlier results (facts §7.5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from b24xero.simulator.bitrix24.call import Answer, Call
from b24xero.simulator.bitrix24.wire import Json, RestError, items_of, query

MOST = 50
# In every value, after it was decoded (source §2.1).
_REFERENCE = re.compile(r"\$(result|next|total|time|error)((?:\[[^\[\]]*\])+)")

Run = Callable[[Call, str, dict[str, Any]], Answer]
# By their names in the answer: "result", "result_error", …
Sections = dict[str, dict[str, Json]]
Timing = Callable[[], dict[str, Json]]


def run_batch(call: Call, run: Run, timing: Timing) -> Answer:
    """Runs the commands in turn with ``run(call, method, params)``. ``halt`` stops at the first error."""
    commands = items_of(call.params.get("cmd") if isinstance(call.params.get("cmd"), (dict, list)) else [])
    if len(commands) > MOST:
        raise RestError("ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded")
    result: dict[str, Json] = {}
    sections: Sections = {"result_error": {}, "result_total": {}, "result_next": {}, "result_time": {}}
    named = {"result": result, **sections}
    left_behind: RestError | None = None
    for key, command in commands:
        try:
            answer = _command(call, str(command), named, run)
        except RestError as error:
            left_behind = left_behind or _exception(call, str(command), error)
            # It replaces code and words of every refusal that follows in this batch (source §1 #13).
            told = left_behind or error
            sections["result_error"][key] = told.body(whole_numbers=call.portal.settings.whole_numbers)
            if str(call.params.get("halt", 0)) not in ("0", "", "false", "False", "None"):
                break
            continue
        result[key] = answer.result
        for section, value in (("result_total", answer.total), ("result_next", answer.next)):
            if value is not None:
                sections[section][key] = value
        sections["result_time"][key] = timing()
    return Answer({"result": result, **sections})


def exception_of(call: Call, method: str, error: RestError) -> RestError | None:
    """What a refusal of old code becomes; None for all other methods."""
    if method != call.portal.settings.exceptions_of:
        return None
    return RestError("ERROR_CORE", error.description)


def _exception(call: Call, command: str, error: RestError) -> RestError | None:
    return exception_of(call, command.partition("?")[0].strip().lower(), error)


def _command(call: Call, command: str, sections: Sections, run: Run) -> Answer:
    method, _, text = command.partition("?")
    params = {name: _filled(value, sections) for name, value in query(text).items()}
    return run(call, method.strip().lower().removesuffix(".json"), params)


def _filled(value: Json, sections: Sections) -> Json:
    """``$result[a][items][0][id]`` replaced; a value that is one reference alone may become a whole list."""
    if isinstance(value, dict):
        return {key: _filled(item, sections) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, sections) for item in value]
    alone = _REFERENCE.fullmatch(str(value))
    if alone:
        return _found(alone, sections)
    return _REFERENCE.sub(lambda match: _as_text(_found(match, sections)), str(value))


def _found(reference: re.Match[str], sections: Sections) -> Json:
    """What the path leads to; a path that leads nowhere stops at the last part that exists, so that a missing id
    becomes the whole map or list (source §2.1)."""
    value: Json = sections[f"result_{reference[1]}" if reference[1] != "result" else "result"]
    for step in re.findall(r"\[([^\[\]]*)\]", reference[2]):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            break
    return "" if value is None else value


def _as_text(value: Json) -> str:
    """PHP's (string): true is 1, false is nothing, a map or list is the word Array."""
    if isinstance(value, (dict, list)):
        return "Array"
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)
