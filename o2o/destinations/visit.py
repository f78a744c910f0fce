"""What rules ask of a scan, and what they answer."""

from typing import NamedTuple, Protocol


class Counts(Protocol):
    """What happened before a scan, as far as a server knows when it answers."""

    def uses(self, rule_id: int) -> int:
        """Return how many scans that may be human the address of a rule has answered."""

    def scans_before(self, visitor: str, code: str, at: int) -> int:
        """Return how many scans of a code by a visitor count before a time."""

    def first_scan(self, visitor: str) -> int | None:
        """Return when a visitor first scanned any code, or None."""


class NoCounts:
    """Nothing happened before: each visitor is new and no rule is used up."""

    def uses(self, rule_id: int) -> int:  # noqa: ARG002
        """Return 0."""
        return 0

    def scans_before(self, visitor: str, code: str, at: int) -> int:  # noqa: ARG002
        """Return 0."""
        return 0

    def first_scan(self, visitor: str) -> int | None:  # noqa: ARG002
        """Return None."""
        return None


NO_COUNTS = NoCounts()


class Visit(NamedTuple):
    """One scan as rules see it; the texts are those of the request, as they were sent.

    Without a ``click_id`` (HEAD, an explanation) the address goes without one.
    """

    at: int
    user_agent: str = ""
    language: str = ""
    """Accept-Language."""
    query: str = ""
    visitor: str | None = None
    click_id: str = ""
    lot: str = ""
    serial: str = ""
    counts: Counts = NO_COUNTS


class Choice(NamedTuple):
    """Where a scan is sent, whole and ready for a header, and the rule that said so (None: no rule)."""

    url: str
    rule_id: int | None = None
