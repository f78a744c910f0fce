"""What shall be printed, and what is said of that which can't be."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from o2o.subjects import DEFAULT_CARRIERS, Carrier, Kind

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """What shall be printed: whose, of which store and day, on which template, with which words instead of its own.

    ``subject_ids`` are products for tags, people for badges, places for signage. ``skus`` and ``barcodes`` name
    products too: those of the tags, or those that signage shows. ``categories`` are paths such as 食品/乳品, and keep
    of the products those below them. The Digital Links of products name the ``lot`` and the ``serial`` number, if they
    are given. ``copies`` says how often those are printed that are not printed once; ``as_named`` that they come in the
    order in which they are named, not in that of a walk.
    """

    store_id: str | None
    on: date | None = None
    subject_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    barcodes: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    carrier: Carrier | None = None
    campaign_id: str | None = None
    lot: str = ""
    serial: str = ""
    template: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    copies: Mapping[str, int] = field(default_factory=dict)
    as_named: bool = field(default=False, kw_only=True)

    @property
    def shows_products(self) -> bool:
        """Tell whether signage shows products."""
        return bool(self.skus or self.barcodes or self.categories)


@dataclass(frozen=True, slots=True)
class PrintProblem:
    """Why one subject can't be printed as it is; ``box`` and ``text`` say which part, if it is a part."""

    kind: Kind
    subject_id: str
    name: str
    reason: str
    advice: str
    box: str = ""
    text: str = ""

    def __str__(self) -> str:
        subject = " ".join(part for part in (self.kind, self.subject_id, shorten(self.name)) if part)
        part = f", {self.box}: {shorten(self.text)!r}" if self.box else ":"
        return f"{subject}{part} {self.reason}; {self.advice}"


def minting(kind: Kind, choice: Choice) -> str:
    """Return the command that makes the codes of a choice."""
    store = f" --store {shlex.quote(choice.store_id)}" if choice.store_id else ""
    carrier = f" --carrier {choice.carrier}" if choice.carrier not in (None, DEFAULT_CARRIERS.get(kind)) else ""
    campaign = f" --campaign {shlex.quote(choice.campaign_id)}" if choice.campaign_id else ""
    return f"o2o touchpoint mint --kind {kind}{store}{campaign}{carrier}"


def shorten(text: str) -> str:
    """Return a text as messages show it."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
