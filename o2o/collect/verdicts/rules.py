"""The settings that decide verdicts, as the rules need them."""

from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from o2o.config import BotTier, Settings
from o2o.times import DAY, MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all verdicts; durations in milliseconds, 0 turns a rule off."""

    zone: ZoneInfo
    duplicate: int
    codes: int
    codes_span: int
    distant_km: int
    distant_span: int
    staff_span: int
    placing: int
    remote_km: int
    likely_bots: bool

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rules of a shop's settings."""
        return cls(
            settings.zone,
            settings.duplicate_seconds * SECOND,
            settings.impossible_codes,
            settings.impossible_seconds * SECOND,
            settings.distant_km,
            settings.distant_minutes * MINUTE,
            settings.staff_minutes * MINUTE,
            settings.placing_days * DAY,
            settings.remote_km,
            settings.bots == BotTier.LIKELY,
        )

    @property
    def span(self) -> int:
        """How far apart two scans can make each other impossible."""
        return max(self.codes_span if self.codes else 0, self.distant_span if self.distant_km else 0)

    @property
    def before(self) -> int:
        """How far before the first scan that is judged again others may decide about it."""
        return max(self.span, self.duplicate, self.staff_span)

    @property
    def after(self) -> int:
        """How far after a changed scan others may be changed by it at once; beyond that, duplicates may be."""
        return self.span + self.staff_span
