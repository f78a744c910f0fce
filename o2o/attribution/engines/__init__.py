"""Where journeys are gathered: one SQL text, run on SQLite in place or on a larger engine."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, runtime_checkable


class Engine(Protocol):
    """Runs our queries on one state of the data; ``name`` and ``version`` are told in reports.

    The text is SQLite's; what engines understand alike is listed in docs/attribution.md, "Engines".
    """

    @property
    def name(self) -> str:
        """The engine's name as users type it: ``sqlite``, ``duckdb`` …"""

    @property
    def version(self) -> str:
        """Its version."""

    def session(self) -> AbstractContextManager[None]:
        """See one state of the data, and drop what was kept after."""

    def keep(self, part: str, sql: str, parameters: Mapping[str, Any], index: str = "") -> str:
        """Keep the rows of a query, in place of earlier ones of this part, and return the SQL that reads them.

        ``index`` are the columns by which they are looked up.
        """

    def rows(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the rows of a query; their columns are read by name."""


@runtime_checkable
class ColumnEngine(Engine, Protocol):
    """An engine that also gives whole columns, which is faster where there are many rows."""

    def columns(self, sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a query, none of which holds a NULL, as NumPy arrays."""
