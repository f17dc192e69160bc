"""The words that columns may hold: kinds, states, actions and outcomes, so that a typo is found before it is stored."""

from __future__ import annotations

from typing import Literal

# -- one remote write -------------------------------------------------------------------------------------------------

IntentKind = Literal["invoice", "contact", "item", "product", "price", "stage"]
IntentAction = Literal["create", "update"]
# planned: not sent yet. unclear: it may have landed, so it is looked for before anything is sent again.
IntentState = Literal["planned", "sent", "unclear", "done", "refused"]
# What a write of an invoice that Xero took came to.
Landed = Literal["created", "updated", "voided", "deleted"]

# -- one background run -----------------------------------------------------------------------------------------------

# sheet: a month-end sheet is made, which writes nothing to either system.
RunKind = Literal["push", "pull", "items", "find", "link", "sheet"]
# closed: its person did not come back for a day. failed: it broke several times, and nobody carries it on.
RunState = Literal["queued", "running", "waiting", "finished", "stopped", "closed", "failed"]
# A run that waits does so for its person's login at one of the systems, or for a moment.
WaitsFor = Literal["xero", "bitrix24", "time"]

# -- what happened to one invoice or product --------------------------------------------------------------------------

# What was pressed: a run, or a single press; "product" is one that was added to both catalogues.
EntryKind = Literal["push", "pull", "items", "find", "link", "sheet", "product"]
# found: it stood in the other system already, though nothing was remembered of it.
Outcome = Literal["created", "found", "updated", "unchanged", "moved", "linked", "skipped", "rejected", "failed"]
# What "Find in Xero" counts of invoices, of which it makes no entry each.
FoundCount = Literal["sure", "review", "missing"]
# What a month-end sheet counts of invoices: they agree or they are apart.
SheetCount = Literal["agreeing", "apart"]
# What was not refused but waits for somebody's answer; kept among the rejected, and told by its problem.
Asked = Literal["asked"]
Counted = Outcome | Asked | FoundCount | SheetCount
# open: not looked for yet. declined: a person said that this pair is none.
FoundState = Literal["open", "sure", "review", "declined"]

# -- what a check of Health says ---------------------------------------------------------------------------------------

# see_to: it works, and will not for ever or not for everybody; unknown: not looked at, which is no good sign either,
# and none that anybody is woken for.
CheckState = Literal["well", "see_to", "broken", "unknown"]

# -- sign-ins ---------------------------------------------------------------------------------------------------------

SessionKind = Literal["browser", "frame"]
AccessEventKind = Literal["signed_in", "signed_out", "ended", "refused"]
# Why a session ended: "" as long as it has not, or by its time.
EndReason = Literal["", "replaced", "signed_out", "own", "admin", "bitrix24", "dismissed", "uninstalled", "restored"]
