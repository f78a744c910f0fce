"""What a hit counts as, and why: decided here and in ``series`` alone, for served, reported and imported hits alike.

The first that holds of orphan, preview, bot, staff_test, impossible, duplicate, human. This module tells what the hit
itself gives away, ``series`` what the same visitor did around it.
"""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from o2o.codes.short import LENGTH, is_code
from o2o.collect.verdicts.agents import LIKELY, find_bot, find_preview, is_desktop
from o2o.collect.verdicts.hit import Hit, Signal
from o2o.collect.verdicts.marks import Mark
from o2o.collect.verdicts.remote import is_remote
from o2o.collect.verdicts.rules import Rules

RETIRED = "retired"
"""The reason of a scan since its touchpoint was taken out of use."""

CARD = "staff card"
AFTER_CARD = "after a staff card"
BEFORE_PLACED = "before it was placed"
"""The reasons of scans that say who is staff, and when a touchpoint was placed."""

REMOTE = "remote"
"""The note of a scan from where, or at a time when, nobody can have stood before the code."""


class Verdict(StrEnum):
    """What a hit counts as."""

    HUMAN = "human"
    PREVIEW = "preview"
    BOT = "bot"
    DUPLICATE = "duplicate"
    STAFF_TEST = "staff_test"
    IMPOSSIBLE = "impossible"
    ORPHAN = "orphan"


class Judgement(NamedTuple):
    """A verdict, its reason and what else is to be shown apart."""

    verdict: Verdict
    reason: str = ""
    note: str = ""


COUNTED = Judgement(Verdict.HUMAN)
"""What a scan counts as about which nothing else is known."""

_PREFETCH, _NO_LANGUAGE, _FLOOD = int(Signal.PREFETCH), int(Signal.NO_LANGUAGE), int(Signal.FLOOD)
_STAFF, _CARD = int(Signal.STAFF), int(Signal.CARD)


def judge_hit(hit: Hit, mark: Mark | None, rules: Rules) -> Judgement:
    """Return what a hit counts as, as far as the hit itself tells."""
    if mark is None:
        return Judgement(Verdict.ORPHAN, explain_unknown(hit.code))
    if mark.retired_at is not None and hit.scanned_at >= mark.retired_at:
        return Judgement(Verdict.ORPHAN, RETIRED)
    return _find_program(hit, rules) or _judge_phone(hit, mark, rules)


def explain_unknown(code: str) -> str:
    """Return why a text leads nowhere: ``misread`` when it is nearly a code, else ``unknown``."""
    return "misread" if len(code) == LENGTH and code.isalnum() and not is_code(code) else "unknown"


def _find_program(hit: Hit, rules: Rules) -> Judgement | None:
    if hit.signals & _PREFETCH:
        return Judgement(Verdict.PREVIEW, "prefetch")
    if hit.user_agent is None:
        return None
    return _tell_agent(hit.user_agent, bool(hit.signals & _NO_LANGUAGE), rules.likely_bots)


@lru_cache(maxsize=65_536)
def _tell_agent(user_agent: str, says_no_language: bool, likely_bots: bool) -> Judgement | None:
    if word := find_preview(user_agent):
        return Judgement(Verdict.PREVIEW, word)
    reason = find_bot(user_agent)
    # browsers name a language; that one doesn't is told only of those on which nobody scans a code
    if not reason and says_no_language and is_desktop(user_agent):
        reason = f"{LIKELY}: no language, no phone"
    if not reason or (reason.startswith(LIKELY) and not likely_bots):
        return None
    return Judgement(Verdict.BOT, reason)


def _judge_phone(hit: Hit, mark: Mark, rules: Rules) -> Judgement:
    period = mark.period_at(hit.scanned_at)
    if reason := _find_staff(hit, mark, period.placed_at if period else None):
        return Judgement(Verdict.STAFF_TEST, reason)
    if hit.signals & _FLOOD:
        return Judgement(Verdict.IMPOSSIBLE, "beyond the visitor's allowance")
    if period and period.store and is_remote(hit.scanned_at, hit.region, period.store, rules):
        return Judgement(Verdict.HUMAN, "", REMOTE)
    return COUNTED


def _find_staff(hit: Hit, mark: Mark, placed_at: int | None) -> str:
    if mark.is_card:
        return CARD
    if hit.signals & _CARD:
        return AFTER_CARD
    if hit.signals & _STAFF:
        return "staff phone"
    return BEFORE_PLACED if placed_at is not None and hit.scanned_at < placed_at else ""
