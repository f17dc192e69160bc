"""The arithmetic of a vendor's limits: whether a call may leave now, and what an answer teaches. Pure.

Moments are seconds since 1970, because dozens of them are read and written with each call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

DAY = 86_400.0
# Of the minute's calls and of the calls at once a run leaves some to presses; of the day's calls this part (Xero facts
# §6.1: pause background work below about 20 %).
KEPT_OF_DAY = 5
KEPT_OF_WINDOW = 6
# How soon to ask again whether a place has come free while all of them are under way.
LOOK_AGAIN = 0.1
# Nobody said when the day is over: a run looks again after an hour; a press asks the vendor itself, once a minute.
PROBE_OF_RUN = 3600.0
PROBE_OF_PRESS = 60.0
# Answers overtake each other within a minute, and by no more than the calls that are under way together.
OVERTAKING, OVERTAKEN_WITHIN = 10, 60.0
# Waits that double: one that begins so soon after the last one is its continuation.
CONTINUES = 30.0


@dataclass(frozen=True)
class Said:
    """What an answer says of the vendor's limits, in words that no vendor spells; None: nothing.

    ``refused``: "" (it was not), "minute", "day", "together" (too many at once), "rate" (too fast), or "method"
    (``methods`` have used their time up). ``seconds``: how long the vendor asks to wait.
    """

    minute_left: int | None = None
    day_left: int | None = None
    refused: str = ""
    seconds: float | None = None
    methods: tuple[str, ...] = ()


class NotNow(Exception):
    """No place for this call soon. ``why``: "busy", "day" (used up), "kept" (what is left is for presses) or "method".

    ``sure``: whether ``seconds`` is known, or only when it is worth looking again. ``ours``: it is our own limit that
    is reached, the vendor has refused nothing.
    """

    def __init__(self, why: str, seconds: float, *, sure: bool = True, ours: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.seconds = seconds
        self.sure = sure
        self.ours = ours


@dataclass(frozen=True)
class Rules:
    """At most ``calls`` in any ``window`` seconds, ``together`` of them under way at once (0: any number).

    ``days``: how many calls a day the vendor's plans allow, smallest first; empty: it does not count days. ``drains``:
    in place of a window a bucket that holds ``calls`` and loses so many a second, as Bitrix24's own (facts §7.1).
    ``slack``: so many are never used, because calls may arrive closer together than they left.
    """

    calls: int
    window: float
    together: int = 0
    days: tuple[int, ...] = ()
    drains: float = 0.0
    slack: int = 0

    def calls_for(self, run: bool) -> int:
        kept = max(self.slack, self.calls // KEPT_OF_WINDOW) if run else self.slack
        return max(1, self.calls - kept)

    def together_for(self, run: bool) -> int:
        return max(1, self.together - 1) if run else self.together


@dataclass(frozen=True)
class Today:
    """The day's calls as people are told: ``kept`` is what runs leave; ``renews`` at the latest, 0 unknown."""

    limit: int
    left: int
    kept: int
    renews: float

    @property
    def used(self) -> int:
        return self.limit - self.left


@dataclass
class Budget:
    """What is known of one portal or organisation.

    ``recent``: when calls were over that still count; ``level``: how full the bucket was at ``level_at``;
    ``under_way``: place → when its holder is given up. ``closed``: until when the vendor wants no call, ``closed_for``
    how long that was; ``parked``: the same by method. ``day_left``: what the vendor said at ``heard``, of ``day_limit``
    (a plan's figure, 0 unknown); ``renews``: when the day begins anew at the latest, 0 unknown; ``probed``: when
    somebody last asked although all is used up.
    """

    recent: list[float] = field(default_factory=list)
    level: float = 0.0
    level_at: float = 0.0
    under_way: dict[str, float] = field(default_factory=dict)
    closed: float = 0.0
    closed_for: float = 0.0
    parked: dict[str, float] = field(default_factory=dict)
    day_left: int | None = None
    day_limit: int = 0
    renews: float = 0.0
    heard: float = 0.0
    probed: float = 0.0

    def today(self, now: float) -> Today | None:
        """None while nothing is known: nothing was heard, or what was heard is of a day that is over."""
        if self.day_left is None or self._day_is_over(now):
            return None
        return Today(self.day_limit, self.day_left, self.day_limit // KEPT_OF_DAY, self.renews)

    def _day_is_over(self, now: float) -> bool:
        return bool(self.renews and self.renews <= now) or self.heard + DAY <= now

    # -- before a call ------------------------------------------------------------------------------------------------

    def take(
        self, rules: Rules, now: float, place: str, *, run: bool, seconds: float, methods: Iterable[str] = ()
    ) -> NotNow | None:
        """Take a place for a call of at most ``seconds``, or tell why not. Without ``rules.together`` a call counts
        from its beginning, else from its end, since only then it is known that the vendor has counted it."""
        self._let_go(rules, now)
        hindered = self._parked(now, methods) or self._day_over(now, run) or self._closed(now)
        hindered = hindered or self._full(rules, now, run)
        if hindered:
            return hindered
        if self.day_left == 0:
            self.probed = now
        if rules.drains:
            self.level += 1
        elif rules.together:
            self.under_way[place] = now + seconds
        else:
            self.recent.append(now)
        return None

    def _let_go(self, rules: Rules, now: float) -> None:
        """Forget what no longer counts. A call whose holder is gone may have left until its last second."""
        for place in [place for place, until in self.under_way.items() if until <= now]:
            self.recent.append(self.under_way.pop(place))
        self.recent = [at for at in self.recent if at + rules.window > now]
        if rules.drains:
            drained = max(0.0, now - self.level_at) * rules.drains
            self.recent, self.level, self.level_at = [], max(0.0, self.level - drained), now
        self.parked = {method: until for method, until in self.parked.items() if until > now}
        if self._day_is_over(now):
            self.day_left, self.renews = None, 0.0

    def _parked(self, now: float, methods: Iterable[str]) -> NotNow | None:
        until = max((self.parked.get(method, 0.0) for method in methods), default=0.0)
        return NotNow("method", until - now) if until else None

    def _day_over(self, now: float, run: bool) -> NotNow | None:
        """A run stops at what is kept for presses. A press finds out by asking, now and then, even when all is used up:
        the plan may have been changed meanwhile."""
        if self.day_left is None or self.day_left > (self.day_limit // KEPT_OF_DAY if run else 0):
            return None
        why = "kept" if self.day_left else "day"
        if run:
            unknown = self.heard + PROBE_OF_RUN
            if not self.renews and unknown <= now:
                return None
            return NotNow(why, (self.renews or unknown) - now, sure=bool(self.renews))
        if self.probed + PROBE_OF_PRESS <= now:
            return None
        return NotNow(why, (self.renews or now + PROBE_OF_RUN) - now, sure=bool(self.renews))

    def _closed(self, now: float) -> NotNow | None:
        return NotNow("busy", self.closed - now) if self.closed > now else None

    def _full(self, rules: Rules, now: float, run: bool) -> NotNow | None:
        if rules.drains:
            over = self.level + 1 - rules.calls_for(run)
            return NotNow("busy", over / rules.drains, ours=True) if over > 0 else None
        if rules.together and len(self.under_way) >= rules.together_for(run):
            return NotNow("busy", LOOK_AGAIN, ours=True)
        too_many = len(self.recent) + len(self.under_way) - rules.calls_for(run) + 1
        if too_many <= 0:
            return None
        if too_many > len(self.recent):
            return NotNow("busy", LOOK_AGAIN, ours=True)
        return NotNow("busy", sorted(self.recent)[too_many - 1] + rules.window - now, ours=True)

    # -- after a call -------------------------------------------------------------------------------------------------

    def end(self, rules: Rules, now: float, place: str, said: Said) -> None:
        if rules.together:
            self.under_way.pop(place, None)
            self.recent.append(now)
        if said.refused:
            self._refused(said, now)
        if said.day_left is not None and said.refused != "day":
            self._day(rules, said.day_left, now)
        if said.minute_left is not None and rules.calls and not said.refused:
            self._minute(rules, said.minute_left, now)

    def _minute(self, rules: Rules, left: int, now: float) -> None:
        """Fewer are left than we think: somebody else calls, too (another installation, another app of the same id).
        What they took counts from now on, because nobody says when their window opened."""
        self._let_go(rules, now)
        free = rules.calls - len(self.recent) - len(self.under_way)
        self.recent += [now] * max(0, free - left)

    def _day(self, rules: Rules, left: int, now: float) -> None:
        """A window of a day opens with the first call after the last one closed. More left than before: a new one has
        opened since, and it ends in a day at the latest; the plan may have changed, too."""
        plan = next((plan for plan in rules.days if plan > left), max(left, *rules.days, 0))
        slack = OVERTAKING if now < self.heard + OVERTAKEN_WITHIN else 0
        renewed = self.day_left is not None and left > self.day_left + slack
        self.day_limit = plan if renewed else max(plan, self.day_limit)
        if renewed or (self.day_left is None and left == self.day_limit - 1):
            self.renews = now + DAY
        self.day_left = left if renewed or self.day_left is None else min(left, self.day_left)
        self.heard = now

    def _refused(self, said: Said, now: float) -> None:
        if said.refused == "day":
            self.day_left, self.heard, self.probed = 0, now, now
            self.renews = now + said.seconds if said.seconds else 0.0
        elif said.refused == "method":
            self.parked |= dict.fromkeys(said.methods, now + (said.seconds or 0.0))
        else:
            self.closed_for = said.seconds if said.seconds is not None else self._longer(now)
            self.closed = max(self.closed, now + self.closed_for)

    def _longer(self, now: float) -> float:
        """1, 2, 4, 8 … seconds while refusals follow each other (Bitrix24 facts §7.1), half a minute at most."""
        if self.closed > now:
            return self.closed_for
        return min(self.closed_for * 2, 32.0) if self.closed and now < self.closed + CONTINUES else 1.0
